import type { Reason } from "../api/v1alpha1/conditions.ts";
import type { Answer } from "../azure/door.ts";
import type { SiteFacts } from "../safeguards/safeguard.ts";
import type { DirectCall, Evidence, GatewayCall } from "./probes.ts";

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

/** The judgement of one call. */
interface Finding {
  readonly status: "good" | "bad" | "open";
  readonly reason: Reason;
  readonly message: string;
}

/**
 * Turns what the probes got into one verdict with a remedy. A bad call decides before one that leaves
 * the question open, and an admitted caller before one who is kept out.
 */
export function diagnose(evidence: Evidence, site: SiteFacts): Verdict {
  const direct = evidence.direct.map((call) => judgeDirect(call, site));
  const gateway = evidence.gateway.map((call) => judgeGateway(call));
  const verdictOnGateway = summarizeGateway(gateway);
  const worst =
    [...direct, ...gateway].find(({ status }) => status === "bad") ??
    [...direct, ...gateway].find(({ status }) => status === "open");
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

function judgeDirect({ url, caller, answer }: DirectCall, site: SiteFacts): Finding {
  if (answer.kind === "unreachable") {
    return open(
      "NoRoute",
      `${url} cannot be reached from here (${answer.cause}), so nothing is proved.`,
    );
  }
  const got = `${url} answered ${answer.status} to ${caller === "anonymous" ? "an anonymous call" : "a valid token of another identity"}`;
  if (answer.headers["x-ms-forbidden-ip"] !== undefined) {
    return open(
      "NoRoute",
      `${got}: an IP rule of the function refuses this place, so authentication is not proved.`,
    );
  }
  if (site.state !== undefined && site.state !== "Running") {
    return open(
      "NoRoute",
      `${got}, and the app is ${site.state}: start it, a stopped app proves nothing.`,
    );
  }
  if (site.publicNetworkAccess === "Disabled") {
    return open(
      "NoRoute",
      `${got}, and public network access is disabled: authentication is not proved.`,
    );
  }
  if (isRefusal(answer, caller)) return good(got);
  if (answer.status >= 500) {
    return open(
      "Unverified",
      `${got}: the function is not well, look at its logs; nothing is proved.`,
    );
  }
  return caller === "anonymous"
    ? bad("DirectCallAdmitted", `${got}: the function can be reached past its gateway.`)
    : bad("IntruderAdmitted", `${got}: callers that the spec does not name get in.`);
}

/** A caller without a token may also be sent to the provider's login page: he is not let in. */
function isRefusal(answer: Answer & { kind: "answered" }, caller: DirectCall["caller"]): boolean {
  const isLogin = answer.status === 302 && answer.headers["location"] !== undefined;
  return answer.status === 401 || answer.status === 403 || (caller === "anonymous" && isLogin);
}

function judgeGateway({ url, expectedStatus, answer }: GatewayCall): Finding {
  if (answer.kind === "withheld") {
    return open("SubscriptionKeyMissing", `${url} was not called. ${answer.cause}`);
  }
  if (answer.kind === "unreachable") {
    return bad(
      "GatewayCheckFailed",
      `${url} cannot be reached from here (${answer.cause}). Let the operator reach the gateway, or correct verification.gateway.`,
    );
  }
  if (answer.status === expectedStatus) return good(url);
  const got = `${url} answered ${answer.status} instead of ${expectedStatus}`;
  return bad("GatewayCheckFailed", `${got}: ${gatewayRemedy(answer)}`);
}

function gatewayRemedy({ status, headers }: Answer & { kind: "answered" }): string {
  const challenge = headers["www-authenticate"] ?? "";
  if (status === 401 && /AzureApiManagementKey/i.test(challenge)) {
    return "the API wants a subscription key. Name a path of an API that needs none, or set rollout.gatewayCheck: Skip.";
  }
  if (status === 401) {
    return "the function does not accept the gateway's token. Check audience, issuer and tenant, and that no operation policy leaves out <base />.";
  }
  if (status === 403) {
    return "the function knows the gateway's token and does not allow its identity, or the change has not taken effect yet.";
  }
  if (status === 404)
    return "no operation or function has this path. Correct verification.gateway.";
  if (status >= 500) {
    return "the gateway could not get a token or the function failed. Check that the registration has a service principal, then the API's trace.";
  }
  return "correct verification.gateway, or what answers there.";
}

function good(message: string): Finding {
  return { status: "good", reason: "Succeeded", message };
}

function bad(reason: Reason, message: string): Finding {
  return { status: "bad", reason, message };
}

function open(reason: Reason, message: string): Finding {
  return { status: "open", reason, message };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
