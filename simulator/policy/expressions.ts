/**
 * Policy documents hold C# expressions, `@(…)` and `@{…}`, whose quotes and angle brackets make the
 * whole no XML. Here each is replaced by a placeholder of harmless characters, so that an ordinary
 * XML parser reads the rest.
 */

/** Private-use characters that no policy contains. */
const OPEN = "\uE000";
const CLOSE = "\uE001";
const PLACEHOLDER = /\uE000(\d+)\uE001\n*/gu;

export interface Masked {
  /** The document with a placeholder for each expression; the lines stay the same. */
  readonly text: string;
  /** The expressions as written, `@` and brackets included. */
  readonly expressions: readonly string[];
}

/**
 * Replaces every expression that makes up the beginning of an attribute's value or of a text.
 *
 * @throws SyntaxError when an expression has no end.
 */
export function maskExpressions(document: string): Masked {
  const expressions: string[] = [];
  let text = "";
  let at = 0;
  while (at < document.length) {
    const skipped = skipOpaque(document, at);
    if (skipped > at) {
      text += document.slice(at, skipped);
      at = skipped;
    } else if (startsExpression(document, at)) {
      const end = endOfExpression(document, at);
      const expression = document.slice(at, end);
      text += `${OPEN}${expressions.length}${CLOSE}${expression.replace(/[^\n]/gu, "")}`;
      expressions.push(expression);
      at = end;
    } else {
      text += document[at];
      at += 1;
    }
  }
  return { text, expressions };
}

/** Puts expressions back in the place of their placeholders, each through `render`. */
export function unmaskExpressions(
  text: string,
  expressions: readonly string[],
  render: (expression: string) => string = (expression) => expression,
): string {
  return text.replace(PLACEHOLDER, (_whole, index: string) =>
    render(expressions[Number(index)] ?? ""),
  );
}

const OPAQUE: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
];

function skipOpaque(document: string, at: number): number {
  for (const [open, close] of OPAQUE) {
    if (!document.startsWith(open, at)) continue;
    const end = document.indexOf(close, at + open.length);
    return end < 0 ? document.length : end + close.length;
  }
  return at;
}

function startsExpression(document: string, at: number): boolean {
  if (document[at] !== "@" || !/[({]/u.test(document[at + 1] ?? "")) return false;
  const before = document.slice(0, at).trimEnd().at(-1);
  return before === ">" || before === '"' || before === "'";
}

/** The characters that an entity stands for inside an expression of an `xml` document. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&quot;": '"',
  "&apos;": "'",
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&#xA;": "\n",
  "&#xD;": "\r",
  "&#x9;": "\t",
  "&#10;": "\n",
  "&#13;": "\r",
};
const ENTITY = /&(?:quot|apos|lt|gt|amp|#x[0-9A-Fa-f]{1,2}|#\d{1,3});/gu;

/** An expression of an `xml` document as `rawxml` shows it. */
export function unescapeExpression(expression: string): string {
  return expression
    .replace(ENTITY, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\r\n?/gu, "\n");
}

function endOfExpression(document: string, start: number): number {
  const close = document[start + 1] === "(" ? ")" : "}";
  const open = document[start + 1] ?? "";
  let depth = 0;
  let at = start + 1;
  while (at < document.length) {
    const [character, width] = characterAt(document, at);
    const literal = endOfLiteral(document, at, character);
    if (literal > at) {
      at = literal;
      continue;
    }
    if (character === open) depth += 1;
    if (character === close) depth -= 1;
    at += width;
    if (depth === 0) return at;
  }
  throw new SyntaxError(`The expression that begins at offset ${start} has no end.`);
}

/** The character at an offset and its width; an entity counts as what it stands for. */
function characterAt(document: string, at: number): [string, number] {
  const character = document[at] ?? "";
  if (character !== "&") return [character, 1];
  const entity = /^&[#\w]{2,5};/u.exec(document.slice(at, at + 8))?.[0] ?? "";
  return entity in ENTITIES ? [ENTITIES[entity] ?? "", entity.length] : [character, 1];
}

function endOfLiteral(document: string, at: number, character: string): number {
  if (document.startsWith("//", at)) return endOfLine(document, at);
  if (document.startsWith("/*", at)) {
    const end = document.indexOf("*/", at + 2);
    return end < 0 ? document.length : end + 2;
  }
  if (character === '"' || character === "'") return endOfString(document, at, character);
  return at;
}

function endOfLine(document: string, at: number): number {
  const end = document.slice(at).search(/\n|&#x0?A;|&#10;/iu);
  return end < 0 ? document.length : at + end;
}

function endOfString(document: string, start: number, quote: string): number {
  const isVerbatim =
    quote === '"' && /@\$?$|\$@$/u.test(document.slice(Math.max(0, start - 2), start));
  const isInterpolated =
    quote === '"' && /\$@?$/u.test(document.slice(Math.max(0, start - 2), start));
  let at = start + characterAt(document, start)[1];
  while (at < document.length) {
    const [character, width] = characterAt(document, at);
    const next = characterAt(document, at + width);
    if (character === quote && isVerbatim && next[0] === quote) at += width + next[1];
    else if (character === quote) return at + width;
    else if (character === "\\" && !isVerbatim) at += width + next[1];
    else if (character === "{" && isInterpolated && next[0] === "{") at += width + next[1];
    else if (character === "{" && isInterpolated) at = endOfHole(document, at);
    else if (character === "\n" && !isVerbatim) return at;
    else at += width;
  }
  return at;
}

/** The end of `{…}` in an interpolated string; strings may nest inside. */
function endOfHole(document: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < document.length) {
    const [character, width] = characterAt(document, at);
    if (character === '"') {
      at = endOfString(document, at, character);
      continue;
    }
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    at += width;
    if (depth === 0) return at;
  }
  return at;
}
