import { attributeValue } from "./element.ts";
import type { PolicyElement } from "./element.ts";
import { mustMove } from "./judge.ts";
import type { Correction, IdentityJudgement, Judgement, RemovalJudgement } from "./judge.ts";
import { IDENTITY_ELEMENT, renderStatement, statementPath } from "./statements.ts";

/** One difference between the statements wanted and those found. */
export interface PolicyDifference {
  /** See `statementPath`: `inbound/authentication-managed-identity@resource`, `inbound/set-header[X-Key]`, `…#order`. */
  path: string;
  /** Absent when nothing should be there. */
  desired?: string;
  /** Absent when nothing is there; cut at 256 characters. */
  observed?: string;
  /** True when `observed` is or holds a C# expression, which may hold a secret: show a hash of it, not the text. */
  expression?: true;
  /** What the difference does to the function's protection. */
  danger: "weakens" | "hardens" | "cosmetic";
}

const LONGEST_VALUE = 256;
const EXPRESSION = /@[({]/;
const IDENTITY_PATH = statementPath({ element: IDENTITY_ELEMENT, attributes: [] });

/** Says a judgement as differences, field by field. */
export function listDifferences(source: string, judgement: Judgement): PolicyDifference[] {
  const { conflicts, identity, duplicates, removals, statements } = judgement;
  const [identityStatement] = statements;
  const missing =
    identity === undefined && conflicts.length === 0 && identityStatement !== undefined
      ? [difference(IDENTITY_PATH, renderStatement(identityStatement), undefined, "weakens")]
      : [];
  return [
    ...conflicts.map((conflict) => conflictDifference(source, conflict, judgement)),
    ...missing,
    ...(identity === undefined ? [] : identityDifferences(identity)),
    ...duplicates.map(({ start, end }) =>
      difference(IDENTITY_PATH, undefined, source.slice(start, end), "cosmetic"),
    ),
    ...removals.map(removalDifference),
  ];
}

function conflictDifference(
  source: string,
  conflict: PolicyElement,
  { statements }: Judgement,
): PolicyDifference {
  const desired = statements[0]?.attributes.find(([name]) => name === "resource")?.[1];
  const observed = attributeValue(source, conflict, "resource")?.text;
  return difference(`${IDENTITY_PATH}@resource`, desired, observed, "weakens");
}

function identityDifferences(identity: IdentityJudgement): PolicyDifference[] {
  const { corrections, disturbances, beforeBase } = identity;
  const differences = corrections.map(correctionDifference);
  if (mustMove(identity)) {
    const by = beforeBase ? "base" : disturbances[0]?.element.name;
    differences.push(
      difference(
        `${IDENTITY_PATH}#order`,
        "after all that sets or removes Authorization",
        `before <${by}>`,
        "weakens",
      ),
    );
  }
  return differences;
}

function correctionDifference({ attribute, desired, observed }: Correction): PolicyDifference {
  return difference(`${IDENTITY_PATH}@${attribute}`, desired, observed?.text, "weakens");
}

function removalDifference({ statement, undone }: RemovalJudgement): PolicyDifference {
  const path = statementPath(statement);
  return undone === undefined
    ? difference(path, renderStatement(statement), undefined, "weakens")
    : difference(
        `${path}#order`,
        `after all that sets ${statement.key}`,
        `before <${undone.by.name}>`,
        "weakens",
      );
}

function difference(
  path: string,
  desired: string | undefined,
  observed: string | undefined,
  danger: PolicyDifference["danger"],
): PolicyDifference {
  return {
    path,
    ...(desired === undefined ? {} : { desired: cut(desired) }),
    ...(observed === undefined ? {} : { observed: cut(observed) }),
    ...(observed !== undefined && EXPRESSION.test(observed) ? { expression: true } : {}),
    danger,
  };
}

function cut(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE - 1)}…` : value;
}
