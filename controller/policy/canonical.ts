import { readPolicyDocument } from "./document.ts";
import type { PolicyDocument } from "./document.ts";
import type { AttributeSpan, PolicyElement } from "./element.ts";
import { decodeReferences } from "./entities.ts";
import { readExpression } from "./expression.ts";
import type { Stretch } from "./expression.ts";
import type { Span } from "./scan.ts";
import type { ExpressionSpan } from "./value.ts";

/**
 * A text that is the same for all documents that mean the same: indentation, line ends, quotes, escaping, order of
 * attributes, comments and `<x></x>` for `<x />` do not count. A text that cannot be read stands for itself.
 */
export function canonicalForm(text: string): string {
  const reading = readPolicyDocument(text);
  return reading.readable
    ? canonicalElement(reading.document, reading.document.root)
    : `unreadable ${JSON.stringify(collapse(text))}`;
}

/** The canonical form of one element with all below it. */
export function canonicalElement(document: PolicyDocument, element: PolicyElement): string {
  const pieces: string[] = [];
  let text: string[] = [];
  for (let index = element.spanIndex; ; index += 1) {
    const span = document.spans[index];
    if (span === undefined || span.start >= element.end) {
      return pieces.join("");
    }
    if (span.kind === "text" || span.kind === "cdata") {
      text.push(canonicalContent(document.text, span));
    } else if (span.element !== undefined) {
      pieces.push(canonicalText(text), canonicalTag(document.text, span, span.element));
      text = [];
    }
  }
}

function canonicalTag(source: string, { kind }: Span, { name, attributes }: PolicyElement): string {
  if (kind === "close") {
    return ")";
  }
  const written = attributes
    .map((attribute) => `${attribute.name}=${canonicalAttribute(source, attribute)}`)
    .toSorted();
  return `(${[name, ...written].join(" ")}${kind === "empty" ? ")" : ""}`;
}

function canonicalAttribute(source: string, attribute: AttributeSpan): string {
  const { valueStart, valueEnd, expressions } = attribute;
  return JSON.stringify(
    withExpressions(source, valueStart, valueEnd, expressions, (plain) =>
      decodeReferences(plain).replace(/[\t\r\n]/g, " "),
    ),
  );
}

function canonicalContent(source: string, { kind, start, end, expressions }: Span): string {
  return kind === "cdata"
    ? collapse(source.slice(start + "<![CDATA[".length, end - "]]>".length))
    : withExpressions(source, start, end, expressions ?? [], (plain) =>
        collapse(decodeReferences(plain)),
      );
}

function canonicalText(pieces: readonly string[]): string {
  const text = pieces.join("").trim();
  return text === "" ? "" : JSON.stringify(text);
}

function withExpressions(
  source: string,
  start: number,
  end: number,
  expressions: readonly ExpressionSpan[],
  canonicalPlain: (plain: string) => string,
): string {
  const pieces: string[] = [];
  let at = start;
  for (const expression of expressions) {
    pieces.push(
      canonicalPlain(source.slice(at, expression.start)),
      canonicalExpression(source, expression),
    );
    at = expression.end;
  }
  return pieces.join("") + canonicalPlain(source.slice(at, end));
}

/** White space outside an expression's strings is one blank or none; a comment is white space. */
function canonicalExpression(source: string, { start, end, form }: ExpressionSpan): string {
  const decode = form === "escaped" ? decodeReferences : (text: string): string => text;
  const stretches: Stretch[] = [];
  readExpression(source, start, form, stretches);
  const pieces: string[] = [];
  let code = "";
  let at = start;
  for (const stretch of stretches) {
    code += decode(source.slice(at, stretch.start));
    at = stretch.end;
    if (stretch.kind === "comment") {
      code += " ";
    } else {
      const literal = decode(source.slice(stretch.start, stretch.end)).replaceAll("\r\n", "\n");
      pieces.push(collapse(code), JSON.stringify(literal));
      code = "";
    }
  }
  return pieces.join("") + collapse(code + decode(source.slice(at, end)));
}

function collapse(text: string): string {
  return text.replace(/\s+/g, " ");
}
