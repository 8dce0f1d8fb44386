import { attributeValue } from "./element.ts";
import type { AttributeValue, PolicyElement } from "./element.ts";
import { disturbancesAfter, disturbancesOfBackend } from "./disturbance.ts";
import type { Disturbance } from "./disturbance.ts";
import type { PolicyDocument } from "./document.ts";
import { IDENTITY_ELEMENT, buildStatements, isSameValue } from "./statements.ts";
import type { OwnedStatement, PolicyStatements } from "./statements.ts";

/** An attribute of our identity statement that is not as it should be. */
export interface Correction {
  attribute: string;
  desired: string | undefined;
  observed: AttributeValue | undefined;
}

/** Our identity statement as it was found. */
export interface IdentityJudgement {
  element: PolicyElement;
  corrections: readonly Correction[];
  /** True when it stands before `<base />`, whose statements would run after it. */
  beforeBase: boolean;
  /** What comes after it and undoes it. */
  disturbances: readonly Disturbance[];
}

/** A removal of ours that does not do its work: it is not there, or something sets the key again after it. */
export interface RemovalJudgement {
  statement: OwnedStatement;
  /** The removal that is undone, and what undoes it; absent when there is no removal at all. */
  undone?: { element: PolicyElement; by: PolicyElement };
}

/** All there is to know about our statements in a document. */
export interface Judgement {
  statements: readonly OwnedStatement[];
  base: PolicyElement | undefined;
  /** Top-level identity statements that set `Authorization` for another audience, or for one that cannot be compared. */
  conflicts: readonly PolicyElement[];
  identity: IdentityJudgement | undefined;
  /** Further identity statements of ours, before the one that counts. */
  duplicates: readonly PolicyElement[];
  removals: readonly RemovalJudgement[];
  /** What touches `Authorization` in the backend section, which runs after inbound wherever our statement stands. */
  backend: readonly Disturbance[];
}

/** Judges a document against the statements it should hold. Only direct children of `<inbound>` can be ours. */
export function judgePolicy(document: PolicyDocument, wanted: PolicyStatements): Judgement {
  const { text } = document;
  const statements = buildStatements(wanted);
  const children = document.inbound?.children ?? [];
  const identities = children.filter(
    (child) =>
      child.name === IDENTITY_ELEMENT &&
      attributeValue(text, child, "output-token-variable-name") === undefined,
  );
  const isOurs = (element: PolicyElement): boolean => isForResource(text, element, wanted.resource);
  const ours = identities.filter(isOurs);
  const base = children.findLast(({ name }) => name === "base");
  const [identityStatement, ...removalStatements] = statements;
  const kept = ours.at(-1);
  return {
    statements,
    base,
    conflicts: identities.filter((element) => !isOurs(element)),
    identity:
      kept === undefined || identityStatement === undefined
        ? undefined
        : {
            element: kept,
            corrections: correctionsOf(text, kept, wanted),
            beforeBase: base !== undefined && kept.start < base.start,
            disturbances: disturbancesAfter(document, kept, identityStatement),
          },
    duplicates: ours.slice(0, -1),
    removals: removalStatements.flatMap((statement) => judgeRemoval(document, statement)),
    backend:
      identityStatement === undefined ? [] : disturbancesOfBackend(document, identityStatement),
  };
}

/** True when the gateway is certain to reach the function with the right token and without the key. */
export function isProtected({ conflicts, identity, duplicates, removals }: Judgement): boolean {
  return (
    conflicts.length === 0 &&
    identity !== undefined &&
    identity.corrections.length === 0 &&
    !mustMove(identity) &&
    duplicates.length === 0 &&
    removals.length === 0
  );
}

/** True when our identity statement does not hold where it stands. */
export function mustMove({ beforeBase, disturbances }: IdentityJudgement): boolean {
  return beforeBase || disturbances.length > 0;
}

function isForResource(text: string, element: PolicyElement, resource: string): boolean {
  const value = attributeValue(text, element, "resource");
  return value !== undefined && !value.opaque && isSameValue("resource", value.text, resource);
}

function correctionsOf(
  text: string,
  element: PolicyElement,
  { clientId }: PolicyStatements,
): Correction[] {
  const corrections: Correction[] = [];
  const observedClient = attributeValue(text, element, "client-id");
  const isSameClient =
    clientId === undefined
      ? observedClient === undefined
      : observedClient?.opaque === false && isSameValue("client-id", observedClient.text, clientId);
  if (!isSameClient) {
    corrections.push({ attribute: "client-id", desired: clientId, observed: observedClient });
  }
  const ignoreError = attributeValue(text, element, "ignore-error");
  if (ignoreError !== undefined && (ignoreError.opaque || ignoreError.text !== "false")) {
    corrections.push({ attribute: "ignore-error", desired: "false", observed: ignoreError });
  }
  return corrections;
}

function judgeRemoval(document: PolicyDocument, statement: OwnedStatement): RemovalJudgement[] {
  const { text, inbound } = document;
  const element = inbound?.children.findLast((child) => isRemoval(text, child, statement));
  if (element === undefined) {
    return [{ statement }];
  }
  const [disturbance] = disturbancesAfter(document, element, statement);
  return disturbance === undefined
    ? []
    : [{ statement, undone: { element, by: disturbance.element } }];
}

function isRemoval(
  text: string,
  element: PolicyElement,
  { element: name, attributes }: OwnedStatement,
): boolean {
  return (
    element.name === name &&
    attributes.every(([attribute, wanted]) => {
      const value = attributeValue(text, element, attribute);
      return value !== undefined && !value.opaque && isSameValue(attribute, value.text, wanted);
    })
  );
}
