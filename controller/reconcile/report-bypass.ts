import { FINDINGS, type FindingCode } from "../api/v1alpha1/findings.ts";
import type {
  Condition,
  Coverage,
  Finding as FindingStatus,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import { apiPolicyId } from "../azure/resource-ids.ts";
import type { Finding } from "../safeguards/bypass/bypass-check.ts";
import { criticalFindings, describeBypasses, type BypassReport } from "./bypass.ts";
import { cut } from "./cut.ts";
import type { Plan } from "./plan.ts";

const MOST_FINDINGS = 50;
const LONGEST_MESSAGE = 1024;

/** The findings of an operation's policy that mean that the API's statements do not hold in it. */
const UNPROTECTED: ReadonlySet<FindingCode> = new Set([
  "OperationWithoutBase",
  "OperationUndoesPolicy",
  "PolicyNotSeen",
]);

/**
 * The findings as status shows them, the worst first. Those of a check that could not look stay as they
 * were known last.
 */
export function findingsOf(
  { findings, unseen }: BypassReport,
  before: SecuredFunctionBackendStatus,
): FindingStatus[] {
  const unknown = new Set<string>(unseen.flatMap(({ codes }) => codes));
  const kept = (before.findings ?? []).filter(({ code }) => unknown.has(code));
  const seen = findings.map(statusOf);
  const isNew = (old: FindingStatus) =>
    !seen.some(({ code, resource }) => code === old.code && resource === old.resource);
  return [...seen, ...kept.filter(isNew)].toSorted(byOrder).slice(0, MOST_FINDINGS);
}

function statusOf({ code, resource, message }: Finding): FindingStatus {
  const { severity, remedy } = FINDINGS[code];
  return { code, severity, resource, message: cut(message, LONGEST_MESSAGE), remedy };
}

const CODES: readonly string[] = Object.keys(FINDINGS);

/** The order of the table, then of the resources: the same whatever answered first. */
function byOrder(left: FindingStatus, right: FindingStatus): number {
  return (
    CODES.indexOf(left.code) - CODES.indexOf(right.code) ||
    compareTexts(left.resource, right.resource) ||
    compareTexts(left.message, right.message)
  );
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What the condition NoBypass says. */
export function noBypassState(
  bypass: BypassReport,
): Pick<Condition, "status" | "reason" | "message"> {
  const critical = criticalFindings(bypass);
  if (critical.length > 0) {
    return { status: "False", reason: "BypassFound", message: describeBypasses(bypass) };
  }
  const [unseen] = bypass.unseen;
  if (unseen !== undefined) {
    const { reason, message } = unseen.obstacle;
    return { status: "Unknown", reason, message: `Not everything could be looked at. ${message}` };
  }
  const warnings = bypass.findings.filter(({ code }) => FINDINGS[code].severity === "Warning");
  const rest =
    warnings.length === 0
      ? ""
      : ` status.findings holds ${warnings.length} warning${warnings.length === 1 ? "" : "s"}.`;
  return {
    status: "True",
    reason: "NoBypassFound",
    message: `No way around the lock was found.${rest}`,
  };
}

/**
 * How many operations are protected: those of APIs whose policy is, but for those whose own policy
 * skips or undoes it. Undefined while the operations are not known.
 */
export function coverageOf(
  { steps }: Plan,
  { operations, findings }: BypassReport,
): Coverage | undefined {
  const step = steps.find(({ safeguard }) => safeguard === "inbound-policy");
  if (operations === undefined || step === undefined) return undefined;
  const isUnread = step.obstacle !== undefined && step.obstacle.resources === undefined;
  const open = new Set(
    [
      ...step.changes.map(({ resource }) => resource),
      ...(step.obstacle?.resources ?? []),
      ...findings.filter(({ code }) => UNPROTECTED.has(code)).map(({ resource }) => resource),
    ].map((id) => id.toLowerCase()),
  );
  const isOpen = (id: string) => open.has(id.toLowerCase());
  const covered = isUnread
    ? []
    : operations
        .filter(({ apiId }) => !isOpen(apiPolicyId(apiId)))
        .flatMap(({ operationIds }) => operationIds.filter((id) => !isOpen(id)));
  return {
    protected: covered.length,
    total: operations.reduce((sum, { operationIds }) => sum + operationIds.length, 0),
  };
}
