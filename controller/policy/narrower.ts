import { checkPolicy } from "./check.ts";
import { disturbancesAfter, disturbancesOfBackend } from "./disturbance.ts";
import type { Disturbance } from "./disturbance.ts";
import { readPolicyDocument } from "./document.ts";
import { buildStatements } from "./statements.ts";
import type { PolicyStatements } from "./statements.ts";

/** What a policy at a narrower scope, such as an operation's, does to the statements of its API. */
export type NarrowerEffect =
  /** They hold, or the document has its own. */
  | { kind: "holds" }
  /** It has an inbound section that does not run its parent's. */
  | { kind: "skips"; line: number; column: number }
  /** It sets or removes `Authorization` after them. `hidden`: whether it does, only the gateway can know. */
  | { kind: "undoes"; certainty: Disturbance["certainty"]; line: number; column: number }
  | { kind: "unreadable"; line: number; column: number };

/**
 * Judges a policy that runs around the API's: what stands after its `<base />` runs after the API's statements, and
 * without one the API's inbound section does not run at all. A section that is not there inherits.
 * @throws RangeError when the statements cannot be written into a policy.
 */
export function checkNarrowerPolicy(text: string, statements: PolicyStatements): NarrowerEffect {
  const reading = readPolicyDocument(text);
  if (!reading.readable) {
    const { line, column } = reading.finding;
    return { kind: "unreadable", line, column };
  }
  const { document } = reading;
  const { inbound, lines } = document;
  const [identity] = buildStatements(statements);
  if (identity === undefined || checkPolicy(text, statements).protected) return { kind: "holds" };
  const base = inbound?.children.findLast(({ name }) => name === "base");
  if (inbound !== undefined && base === undefined) {
    return { kind: "skips", ...lines.locate(inbound.start) };
  }
  const found = [
    ...(base === undefined ? [] : disturbancesAfter(document, base, identity)),
    ...disturbancesOfBackend(document, identity),
  ];
  const worst = found.find(({ certainty }) => certainty === "certain") ?? found[0];
  return worst === undefined
    ? { kind: "holds" }
    : { kind: "undoes", certainty: worst.certainty, ...lines.locate(worst.element.start) };
}
