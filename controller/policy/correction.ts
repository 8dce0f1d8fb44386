import type { Edit } from "./edit.ts";
import { findAttribute } from "./element.ts";
import type { AttributeSpan, PolicyElement } from "./element.ts";
import { escapeAttribute } from "./entities.ts";
import type { Correction } from "./judge.ts";
import type { MergeRecord } from "./record.ts";

/** The edits that correct attributes in place, and what the record keeps of them. */
export function correctionEdits(
  source: string,
  element: PolicyElement,
  corrections: readonly Correction[],
): { edits: Edit[]; corrected: MergeRecord["corrected"] } {
  return {
    edits: corrections.map(({ attribute, desired }) =>
      attributeEdit(
        source,
        element,
        attribute,
        desired === undefined ? undefined : `${attribute}="${escapeAttribute(desired)}"`,
      ),
    ),
    corrected: corrections.map(({ attribute }) => {
      const span = findAttribute(element, attribute);
      return span === undefined
        ? { attribute }
        : { attribute, source: source.slice(span.start, span.end) };
    }),
  };
}

/** The edit that gives an element's attribute another source text, such as `x="1"`, or takes it out. */
export function attributeEdit(
  source: string,
  element: PolicyElement,
  attribute: string,
  wanted: string | undefined,
): Edit {
  const span = findAttribute(element, attribute);
  if (span === undefined) {
    const at = endOfAttributes(element);
    return { start: at, end: at, text: wanted === undefined ? "" : ` ${wanted}` };
  }
  return wanted === undefined
    ? { start: startWithBlanks(source, element, span), end: span.end, text: "" }
    : { start: span.start, end: span.end, text: wanted };
}

function endOfAttributes(element: PolicyElement): number {
  return element.attributes.at(-1)?.end ?? element.start + "<".length + element.name.length;
}

function startWithBlanks(source: string, element: PolicyElement, { start }: AttributeSpan): number {
  return element.start + source.slice(element.start, start).trimEnd().length;
}
