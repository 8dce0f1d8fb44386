/** Whether a namespace may have the controller's identity do what one of its objects asks for. */
import type { Grant } from "../api/v1alpha1/grant-types.generated.ts";
import type {
  SecuredFunctionBackend,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import { apiId, siteId } from "../azure/resource-ids.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import {
  apiSegments,
  functionAppSegments,
  isSame,
  isWithin,
  segmentsOf,
  type Segments,
} from "./azure-scope.ts";
import { isMember, type Labels } from "./namespace-membership.ts";

/**
 * Why the object must stand still, unless one grant covers it wholly: its namespace, Function App, every API, audience
 * and identity. Parts of several grants are not put together, which would allow more than any of them means.
 *
 * The message speaks of grants for the object's own namespace only; what others are granted is not for its reader.
 *
 * @param labels of the object's namespace; undefined while they are not known.
 * @returns undefined when the object is granted.
 */
export function judgeGrant(
  { metadata, spec }: Pick<SecuredFunctionBackend, "metadata" | "spec">,
  labels: Labels | undefined,
  grants: readonly Grant[],
): Obstacle | undefined {
  const namespace = { name: metadata.namespace, labels };
  const candidates = grants
    .filter((grant) => isMember(namespace, grant.namespaces))
    .map((grant) => ({ name: grant.name, missing: missingFrom(grant, spec) }))
    .sort((one, other) => one.missing.length - other.missing.length);
  const [nearest] = candidates;
  if (nearest === undefined) {
    return refusal(`No grant is for namespace ${metadata.namespace}.`);
  }
  if (nearest.missing.length === 0) return undefined;
  return refusal(
    `No grant for namespace ${metadata.namespace} covers the object wholly. ` +
      `The nearest, ${nearest.name}, lacks ${nearest.missing.join("; ")}.`,
  );
}

function refusal(message: string): Obstacle {
  return { kind: "blocked", reason: "ScopeNotGranted", message };
}

/** What of the spec the grant does not cover, each with the field that asks for it. */
function missingFrom(grant: Grant, spec: SecuredFunctionBackendSpec): readonly string[] {
  const scopes = grant.scopes.map(segmentsOf);
  const isCovered = (resource: Segments) => scopes.some((scope) => isWithin(resource, scope));
  const { functionApp, apis } = spec;
  return [
    ...(isCovered(functionAppSegments(functionApp))
      ? []
      : [`the Function App ${siteId(functionApp)} (spec.functionApp)`]),
    ...apis.flatMap((api, index) =>
      isCovered(apiSegments(api)) ? [] : [`the API ${apiId(api)} (spec.apis[${index}])`],
    ),
    ...missingAudience(grant, spec),
    ...missingIdentity(grant, spec),
  ];
}

function missingAudience(
  { audiences }: Grant,
  { registration: { clientId } }: SecuredFunctionBackendSpec,
): readonly string[] {
  if (clientId === undefined) {
    return audiences.managedRegistrations === "Allow"
      ? []
      : ["a managed registration (spec.registration without clientId)"];
  }
  return audiences.clientIds.includes(clientId)
    ? []
    : [`the audience ${clientId} (spec.registration.clientId)`];
}

function missingIdentity(
  { identities }: Grant,
  { identity: { type, resourceId } }: SecuredFunctionBackendSpec,
): readonly string[] {
  if (type === "SystemAssigned") {
    return identities.systemAssigned === "Allow"
      ? []
      : ["the services' own identity (spec.identity.type SystemAssigned)"];
  }
  const wanted = segmentsOf(resourceId ?? "");
  return identities.userAssigned.some((id) => isSame(segmentsOf(id), wanted))
    ? []
    : [`the identity ${resourceId} (spec.identity.resourceId)`];
}
