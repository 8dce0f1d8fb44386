import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { sameResource } from "../azure/resource-ids.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import { targetOf, type Target } from "../safeguards/target.ts";

/**
 * Why an object must stand back: an older one governs the same Function App, or the same API with
 * another audience or identity, whatever their namespaces. The oldest wins, then the smaller UID, so that all who look decide alike.
 *
 * @returns undefined when nothing else has a better claim.
 */
export function conflictOf(
  object: SecuredFunctionBackend,
  all: readonly SecuredFunctionBackend[],
): Obstacle | undefined {
  const mine = targetOf(object, undefined, 0);
  for (const other of all.filter((each) => isOlder(each, object))) {
    const shared = sharedClaim(mine, targetOf(other, undefined, 0));
    if (shared === undefined) continue;
    const { namespace, name } = other.metadata;
    return {
      kind: "blocked",
      reason: "Conflict",
      message: `${namespace}/${name} is older and governs ${shared}. Delete one of the two, or name another in this one.`,
    };
  }
  return undefined;
}

function sharedClaim(mine: Target, theirs: Target): string | undefined {
  if (sameResource(mine.siteId, theirs.siteId)) return mine.siteId;
  if (sameResource(callerOf(mine), callerOf(theirs))) return undefined;
  return mine.apis.find((api) => theirs.apis.some(({ id }) => sameResource(id, api.id)))?.id;
}

/**
 * As whom and for whom an API calls: it sends one token, of one identity for one audience. A managed
 * registration stands for its function alone.
 */
function callerOf({ spec, siteId }: Target): string {
  const { registration, identity } = spec;
  return [registration.clientId ?? siteId, identity.resourceId ?? identity.type].join(" ");
}

function isOlder(one: SecuredFunctionBackend, other: SecuredFunctionBackend): boolean {
  return rank(one) < rank(other);
}

/** Sorts by age, then UID; an object that has neither yet comes after those that have, by name. */
function rank({ metadata }: SecuredFunctionBackend): string {
  const { creationTimestamp = "9999", uid = "", namespace, name } = metadata;
  return [creationTimestamp, uid, namespace, name].join("\n");
}
