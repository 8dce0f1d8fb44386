import type { PolicyDocument } from "./document.ts";
import type { PolicyElement } from "./element.ts";

const DEFAULT_UNIT = "    ";

/** How a document is laid out where something is to be put into one of its elements. */
export interface Layout {
  /** Before each new child: a line end and indentation, or nothing in a document or section on one line. */
  separator: string;
  /** Before the end tag, when the element had no content: a line end and the element's own indentation. */
  closing: string;
  /** One step of indentation. */
  unit: string;
}

/** The layout that new children of an element follow: that of its children, else that of the document. */
export function layoutWithin(document: PolicyDocument, parent: PolicyElement): Layout {
  const { text } = document;
  const unit = indentationUnit(document);
  const content = text.slice(parent.openEnd, parent.closeStart);
  const lineEnd = content.includes("\n")
    ? lineEndWithin(content)
    : lineEndBefore(text, parent.start);
  if (lineEnd === undefined || (content.trim() !== "" && !content.includes("\n"))) {
    return { separator: "", closing: "", unit };
  }
  const own = lineIndentation(text, parent.start) ?? "";
  const sibling = parent.children.findLast(
    ({ start }) => lineIndentation(text, start) !== undefined,
  );
  return {
    separator: sibling === undefined ? lineEnd + own + unit : lineStart(text, sibling.start),
    closing: lineEnd + own,
    unit: unit,
  };
}

/** Where new last children of an element go: after its last content, before the blanks that precede its end tag. */
export function endOfContent({ text }: PolicyDocument, parent: PolicyElement): number {
  return parent.openEnd + text.slice(parent.openEnd, parent.closeStart).trimEnd().length;
}

/** The start of what has to go with an element: the line end and indentation before it, if it begins its line. */
export function startWithIndentation(text: string, element: PolicyElement): number {
  const indentation = lineIndentation(text, element.start);
  if (indentation === undefined) {
    return element.start;
  }
  return element.start - lineStart(text, element.start).length;
}

/** The line end and indentation right before an offset that is the first of its line. */
function lineStart(text: string, offset: number): string {
  const indentation = lineIndentation(text, offset) ?? "";
  const newline = offset - indentation.length - 1;
  const start = text[newline - 1] === "\r" ? newline - 1 : newline;
  return text.slice(Math.max(0, start), offset);
}

/** The blanks between the line's start and an offset, or undefined when something else, or no line end, is before it. */
function lineIndentation(text: string, offset: number): string | undefined {
  let start = offset;
  while (text[start - 1] === " " || text[start - 1] === "\t") {
    start -= 1;
  }
  return text[start - 1] === "\n" ? text.slice(start, offset) : undefined;
}

function indentationUnit({ text, root }: PolicyDocument): string {
  const own = lineIndentation(text, root.start) ?? "";
  for (const section of root.children) {
    const indentation = lineIndentation(text, section.start);
    if (
      indentation !== undefined &&
      indentation.length > own.length &&
      indentation.startsWith(own)
    ) {
      return indentation.slice(own.length);
    }
  }
  return DEFAULT_UNIT;
}

function lineEndWithin(content: string): string {
  return content[content.lastIndexOf("\n") - 1] === "\r" ? "\r\n" : "\n";
}

/** The last line end before an offset, else the first after it; undefined in a text of one line. */
function lineEndBefore(text: string, offset: number): string | undefined {
  const before = text.lastIndexOf("\n", offset);
  const newline = before === -1 ? text.indexOf("\n", offset) : before;
  if (newline === -1 || (newline === text.length - 1 && before === -1)) {
    return undefined;
  }
  return text[newline - 1] === "\r" ? "\r\n" : "\n";
}
