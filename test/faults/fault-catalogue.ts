import type { Reason } from "../../controller/api/v1alpha1/conditions.ts";
import { KNOWN_FAULTS } from "../../simulator/control/known-faults.ts";
import type { Fault, FaultMatch } from "../../simulator/control/faults.ts";
import { apimUrl, API_ID } from "../support/demo-ids.ts";
import type { Random } from "./random.ts";
import { KEPT_OUT, LET_IN } from "./symptoms.ts";

/** One kind of thing that goes wrong. */
export interface FaultKind {
  readonly name: string;
  /** The reasons that tell a reader the truth about it. */
  readonly reasons: readonly Reason[];
  readonly match: (random: Random) => FaultMatch;
  readonly fault: (random: Random) => Fault;
  /** At most how often it strikes; 3 unless told. */
  readonly mostTimes?: number;
  /** It may strike after the service has done the work. */
  readonly mayHideSuccess?: boolean;
  /** Nothing in Azure ends it: no run converges after it. */
  readonly isForever?: boolean;
}

const POLICY = "/policies/policy";
const SETTINGS = "/config/authsettingsV2";
const SERVICE = "/service/contoso-apim\\?";
const ANY_WRITE: readonly FaultMatch[] = [
  { listener: "arm", method: "PATCH", path: SERVICE },
  { listener: "arm", method: "PUT", path: POLICY },
  { listener: "arm", method: "DELETE", path: POLICY },
  { listener: "arm", method: "PUT", path: SETTINGS },
];
const ANY_READ: readonly FaultMatch[] = [
  { listener: "arm", method: "GET", path: SERVICE },
  { listener: "arm", method: "GET", path: "/identities/default" },
  { listener: "arm", method: "GET", path: "/operationresults/" },
  { listener: "arm", method: "GET", path: "/apis/orders\\?" },
  { listener: "arm", method: "GET", path: POLICY },
  { listener: "arm", method: "GET", path: "/sites/orders-func\\?" },
  { listener: "arm", method: "GET", path: SETTINGS },
];
const ANY_REQUEST = [...ANY_READ, ...ANY_WRITE];

const anyWrite = (random: Random) => random.pick(ANY_WRITE);
const anyRequest = (random: Random) => random.pick(ANY_REQUEST);
const policyWrite = () => ({ listener: "arm", method: "PUT", path: POLICY });
const serviceWrite = () => ({ listener: "arm", method: "PATCH", path: SERVICE });
/** The operator's probes only: what an outside observer calls is another path. */
const gatewayProbe = () => ({ listener: "contoso-apim", path: "/health" });
const directProbe = () => ({ listener: "orders-func", path: "^/(admin/host/ping)?$" });

function armError(status: number, code: string, headers: Record<string, string> = {}): Fault {
  return { status, headers, body: { error: { code, message: `Injected ${code}.` } } };
}

/** The policy as its owners write it in the middle of the operator's work. */
export const INTRUDED_POLICY =
  '<policies><inbound><base /><!-- written in between --><set-header name="X-Late" exists-action="override"><value>@(1 < 2 ? "a" : "b")</value></set-header></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>';

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: "a late answer",
    reasons: [],
    match: anyRequest,
    fault: (random) => ({ delayInMs: random.between(1, 8) }),
  },
  {
    name: "429 with Retry-After",
    reasons: ["Throttled"],
    match: anyRequest,
    fault: (random) =>
      armError(429, "SubscriptionRequestsThrottled", {
        "retry-after": String(random.between(1, 90)),
      }),
  },
  {
    name: "429 without Retry-After",
    reasons: ["Throttled"],
    match: anyRequest,
    fault: () => KNOWN_FAULTS.siteLockedExclusively,
  },
  {
    name: "409 while another write runs",
    reasons: ["GatewayBusy"],
    match: anyWrite,
    fault: () => KNOWN_FAULTS.pessimisticConcurrencyConflict,
  },
  {
    name: "422 while the service is updated",
    reasons: ["GatewayBusy"],
    match: anyWrite,
    fault: () => KNOWN_FAULTS.managementApiRequestFailed,
  },
  {
    name: "412",
    reasons: ["StaleRead"],
    match: policyWrite,
    fault: () => armError(412, "PreconditionFailed"),
    mostTimes: 5,
  },
  {
    name: "somebody writes the policy first",
    reasons: ["StaleRead"],
    match: policyWrite,
    fault: () => ({
      intrude: {
        method: "PUT",
        path: apimUrl(`${API_ID}/policies/policy`),
        body: { properties: { format: "rawxml", value: INTRUDED_POLICY } },
      },
    }),
    mostTimes: 1,
  },
  {
    name: "504",
    reasons: ["AzureTimeout"],
    match: anyRequest,
    fault: () => KNOWN_FAULTS.gatewayTimeout,
    mayHideSuccess: true,
  },
  {
    name: "503",
    reasons: ["AzureUnavailable"],
    match: anyRequest,
    fault: () => KNOWN_FAULTS.serverTimeout,
    mayHideSuccess: true,
  },
  {
    name: "500 that is not JSON",
    reasons: ["AzureUnavailable"],
    match: anyRequest,
    fault: () => ({ status: 500, body: "<html>Our services are not available</html>" }),
    mayHideSuccess: true,
  },
  {
    name: "a cut connection",
    reasons: ["AzureUnavailable"],
    match: anyRequest,
    fault: () => ({ cut: true }),
    mayHideSuccess: true,
  },
  {
    name: "no answer at all",
    reasons: ["AzureTimeout"],
    match: anyRequest,
    fault: () => ({ hang: true }),
    mostTimes: 1,
    mayHideSuccess: true,
  },
  {
    name: "401",
    reasons: ["CredentialUnavailable"],
    match: anyRequest,
    fault: () => armError(401, "ExpiredAuthenticationToken"),
  },
  {
    name: "403",
    reasons: ["PermissionMissing"],
    match: anyRequest,
    fault: () => armError(403, "AuthorizationFailed"),
  },
  {
    name: "409 ScopeLocked",
    reasons: ["ScopeLocked"],
    match: anyWrite,
    fault: () => armError(409, "ScopeLocked"),
  },
  {
    name: "400 ValidationError",
    reasons: ["PolicyRejected"],
    match: policyWrite,
    fault: () => armError(400, "ValidationError"),
  },
  {
    name: "an operation that fails",
    reasons: ["OperationFailed"],
    match: serviceWrite,
    fault: () => ({
      operation: { kind: "fails", code: "ServiceActivationFailed", message: "No capacity." },
    }),
    mostTimes: 1,
  },
  {
    name: "an operation that never ends",
    reasons: ["OperationFailed"],
    match: serviceWrite,
    fault: () => ({ operation: { kind: "never-ends" } }),
    mostTimes: 1,
    isForever: true,
  },
  {
    name: "Entra out of order",
    reasons: ["AzureUnavailable", "CredentialUnavailable", "TokenVersionUnknown"],
    match: () => ({ listener: "entra" }),
    fault: (random) => ({ status: random.pick([429, 500, 503]) }),
  },
  {
    name: "Entra cut off",
    reasons: ["AzureUnavailable", "CredentialUnavailable", "TokenVersionUnknown"],
    match: () => ({ listener: "entra" }),
    fault: () => ({ cut: true }),
  },
  {
    name: "calls through the gateway fail for a while",
    reasons: KEPT_OUT,
    match: gatewayProbe,
    fault: (random) => ({ status: random.pick([401, 403, 404, 500, 503]) }),
    mostTimes: 40,
  },
  {
    name: "the gateway's connection is cut for a while",
    reasons: KEPT_OUT,
    match: gatewayProbe,
    fault: () => ({ cut: true }),
    mostTimes: 40,
  },
  {
    name: "something in front of the function answers",
    reasons: LET_IN,
    match: directProbe,
    fault: () => ({ status: 200 }),
    mostTimes: 20,
  },
  {
    name: "the function fails to answer directly",
    reasons: ["FunctionFailing", "NoRoute"],
    match: directProbe,
    fault: (random) => random.pick<Fault>([{ status: 503 }, { cut: true }]),
    mostTimes: 20,
  },
];
