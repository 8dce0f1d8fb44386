const NAMED: ReadonlyMap<string, number> = new Map([
  ["amp", 38],
  ["apos", 39],
  ["gt", 62],
  ["lt", 60],
  ["quot", 34],
]);
const LONGEST_REFERENCE = 12;
const REFERENCE = /^&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/i;

/** A character or entity reference: the code point it stands for, and its length in the source. */
export interface Reference {
  codePoint: number;
  length: number;
}

/** The reference that begins at `offset`, or undefined when the ampersand there is only an ampersand. */
export function referenceAt(text: string, offset: number): Reference | undefined {
  const match = REFERENCE.exec(text.slice(offset, offset + LONGEST_REFERENCE));
  if (match === null) {
    return undefined;
  }
  const [source, hexadecimal, decimal, name] = match;
  const codePoint =
    hexadecimal !== undefined
      ? Number.parseInt(hexadecimal, 16)
      : decimal !== undefined
        ? Number.parseInt(decimal, 10)
        : NAMED.get(name ?? "");
  return codePoint === undefined || codePoint > 0x10ffff
    ? undefined
    : { codePoint, length: source.length };
}

/** Replaces every reference by the character it stands for; anything else stays as written. */
export function decodeReferences(text: string): string {
  let at = text.indexOf("&");
  if (at === -1) {
    return text;
  }
  let decoded = "";
  let copied = 0;
  for (; at !== -1; at = text.indexOf("&", at + 1)) {
    const reference = referenceAt(text, at);
    if (reference !== undefined) {
      decoded += text.slice(copied, at) + String.fromCodePoint(reference.codePoint);
      copied = at + reference.length;
    }
  }
  return decoded + text.slice(copied);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Escapes a value for an attribute in double quotes; right in both of the service's formats. */
export function escapeAttribute(value: string): string {
  return value.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
