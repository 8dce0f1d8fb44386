import { DOMParser } from "@xmldom/xmldom";
import { PolicyReadError, readPolicy, type PolicyElement } from "./document.ts";
import type { PolicyFormat } from "./format.ts";
import { KNOWN_STATEMENTS } from "./known-statements.ts";

export type PolicyScope = "global" | "product" | "api" | "operation" | "fragment";

/** One thing the service does not accept. */
export interface Complaint {
  /** The element it is about; what the service calls `target`. */
  readonly element: string;
  readonly message: string;
}

const SECTIONS = ["inbound", "backend", "outbound", "on-error"];

const REQUIRED_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  "set-header": ["name"],
  "set-query-parameter": ["name"],
  "set-variable": ["name", "value"],
  "authentication-managed-identity": ["resource"],
  "include-fragment": ["fragment-id"],
  "rate-limit": ["calls", "renewal-period"],
  "rewrite-uri": ["template"],
};

const EXISTS_ACTIONS = ["override", "skip", "append", "delete"];

/**
 * What the service finds wrong with a document; empty when it accepts it.
 *
 * Only what a tool may plausibly get wrong is checked: form, sections, statements, required
 * attributes. Expressions are not compiled.
 */
export function validatePolicy(
  document: string,
  format: PolicyFormat,
  scope: PolicyScope,
): readonly Complaint[] {
  const root = read(document, format);
  if (typeof root === "string") return [{ element: "representation", message: root }];
  if (scope === "fragment") {
    return root.name === "fragment"
      ? root.children.flatMap((child) => checkStatement(child, scope))
      : [complaint(root, "The root element of a fragment must be 'fragment'.")];
  }
  if (root.name !== "policies") {
    return [complaint(root, "The root element of a policy document must be 'policies'.")];
  }
  return checkSections(root, scope);
}

function read(document: string, format: PolicyFormat): PolicyElement | string {
  try {
    if (format === "xml") checkWellFormed(document);
    return readPolicy(document);
  } catch (error) {
    if (error instanceof PolicyReadError) return error.message;
    throw error;
  }
}

/** In `xml` form expressions must be escaped, so the whole must be XML as it stands. */
function checkWellFormed(document: string): void {
  const parser = new DOMParser({
    onError: (_level, message) => {
      throw new PolicyReadError(message.split("\n")[0] ?? message);
    },
  });
  try {
    parser.parseFromString(document.replace(/^\uFEFF/u, ""), "text/xml");
  } catch (error) {
    throw new PolicyReadError(error instanceof Error ? error.message : String(error));
  }
}

function checkSections(root: PolicyElement, scope: PolicyScope): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const seen = new Set<string>();
  for (const section of root.children) {
    if (!SECTIONS.includes(section.name)) {
      complaints.push(complaint(section, "Policy section is not allowed in the specified scope."));
    } else if (seen.has(section.name)) {
      complaints.push(complaint(section, `Section '${section.name}' is specified more than once.`));
    }
    seen.add(section.name);
    complaints.push(...section.children.flatMap((child) => checkStatement(child, scope)));
  }
  return complaints;
}

function checkStatement(statement: PolicyElement, scope: PolicyScope): readonly Complaint[] {
  const complaints: Complaint[] = [];
  if (statement.name === "base" && (scope === "global" || scope === "fragment")) {
    complaints.push(complaint(statement, "Policy is not allowed in the specified scope."));
  } else if (!KNOWN_STATEMENTS.has(statement.name)) {
    complaints.push(complaint(statement, `Policy '${statement.name}' is not known.`));
  }
  for (const name of REQUIRED_ATTRIBUTES[statement.name] ?? []) {
    if (statement.attributes[name] === undefined) {
      complaints.push(complaint(statement, `Required attribute '${name}' is missing.`));
    }
  }
  const action = statement.attributes["exists-action"];
  if (action !== undefined && !action.startsWith("@") && !EXISTS_ACTIONS.includes(action)) {
    complaints.push(complaint(statement, `The value '${action}' of 'exists-action' is invalid.`));
  }
  return complaints;
}

function complaint(element: PolicyElement, message: string): Complaint {
  return {
    element: element.name,
    message: `Error in element '${element.name}' on line ${element.line}, column ${element.column}: ${message}`,
  };
}
