import { sameResource } from "../../azure/resource-ids.ts";
import type { PolicyStatements } from "../../policy/policy.ts";
import type { Circumstances } from "./bypass-check.ts";

/**
 * The identity statement that lets a service's requests in. What becomes of the subscription key is
 * left out: it decides nothing about who gets in.
 */
export function identityStatements(
  { target, facts }: Circumstances,
  serviceId: string,
): PolicyStatements {
  const gateway = facts.gateways.find((each) => sameResource(each.serviceId, serviceId));
  const isUserAssigned = target.spec.identity.type === "UserAssigned" && gateway !== undefined;
  return {
    resource: facts.registration.audience,
    ...(isUserAssigned && { clientId: gateway.clientId }),
    removeHeaders: [],
    removeQueryParameters: [],
  };
}

/** Whether a token for `resource`, got with the identity of `clientId`, opens the function. */
export function opensFunction(
  token: { readonly resource: string; readonly clientId: string | undefined },
  { resource, clientId }: PolicyStatements,
): boolean {
  return (
    token.resource.toLowerCase().replace(/^api:\/\//, "") === resource.toLowerCase() &&
    token.clientId?.toLowerCase() === clientId?.toLowerCase()
  );
}
