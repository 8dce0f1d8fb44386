import { decodeReferences } from "./entities.ts";
import type { ExpressionSpan } from "./value.ts";

/** An attribute, by its offsets into the source. */
export interface AttributeSpan {
  name: string;
  /** Of the name. */
  start: number;
  /** After the closing quote. */
  end: number;
  /** Of the value between its quotes. */
  valueStart: number;
  valueEnd: number;
  expressions: readonly ExpressionSpan[];
}

/** An element, by its offsets into the source. */
export interface PolicyElement {
  name: string;
  start: number;
  /** After the `>` of the start tag. */
  openEnd: number;
  /** Of the end tag; equals `end` for a self-closed element. */
  closeStart: number;
  end: number;
  selfClosed: boolean;
  attributes: readonly AttributeSpan[];
  parent: PolicyElement | undefined;
  children: PolicyElement[];
  /** Index of the start tag among the document's spans. */
  spanIndex: number;
}

/** An attribute's value: its text with references resolved, unless only the gateway can know it. */
export interface AttributeValue {
  text: string;
  /** True for an expression or a `{{named-value}}`, whose value is not in the document. */
  opaque: boolean;
}

/** The value of an element's attribute, or undefined when it does not have it. */
export function attributeValue(
  source: string,
  element: PolicyElement,
  name: string,
): AttributeValue | undefined {
  const attribute = findAttribute(element, name);
  if (attribute === undefined) {
    return undefined;
  }
  const text = decodeReferences(source.slice(attribute.valueStart, attribute.valueEnd));
  return { text, opaque: attribute.expressions.length > 0 || text.includes("{{") };
}

/** An element's attribute; names compare case-sensitively. */
export function findAttribute(element: PolicyElement, name: string): AttributeSpan | undefined {
  return element.attributes.find((attribute) => attribute.name === name);
}

/** An element and all below it, in document order; depth does not matter, since nothing recurses. */
export function* elementsWithin(
  element: PolicyElement,
  descend: (element: PolicyElement) => boolean = () => true,
): Generator<PolicyElement> {
  const waiting = [element];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    if (descend(next)) {
      for (let index = next.children.length - 1; index >= 0; index -= 1) {
        const child = next.children[index];
        if (child !== undefined) {
          waiting.push(child);
        }
      }
    }
  }
}
