import type { Reason } from "../api/v1alpha1/conditions.ts";
import type { Circumstances } from "./circumstances.ts";
import type { Finding } from "./finding.ts";
import { judgeDirect, receptionOf } from "./judge-direct.ts";
import { judgeGateway } from "./judge-gateway.ts";
import type { Evidence } from "./probes.ts";

/** What the evidence says, for the condition `Verified` and for the roll-out. */
export interface Verdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: Reason;
  readonly message: string;
  /**
   * Whether the calls through the gateway worked. `none`: the spec names no path; `withheld`: none
   * failed, and one was not made because its key is missing.
   */
  readonly gateway: "passed" | "failed" | "none" | "withheld";
}

/**
 * Turns what the probes got into one verdict with a remedy. A bad call decides before one that leaves
 * the question open, and an admitted caller before one who is kept out.
 */
export function diagnose(evidence: Evidence, circumstances: Circumstances): Verdict {
  const reception = receptionOf(evidence.direct, circumstances);
  const direct = evidence.direct.map((call) => judgeDirect(call, circumstances));
  const gateway = evidence.gateway.map((call) => judgeGateway(call, reception, circumstances));
  const verdictOnGateway = summarizeGateway(gateway);
  const findings = [...direct, ...gateway].map((finding) => allowForDelay(finding, circumstances));
  const worst =
    findings.find(({ status }) => status === "bad") ??
    findings.find(({ status }) => status === "open");
  if (worst !== undefined) {
    return {
      status: worst.status === "bad" ? "False" : "Unknown",
      reason: worst.reason,
      message: worst.message,
      gateway: verdictOnGateway,
    };
  }
  if (direct.length === 0 && gateway.length === 0) {
    return {
      status: "Unknown",
      reason: "Unverified",
      message:
        "No call was made: verification.direct is Disabled and verification.gateway names no path.",
      gateway: "none",
    };
  }
  return {
    status: "True",
    reason: "Succeeded",
    message: `${count(direct.length, "direct call")} refused, ${count(gateway.length, "call")} through the gateway answered as expected.`,
    gateway: verdictOnGateway,
  };
}

function summarizeGateway(calls: readonly Finding[]): Verdict["gateway"] {
  if (calls.length === 0) return "none";
  if (calls.some(({ status }) => status === "bad")) return "failed";
  return calls.every(({ status }) => status === "good") ? "passed" : "withheld";
}

/** What a change that has not reached every instance yet would look like. */
const SIGNS_OF_DELAY: ReadonlySet<Reason> = new Set<Reason>([
  "CallerNotAllowed",
  "DirectCallAdmitted",
  "GatewayFailing",
  "IntruderAdmitted",
  "IssuerMismatch",
  "PolicyNotExecuted",
  "TokenNotAccepted",
  "WrongAudience",
]);

/**
 * Right after a change, what it would explain is no diagnosis yet: it is looked at again. An open
 * function that the settings leave open is no delay.
 */
function allowForDelay(finding: Finding, { isRecent, site }: Circumstances): Finding {
  const isLeftOpen = finding.reason === "DirectCallAdmitted" && !site.enforced;
  if (!isRecent || isLeftOpen || !SIGNS_OF_DELAY.has(finding.reason)) return finding;
  return {
    ...finding,
    reason: "NotYetPropagated",
    message: `${finding.message} A change was made a short while ago and may not have taken effect yet: it is looked at again.`,
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
