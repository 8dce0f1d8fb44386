import type { Identity } from "../api/v1alpha1/types.generated.ts";
import { nameOf, sameResource } from "../azure/resource-ids.ts";
import { AdoptionError } from "./adoption-error.ts";
import type { ObservedService } from "./observe-pair.ts";
import type { PresentToken } from "./present-token.ts";

/** One who stands in the two allow-lists of a function. */
export interface Caller {
  readonly principalId: string | undefined;
  readonly clientId: string | undefined;
}

/** The identity that the gateways call with, and what it is at each of the services. */
export interface PresentIdentity {
  readonly identity: Pick<Identity, "type" | "resourceId">;
  readonly gateways: readonly Caller[];
}

/**
 * The identity behind the token that the policies send; without one, the services' own.
 * @throws {AdoptionError} when a service does not have it, or the services have different ones.
 */
export function presentIdentity(
  token: PresentToken | undefined,
  services: readonly ObservedService[],
): PresentIdentity {
  const clientId = token?.clientId?.toLowerCase();
  if (clientId === undefined) {
    return {
      identity: { type: "SystemAssigned" },
      gateways: services.flatMap(({ system }) => system ?? []),
    };
  }
  const found = services.map(({ service }) => {
    const identity = service.userAssignedIdentities.find(
      (each) => each.clientId?.toLowerCase() === clientId,
    );
    if (identity !== undefined) return identity;
    throw new AdoptionError(
      `The policies call with the identity of client id ${clientId}, which API Management ${nameOf(service.id)} does not have. Attach it there, or correct client-id in the policies.`,
    );
  });
  const [first] = found;
  if (
    first === undefined ||
    found.some((each) => !sameResource(each.resourceId, first.resourceId))
  ) {
    throw new AdoptionError(`Client id ${clientId} is not one identity at all services.`);
  }
  return {
    identity: { type: "UserAssigned", resourceId: first.resourceId },
    gateways: found,
  };
}
