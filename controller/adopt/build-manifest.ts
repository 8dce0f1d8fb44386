import type {
  Authentication,
  Identity,
  Network,
  ObjectMetadata,
  Registration,
  SecuredFunctionBackend,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import { checkPolicy } from "../policy/policy.ts";
import { admittedRanges, isOwnRule, rulesOf } from "../safeguards/access-rules.ts";
import { canonicalCidr } from "../safeguards/cidr.ts";
import type { ObservedPair } from "./observe-pair.ts";
import { presentAuthentication } from "./present-authentication.ts";
import { presentIdentity } from "./present-identity.ts";
import { presentRegistration } from "./present-registration.ts";
import { presentToken, sendsToken, type PresentToken } from "./present-token.ts";
import type { Remark } from "./remark.ts";

/** A manifest without the defaults of what it leaves out. */
export interface AdoptedManifest {
  readonly apiVersion: SecuredFunctionBackend["apiVersion"];
  readonly kind: SecuredFunctionBackend["kind"];
  readonly metadata: ObjectMetadata;
  readonly spec: Pick<SecuredFunctionBackendSpec, "functionApp" | "apis" | "subscriptionKey"> & {
    readonly identity: Pick<Identity, "type" | "resourceId">;
    readonly registration: Pick<Registration, "clientId">;
    readonly authentication: Authentication;
    readonly network: Network;
  };
}

/** A manifest for a pair that exists, and what its reader should know. */
export interface Adoption {
  readonly manifest: AdoptedManifest;
  readonly remarks: readonly Remark[];
}

/**
 * The manifest that describes a secure pair as it is, and closes one that is not.
 * @throws {AdoptionError} when no manifest can describe it.
 */
export function buildManifest(pair: ObservedPair, metadata: ObjectMetadata): Adoption {
  const token = presentToken(pair.apis);
  const { registration, remarks } = presentRegistration(token, pair.settings);
  const { identity, gateways } = presentIdentity(token, pair.services);
  const callers = presentAuthentication(pair.settings, gateways, registration.clientId);
  const subscriptionKey = presentKeyTreatment(pair, token);
  return {
    manifest: {
      apiVersion: "securedbackend.dev/v1alpha1",
      kind: "SecuredFunctionBackend",
      metadata,
      spec: {
        functionApp: pair.functionApp,
        apis: pair.apis.map(({ reference }) => reference),
        identity,
        registration,
        authentication: callers.authentication,
        subscriptionKey,
        network: presentNetwork(pair),
      },
    },
    remarks: [...remarks, ...callers.remarks, ...remarkOnKey(subscriptionKey)],
  };
}

/** Whether every policy that sends a token keeps the key back, under the API's own names. */
function presentKeyTreatment(
  { apis }: ObservedPair,
  token: PresentToken | undefined,
): SecuredFunctionBackendSpec["subscriptionKey"] {
  if (token === undefined) return "Remove";
  const passesKeyOn = apis.filter(sendsToken).some(({ policy, keyNames }) => {
    const { differences } = checkPolicy(policy, {
      resource: token.audience,
      ...(token.clientId !== undefined && { clientId: token.clientId }),
      removeHeaders: [keyNames.header],
      removeQueryParameters: [keyNames.query],
    });
    return differences.some(({ path }) => path.startsWith("inbound/set-"));
  });
  return passesKeyOn ? "Keep" : "Remove";
}

function remarkOnKey(treatment: SecuredFunctionBackendSpec["subscriptionKey"]): readonly Remark[] {
  if (treatment === "Remove") return [];
  const text = "The caller's subscription key reaches the function. Remove keeps it back.";
  return [{ field: "subscriptionKey", text }];
}

/** Restricted where rules of this operator stand; what they admit besides the gateways was asked for. */
function presentNetwork({ webConfig, services }: ObservedPair): Network {
  const own = rulesOf(webConfig).filter(isOwnRule).flatMap(admittedRanges);
  if (own.length === 0) return { mode: "Unmanaged", additionalCidrs: [] };
  const gateways = services.flatMap(({ service }) => service.addresses.map(canonicalCidr));
  return {
    mode: "GatewayOnly",
    additionalCidrs: own.filter((range) => !gateways.includes(range)),
  };
}
