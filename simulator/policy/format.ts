import { maskExpressions, unescapeExpression, unmaskExpressions } from "./expressions.ts";

/** How a document is written: `xml` with expressions escaped, `rawxml` with expressions as typed. */
export type PolicyFormat = "xml" | "rawxml";

const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<\/[^>]*>|<(?:[^>"']|"[^"]*"|'[^']*')*>|[^<]+/gu;
const ATTRIBUTE = /([^\s=<>/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu;

interface Token {
  readonly kind: "comment" | "cdata" | "instruction" | "open" | "close" | "empty" | "text";
  readonly text: string;
}

/**
 * The document as the service stores and shows it: indented by tabs, lines ended by CRLF,
 * attributes in double quotes, comments and the order of everything kept, empty elements as
 * written, no line end at the end. The result is `rawxml`.
 *
 * @param document well-formed but for its expressions.
 * @throws SyntaxError when an expression has no end.
 */
export function formatPolicy(document: string, format: PolicyFormat): string {
  const masked = maskExpressions(document.replace(/^\uFEFF/u, "").replace(/\r\n?/gu, "\n"));
  const expressions =
    format === "xml" ? masked.expressions.map(unescapeExpression) : masked.expressions;
  const tokens = [...masked.text.matchAll(TOKEN)].map(([text]) => classify(text));
  const printed = print(tokens.filter((token) => !isXmlDeclaration(token)));
  return unmaskExpressions(printed, expressions).replace(/\n/gu, "\r\n");
}

/** A stored document in the form that a GET asks for. */
export function renderPolicy(stored: string, format: PolicyFormat): string {
  if (format === "rawxml") return stored;
  const masked = maskExpressions(stored);
  return masked.text.replace(
    /(=")?\uE000(\d+)\uE001\n*/gu,
    (_whole, attribute: string | undefined, index: string) =>
      `${attribute ?? ""}${escapeExpression(masked.expressions[Number(index)] ?? "", attribute !== undefined)}`,
  );
}

function escapeExpression(expression: string, inAttribute: boolean): string {
  const escaped = expression.replace(/&/gu, "&amp;").replace(/</gu, "&lt;").replace(/>/gu, "&gt;");
  if (!inAttribute) return escaped;
  return escaped.replace(/"/gu, "&quot;").replace(/\r?\n/gu, "&#xA;").replace(/\t/gu, "&#x9;");
}

function classify(text: string): Token {
  if (text.startsWith("<!--")) return { kind: "comment", text };
  if (text.startsWith("<![CDATA[")) return { kind: "cdata", text };
  if (text.startsWith("<?")) return { kind: "instruction", text };
  if (text.startsWith("</")) return { kind: "close", text: text.replace(/\s+>$/u, ">") };
  if (!text.startsWith("<")) return { kind: "text", text };
  return { kind: text.endsWith("/>") ? "empty" : "open", text: formatTag(text) };
}

function formatTag(tag: string): string {
  const name = /^<([^\s/>]+)/u.exec(tag)?.[1] ?? "";
  const attributes = [...tag.matchAll(ATTRIBUTE)].map(
    ([, attribute = "", double, single]) =>
      ` ${attribute}="${double ?? (single ?? "").replace(/"/gu, "&quot;")}"`,
  );
  return `<${name}${attributes.join("")}${tag.endsWith("/>") ? " />" : ">"}`;
}

function isXmlDeclaration(token: Token): boolean {
  return token.kind === "instruction" && /^<\?xml\s/iu.test(token.text);
}

function print(tokens: readonly Token[]): string {
  let printed = "";
  let depth = 0;
  /** Whether the element being written holds text, which must stay as it is up to its end. */
  let inline = false;
  for (const [index, token] of tokens.entries()) {
    const isBlank = token.kind === "text" && token.text.trim() === "";
    if (isBlank && !inline) continue;
    if (token.kind === "close") depth -= 1;
    const staysOnLine =
      inline || token.kind === "text" || token.kind === "cdata" || closesEmpty(tokens, index);
    printed += staysOnLine || printed === "" ? token.text : `\n${"\t".repeat(depth)}${token.text}`;
    if (token.kind === "open") depth += 1;
    inline = token.kind === "text" || token.kind === "cdata" || (inline && token.kind !== "close");
  }
  return printed;
}

/** Whether a closing tag follows its opening tag with nothing but white space between. */
function closesEmpty(tokens: readonly Token[], index: number): boolean {
  if (tokens[index]?.kind !== "close") return false;
  for (let before = index - 1; before >= 0; before -= 1) {
    const token = tokens[before];
    if (token?.kind === "open") return true;
    if (token?.kind !== "text" || token.text.trim() !== "") return false;
  }
  return false;
}
