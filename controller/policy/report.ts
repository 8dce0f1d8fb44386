import type { Disturbance } from "./disturbance.ts";
import type { PolicyDocument } from "./document.ts";
import { attributeValue } from "./element.ts";
import type { PolicyElement } from "./element.ts";
import type { Finding } from "./finding.ts";
import type { IdentityJudgement, Judgement, RemovalJudgement } from "./judge.ts";
import { IDENTITY_ELEMENT } from "./statements.ts";

/** Says a judgement in findings, in the order of the document; each message says what to do. */
export function reportFindings(document: PolicyDocument, judgement: Judgement): Finding[] {
  const reporter = new Reporter(document);
  reporter.reportBase(judgement);
  reporter.reportIdentity(judgement);
  for (const removal of judgement.removals) {
    reporter.reportRemoval(removal);
  }
  reporter.reportBackend(judgement.backend);
  return reporter.findings.toSorted(
    (one, other) => one.line - other.line || one.column - other.column,
  );
}

class Reporter {
  readonly findings: Finding[] = [];
  readonly #document: PolicyDocument;

  constructor(document: PolicyDocument) {
    this.#document = document;
  }

  reportBase({ base }: Judgement): void {
    const { inbound, root } = this.#document;
    if (inbound === undefined) {
      this.#add(
        root,
        "warning",
        "inbound-missing",
        "There is no <inbound> section: a merge adds one, with <base />.",
      );
    } else if (base === undefined) {
      this.#add(
        inbound,
        "warning",
        "base-missing",
        "<inbound> has no <base />, so that the policies of product and service do not run: add it unless that is meant.",
      );
    }
  }

  reportIdentity({ conflicts, identity, duplicates }: Judgement): void {
    for (const conflict of conflicts) {
      this.#add(conflict, "error", "identity-conflict", this.#conflictMessage(conflict));
    }
    for (const duplicate of duplicates) {
      this.#add(
        duplicate,
        "error",
        "identity-duplicate",
        `<${IDENTITY_ELEMENT}> for this resource occurs again further down: remove this one.`,
      );
    }
    if (identity !== undefined) {
      this.#reportOurs(identity);
    } else if (conflicts.length === 0) {
      const { inbound, root } = this.#document;
      this.#add(
        inbound ?? root,
        "error",
        "identity-missing",
        `<inbound> has no <${IDENTITY_ELEMENT}> for this resource on its top level: add it as the last statement.`,
      );
    }
  }

  reportRemoval({ statement, undone }: RemovalJudgement): void {
    const { inbound, root } = this.#document;
    if (undone === undefined) {
      this.#add(
        inbound ?? root,
        "error",
        "removal-missing",
        `'${statement.key}' reaches the function: add <${statement.element}> with exists-action="delete" for it to <inbound>.`,
      );
    } else {
      this.#add(
        undone.by,
        "error",
        "removal-undone",
        `This sets '${statement.key}' again after its removal: put the removal after it.`,
      );
    }
  }

  reportBackend(disturbances: readonly Disturbance[]): void {
    for (const { element, certainty } of disturbances) {
      this.#add(
        element,
        "warning",
        "authorization-in-backend",
        certainty === "certain"
          ? "This replaces the gateway's token in the backend section, which runs after <inbound>: take it out, or make sure that the function accepts it."
          : "What this does in the backend section cannot be seen from here: make sure that it leaves Authorization alone.",
      );
    }
  }

  #reportOurs({ element, corrections, beforeBase, disturbances }: IdentityJudgement): void {
    for (const { attribute, desired } of corrections) {
      this.#add(
        element,
        "error",
        "identity-attribute",
        desired === undefined
          ? `Remove the attribute '${attribute}': the service's own identity is wanted.`
          : `Set the attribute '${attribute}' to '${desired}'.`,
      );
    }
    if (beforeBase) {
      this.#add(
        element,
        "error",
        "identity-before-base",
        "The policies of product and service run after this statement and may replace its token: put it after <base />.",
      );
    }
    for (const disturbance of disturbances) {
      this.#reportDisturbance(disturbance);
    }
  }

  #reportDisturbance({ element, certainty }: Disturbance): void {
    if (certainty === "certain") {
      this.#add(
        element,
        "error",
        "authorization-after",
        `This sets or removes Authorization after <${IDENTITY_ELEMENT}>: put it before.`,
      );
    } else {
      this.#add(
        element,
        "warning",
        "authorization-hidden",
        `Whether this touches Authorization cannot be seen from here: put it before <${IDENTITY_ELEMENT}>.`,
      );
    }
  }

  #conflictMessage(conflict: PolicyElement): string {
    const resource = attributeValue(this.#document.text, conflict, "resource");
    const what =
      resource === undefined
        ? "names no resource"
        : resource.opaque
          ? "names its resource by an expression or named value, which cannot be compared"
          : `is for another resource, '${resource.text}'`;
    return `This <${IDENTITY_ELEMENT}> ${what}: remove it, or keep its token in a variable with output-token-variable-name.`;
  }

  #add(element: PolicyElement, severity: Finding["severity"], code: string, message: string): void {
    this.findings.push({ ...this.#document.lines.locate(element.start), code, message, severity });
  }
}
