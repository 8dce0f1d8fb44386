import { DOMParser, type Element, type Node } from "@xmldom/xmldom";
import { maskExpressions, unmaskExpressions } from "./expressions.ts";

/** An element of a policy document. */
export interface PolicyElement {
  readonly name: string;
  /** Values with entities resolved; expressions as in `rawxml`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly PolicyElement[];
  /** The text directly inside, trimmed; expressions as in `rawxml`. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** A document that cannot be read, with the message the service gives. */
export class PolicyReadError extends Error {
  override readonly name = "PolicyReadError";
}

/**
 * Reads a policy document in either form.
 *
 * @throws PolicyReadError when it is no well-formed XML apart from its expressions.
 */
export function readPolicy(document: string): PolicyElement {
  const source = document.replace(/^\uFEFF/u, "").replace(/\r\n?/gu, "\n");
  const { text, expressions } = mask(source);
  const restore = (masked: string): string => unmaskExpressions(masked, expressions);
  const root = parse(text).documentElement;
  if (root === null) throw new PolicyReadError("Root element is missing.");
  return convert(root, restore);
}

function mask(source: string): { text: string; expressions: readonly string[] } {
  try {
    return maskExpressions(source);
  } catch (error) {
    throw new PolicyReadError(error instanceof Error ? error.message : String(error));
  }
}

function parse(text: string) {
  if (!text.trimStart().startsWith("<")) {
    throw new PolicyReadError("Data at the root level is invalid. Line 1, position 1.");
  }
  const parser = new DOMParser({
    locator: true,
    onError: (_level, message) => {
      throw new PolicyReadError(firstLine(message));
    },
  });
  try {
    return parser.parseFromString(text, "text/xml");
  } catch (error) {
    if (error instanceof PolicyReadError) throw error;
    throw new PolicyReadError(firstLine(error instanceof Error ? error.message : String(error)));
  }
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}

function convert(element: Element, restore: (masked: string) => string): PolicyElement {
  const attributes: Record<string, string> = {};
  for (const attribute of Array.from(element.attributes)) {
    attributes[attribute.name] = restore(attribute.value);
  }
  const nodes: Node[] = Array.from(element.childNodes);
  return {
    name: element.tagName,
    attributes,
    children: nodes.filter(isElement).map((child) => convert(child, restore)),
    text: restore(
      nodes
        .filter(isText)
        .map((node) => node.nodeValue ?? "")
        .join(""),
    ).trim(),
    line: element.lineNumber ?? 1,
    column: element.columnNumber ?? 1,
  };
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

function isText(node: Node): boolean {
  return node.nodeType === 3 || node.nodeType === 4;
}
