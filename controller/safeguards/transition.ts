import { sameResource } from "../azure/resource-ids.ts";
import type { Facts, GatewayFacts } from "./safeguard.ts";

/** A caller whom a policy still sends, by an audience or an identity that the spec names no longer. */
export interface FormerCaller {
  readonly audience: string;
  /** Undefined when the identity is gone: then nobody can call with it any more. */
  readonly identity: { readonly principalId: string; readonly clientId: string } | undefined;
}

/**
 * Who calls the function while a change of audience or identity is under way: the policies still run
 * what an earlier pass wrote. The function lets these callers in until the policies have switched,
 * so that nobody is kept out in between.
 */
export function formerCallers({ apis, gateways, registration }: Facts): readonly FormerCaller[] {
  return apis.flatMap((api) => {
    const gateway = gateways.find(({ serviceId }) => sameResource(serviceId, api.serviceId));
    if (gateway === undefined) return [];
    return api.running
      .map(({ resource, clientId }) => ({
        audience: resource,
        identity: identityOf(gateway, clientId),
      }))
      .filter(
        ({ audience, identity }) =>
          audience !== registration.audience || identity?.clientId !== gateway.clientId,
      );
  });
}

/** Whether policies are about to switch to another audience or identity. */
export function isSwitching(facts: Facts): boolean {
  return formerCallers(facts).length > 0;
}

/** The identity that a policy names by its client id, or the service's own where it names none. */
function identityOf({ identities }: GatewayFacts, clientId: string | undefined) {
  return identities.find((identity) =>
    clientId === undefined
      ? identity.type === "SystemAssigned"
      : identity.clientId.toLowerCase() === clientId.toLowerCase(),
  );
}
