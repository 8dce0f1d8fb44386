import type { PolicyElement } from "./element.ts";
import { LineIndex } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { scanPolicy } from "./scan.ts";
import type { Span } from "./scan.ts";
import { PolicySyntaxError } from "./syntax-error.ts";

/** A policy document that was read for certain. */
export interface PolicyDocument {
  text: string;
  spans: readonly Span[];
  lines: LineIndex;
  /** The `policies` element. */
  root: PolicyElement;
  inbound: PolicyElement | undefined;
}

/** A document, or the one finding that says why it could not be read. */
export type DocumentReading =
  | { readable: true; document: PolicyDocument }
  | { readable: false; finding: Finding };

/**
 * Reads a policy document as the service holds it: one `policies` element, at most one section of a kind, in either of
 * the service's formats. Whatever cannot be read for certain is refused.
 */
export function readPolicyDocument(text: string): DocumentReading {
  const lines = new LineIndex(text);
  try {
    const { spans, roots } = scanPolicy(text);
    const root = policiesElement(text, spans, roots);
    return {
      readable: true,
      document: { text, spans, lines, root, inbound: inboundSection(root) },
    };
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) {
      throw error;
    }
    const { code, message } = error;
    return {
      readable: false,
      finding: { ...lines.locate(error.offset), code, message, severity: "error" },
    };
  }
}

function policiesElement(
  text: string,
  spans: readonly Span[],
  [root, second]: readonly PolicyElement[],
): PolicyElement {
  if (root === undefined) {
    throw new PolicySyntaxError(
      0,
      "root-missing",
      "There is no <policies> element: a policy document needs one.",
    );
  }
  if (root.name === "fragment") {
    throw new PolicySyntaxError(
      root.start,
      "root-fragment",
      "This is a policy fragment, which has no inbound section: give the document of the API.",
    );
  }
  if (root.name !== "policies") {
    throw new PolicySyntaxError(
      root.start,
      "root-unknown",
      `The root is <${root.name}>: a policy document has <policies>.`,
    );
  }
  if (second !== undefined) {
    throw new PolicySyntaxError(
      second.start,
      "root-duplicate",
      "A second root element: keep one <policies>.",
    );
  }
  const stray = spans.find(
    ({ kind, start, end }) =>
      (start < root.start || start >= root.end) &&
      (kind === "cdata" || (kind === "text" && text.slice(start, end).trim() !== "")),
  );
  if (stray !== undefined) {
    const blanks = text.slice(stray.start, stray.end).search(/\S/);
    throw new PolicySyntaxError(
      stray.start + blanks,
      "root-text",
      "Text outside <policies>: take it out.",
    );
  }
  return root;
}

function inboundSection(root: PolicyElement): PolicyElement | undefined {
  const [inbound, second] = root.children.filter(({ name }) => name === "inbound");
  if (second !== undefined) {
    throw new PolicySyntaxError(
      second.start,
      "inbound-duplicate",
      "A second <inbound> section: join the two, it is not certain which one counts.",
    );
  }
  return inbound;
}
