import { checkPolicy, mergePolicy, removePolicy } from "../policy/policy.ts";
import type { Finding, PolicyStatements } from "../policy/policy.ts";
import type { PolicyVerb } from "./policy-arguments.ts";

/** How a document stands. */
export interface Standing {
  protected: boolean;
  findings: readonly Finding[];
}

/** What a command makes of one document, before anything is written. */
export interface Treatment {
  /** False when the document could not be read or is in conflict; it stays as it is. */
  accepted: boolean;
  /** The text after the command; the source when nothing changes. */
  text: string;
  /** For `check`: whether a merge would change it. */
  changed: boolean;
  before: Standing;
  /** How the document stands if `text` is written. */
  after: Standing;
}

/** What each command makes of a document's text. */
export const TREATMENTS: Readonly<
  Record<PolicyVerb, (text: string, statements: PolicyStatements) => Treatment>
> = { check: checkDocument, merge: mergeDocument, remove: removeDocument };

function checkDocument(text: string, statements: PolicyStatements): Treatment {
  const standing = checkPolicy(text, statements);
  const { outcome } = mergePolicy(text, statements);
  const accepted = outcome === "merged";
  return {
    accepted,
    text,
    changed: accepted && !standing.protected,
    before: standing,
    after: standing,
  };
}

function mergeDocument(text: string, statements: PolicyStatements): Treatment {
  const result = mergePolicy(text, statements);
  if (result.outcome !== "merged") {
    return refused(text, result.findings);
  }
  const after = checkPolicy(result.text, statements);
  return {
    accepted: true,
    text: result.text,
    changed: result.changed,
    before: { protected: !result.changed, findings: result.findings },
    after,
  };
}

function removeDocument(text: string, statements: PolicyStatements): Treatment {
  const result = removePolicy(text, { statements });
  if (result.outcome !== "removed") {
    return refused(text, result.findings);
  }
  // What a removal leaves open is what it was asked for, so that it is no finding.
  const { findings, changed } = result;
  const after = result.text ?? "";
  return {
    accepted: true,
    text: after,
    changed,
    before: { protected: checkPolicy(text, statements).protected, findings },
    after: { protected: checkPolicy(after, statements).protected, findings },
  };
}

function refused(text: string, findings: readonly Finding[]): Treatment {
  const standing = { protected: false, findings };
  return { accepted: false, text, changed: false, before: standing, after: standing };
}
