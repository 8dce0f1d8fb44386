import type { PolicyDocument } from "./document.ts";
import type { Edit } from "./edit.ts";
import type { PolicyElement } from "./element.ts";
import { endOfContent, layoutWithin } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { renderStatement } from "./statements.ts";
import type { OwnedStatement } from "./statements.ts";

/** The edits that put statements at the end of the inbound section, which is made if there is none. */
export function insertionEdits(
  document: PolicyDocument,
  statements: readonly OwnedStatement[],
): Edit[] {
  if (statements.length === 0) {
    return [];
  }
  const written = statements.map(renderStatement);
  if (document.inbound !== undefined) {
    return [appendChildren(document, document.inbound, written)];
  }
  const { root } = document;
  const layout = layoutWithin(document, root);
  const section = renderSection(written, layout);
  return [
    root.selfClosed
      ? expandElement(document, root, layout, [section])
      : {
          start: root.openEnd,
          end: root.openEnd,
          text: layout.separator + section + emptyClosing(root, layout),
        },
  ];
}

function appendChildren(
  document: PolicyDocument,
  parent: PolicyElement,
  children: readonly string[],
): Edit {
  const layout = layoutWithin(document, parent);
  if (parent.selfClosed) {
    return expandElement(document, parent, layout, children);
  }
  const at = endOfContent(document, parent);
  const text = children.map((child) => layout.separator + child).join("");
  return { start: at, end: at, text: text + emptyClosing(parent, layout) };
}

/** Turns `<x />` into `<x>…</x>`. */
function expandElement(
  { text }: PolicyDocument,
  element: PolicyElement,
  { separator, closing }: Layout,
  children: readonly string[],
): Edit {
  const content = children.map((child) => separator + child).join("");
  const tagEnd = text.slice(element.start, element.openEnd - "/>".length).trimEnd().length;
  return {
    start: element.start + tagEnd,
    end: element.openEnd,
    text: `>${content}${closing}</${element.name}>`,
  };
}

/** An inbound section of its own, which inherits as the service's default does. */
function renderSection(statements: readonly string[], { separator, unit }: Layout): string {
  const inner = separator === "" ? "" : separator + unit;
  const content = ["<base />", ...statements].map((statement) => inner + statement).join("");
  return `<inbound>${content}${separator}</inbound>`;
}

/** What has to stand between the new last child and the end tag of an element that had nothing, not even blanks. */
function emptyClosing(parent: PolicyElement, { closing }: Layout): string {
  return parent.openEnd === parent.closeStart ? closing : "";
}
