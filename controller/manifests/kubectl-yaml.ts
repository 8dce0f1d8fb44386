import type { ScalarTag, Tags } from "yaml";

const TRUE = ["y", "yes", "true", "on"];
const FALSE = ["n", "no", "false", "off"];
const WORD = new RegExp(`^(?:${[...TRUE, ...FALSE].map(anyOfThreeCases).join("|")})$`);
const LIKE_A_NUMBER = /^(?![-+]?[.](?:inf|nan)$)[-+.0-9]/i;
const FLOAT = /^[-+]?(?:[.][0-9]+|[0-9]+(?:[.][0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** goyaml cuts `0b` off and reads on, be it a sign. */
const SIGN_BEHIND_PREFIX = /^0b([-+][01]+)$/;

/**
 * YAML's unquoted words as kubectl reads them, which keeps to YAML 1.1: `no` and `off` are false, `1_000` and `0b11`
 * are numbers, `0310` is 200, and `<<` merges. Otherwise the same manifest would mean one thing to `sfb plan` and
 * another to `kubectl apply`. Options for the `yaml` package.
 *
 * Source: sigs.k8s.io/yaml, goyaml.v2/resolve.go; unlike YAML 1.1, it knows no numbers of base 60.
 */
export const KUBECTL_YAML: { readonly customTags: (tags: Tags) => Tags; readonly merge: true } = {
  customTags: (tags) => [boolean(), number(), ...tags],
  merge: true,
};

function boolean(): ScalarTag {
  return {
    tag: "tag:yaml.org,2002:bool",
    default: true,
    identify: (value) => typeof value === "boolean",
    test: WORD,
    resolve: (text) => TRUE.includes(text.toLowerCase()),
  };
}

/** What begins like a number, and is the text itself when it is none. */
function number(): ScalarTag {
  return {
    tag: "tag:yaml.org,2002:int",
    default: true,
    test: LIKE_A_NUMBER,
    resolve: (text) => numberIn(text) ?? text,
  };
}

function numberIn(text: string): number | undefined {
  // Underscores may stand anywhere, but in what begins with a point only between digits, as in Go.
  const plain = text.replaceAll(text.startsWith(".") ? /(?<=[0-9])_(?=[0-9])/g : "_", "");
  const [, signedBits] = SIGN_BEHIND_PREFIX.exec(plain) ?? [];
  if (signedBits !== undefined) return Number.parseInt(signedBits, 2);
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/s.exec(plain) ?? [];
  const whole = wholeNumberIn(digits);
  if (whole !== undefined) return sign === "-" ? -whole : whole;
  const float = FLOAT.test(plain) ? Number(plain) : undefined;
  return Number.isFinite(float) ? float : undefined;
}

/** With the prefixes of Go: 0b, 0x, 0o, and 0 alone for base 8. */
function wholeNumberIn(digits: string): number | undefined {
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  return /^(?:0[bB][01]+|0[oO][0-7]+|0[xX][0-9a-fA-F]+|[1-9][0-9]*|0)$/.test(digits)
    ? Number(digits.toLowerCase())
    : undefined;
}

/** `no`, `No` and `NO`, but not `nO`. */
function anyOfThreeCases(word: string): string {
  const capital = word.slice(0, 1).toUpperCase() + word.slice(1);
  return [...new Set([word, capital, word.toUpperCase()])].join("|");
}
