import type { GatewayCheck, SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import type { Answer, Door } from "../azure/door.ts";
import { sameResource } from "../azure/resource-ids.ts";
import type { KeyLookup, KeyReference } from "./subscription-keys.ts";
import type { ApiFacts, Facts, GatewayFacts } from "../safeguards/safeguard.ts";

/** What the callers of a backend got. */
export interface Evidence {
  readonly direct: readonly DirectCall[];
  readonly gateway: readonly GatewayCall[];
}

/** A call past the gateway; it should be turned away. */
export interface DirectCall {
  readonly url: string;
  /** Anonymous, or with a valid token of an identity that is not allowed. */
  readonly caller: "anonymous" | "intruder";
  readonly answer: Answer;
}

/** A call through the gateway to a path that the spec names. */
export interface GatewayCall {
  readonly url: string;
  readonly expectedStatus: number;
  /** Whether the call brought a subscription key. */
  readonly withKey: boolean;
  readonly answer: Answer | Withheld;
}

/** The call was not made: its key is missing. */
export interface Withheld {
  readonly kind: "withheld";
  /** Why, and what to do. */
  readonly cause: string;
}

/** Finds the subscription key that a check of the spec names. */
export type FindKey = (reference: KeyReference) => Promise<KeyLookup>;

/**
 * Where the bare Functions host would not answer 401 by itself: its home page, a path that no
 * function has, and a route of the host that needs no key. A 401 of a real function's route proves
 * nothing, since a function key asks for the same.
 */
function directPaths(randomPath: string): readonly string[] {
  return ["/", `/api/${randomPath}`, "/admin/host/ping"];
}

/** Calls the function directly, unless the spec forbids it. `randomPath` is no function's name. */
export async function callDirectly(
  door: Door,
  spec: SecuredFunctionBackendSpec,
  facts: Facts,
  randomPath: string,
): Promise<readonly DirectCall[]> {
  if (spec.verification.direct === "Disabled" || facts.site.hostName === "") return [];
  const paths = directPaths(randomPath).filter((path) => !isLeftOpen(path, spec));
  const { token } = facts.registration;
  // An open function lets everybody in: showing it a token would prove nothing.
  const isStranger = facts.site.enforced && !isAllowed(token?.claims.objectId, spec, facts);
  const calls = [
    ...paths.map((path) => ({ path, caller: "anonymous" as const, token: undefined })),
    ...(token !== undefined && isStranger
      ? paths.slice(0, 1).map((path) => ({ path, caller: "intruder" as const, token }))
      : []),
  ];
  return await Promise.all(
    calls.map(async ({ path, caller, token }) => {
      const url = `https://${facts.site.hostName}${path}`;
      return { url, caller, answer: await door.traffic.call(url, token) };
    }),
  );
}

/** Whether the spec leaves a path open to anybody: a call there proves nothing. */
function isLeftOpen(path: string, { authentication }: SecuredFunctionBackendSpec): boolean {
  const called = path.toLowerCase();
  return authentication.excludedPaths
    .map((excluded) => excluded.toLowerCase())
    .some((excluded) =>
      excluded.endsWith("/*") ? called.startsWith(excluded.slice(0, -1)) : called === excluded,
    );
}

/** Calls the paths that the spec names through each gateway that has the API. */
export async function callThroughGateways(
  door: Door,
  spec: SecuredFunctionBackendSpec,
  facts: Facts,
  findKey: FindKey,
): Promise<readonly GatewayCall[]> {
  const calls = spec.verification.gateway.flatMap((check) =>
    facts.apis
      .filter(({ name }) => name === check.api)
      .map(async (api) => await callThroughGateway(door, check, placeOf(api, facts), findKey)),
  );
  return await Promise.all(calls);
}

async function callThroughGateway(
  { traffic }: Door,
  { path, expectedStatus, subscriptionKeySecretRef }: GatewayCheck,
  { api, gateway }: { readonly api: ApiFacts; readonly gateway: GatewayFacts | undefined },
  findKey: FindKey,
): Promise<GatewayCall> {
  const url = joinUrl(gateway?.url ?? "", api.path, path);
  if (subscriptionKeySecretRef === undefined) {
    return { url, expectedStatus, withKey: false, answer: await traffic.call(url) };
  }
  const found = await findKey(subscriptionKeySecretRef);
  const call = { url, expectedStatus, withKey: true };
  if (found.kind === "missing") {
    return { ...call, answer: { kind: "withheld", cause: found.message } };
  }
  const key = { key: found.key, header: api.keyHeader, hosts: gateway?.hosts ?? [] };
  return { ...call, answer: await traffic.call(url, undefined, key) };
}

function placeOf(api: ApiFacts, { gateways }: Facts) {
  const gateway = gateways.find(({ serviceId }) => sameResource(serviceId, api.serviceId));
  return { api, gateway };
}

function isAllowed(
  objectId: string | undefined,
  { authentication }: SecuredFunctionBackendSpec,
  { gateways }: Facts,
): boolean {
  const allowed = [
    ...gateways.map(({ principalId }) => principalId),
    ...authentication.allowedCallers.map((caller) => caller.objectId),
  ];
  return allowed.some((id) => id.toLowerCase() === objectId?.toLowerCase());
}

/** The URL of a path of an API; the path keeps its query and starts with one slash. */
function joinUrl(gateway: string, apiPath: string, path: string): string {
  const base = [gateway.replace(/\/$/, ""), apiPath.replaceAll(/^\/|\/$/g, "")];
  return base.filter((part) => part !== "").join("/") + path;
}
