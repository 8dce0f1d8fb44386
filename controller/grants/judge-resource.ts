import type { Grant } from "../api/v1alpha1/grant-types.generated.ts";
import type { SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import { withoutRevision } from "../azure/resource-ids.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import { functionAppSegments, isWithin, segmentsOf } from "./azure-scope.ts";
import { isMember, type Labels } from "./namespace-membership.ts";

/** The grants there are, and the namespace that they are judged for. */
export interface GrantsFor {
  readonly namespace: string;
  /** Undefined while they are not known. */
  readonly labels: Labels | undefined;
  readonly grants: readonly Grant[];
}

/**
 * Why what was written into a resource at an earlier time must not be given back: the object may have named it under a
 * grant that is gone, or another tenant did whose namespace had the same name. One grant for the namespace must cover
 * the resource together with the Function App. Audience and identity do not matter: nothing that is given back has any.
 *
 * @param resource its ARM id, with percent-encoded names; a revision of an API counts as the API.
 * @returns undefined when it may be given back.
 */
export function judgeResource(
  { functionApp }: Pick<SecuredFunctionBackendSpec, "functionApp">,
  resource: string,
  { namespace, labels, grants }: GrantsFor,
): Obstacle | undefined {
  const asked = [functionAppSegments(functionApp), segmentsOf(decoded(withoutRevision(resource)))];
  const isCovered = grants
    .filter((grant) => isMember({ name: namespace, labels }, grant.namespaces))
    .map((grant) => grant.scopes.map(segmentsOf))
    .some((scopes) => asked.every((each) => scopes.some((scope) => isWithin(each, scope))));
  if (isCovered) return undefined;
  return {
    kind: "blocked",
    reason: "ScopeNotGranted",
    message: `No grant for namespace ${namespace} covers ${resource}, which was written to at an earlier time, so it is left as it is. Ask whoever administers the cluster for a grant, or have its owner take out what is left of it there.`,
  };
}

/** Each name by itself: one that holds an encoded slash stays one name, which no scope has. */
function decoded(id: string): string {
  return id
    .split("/")
    .map((name) => decodeURIComponent(name).replaceAll("/", "%2F"))
    .join("/");
}
