import { jsonAnswer, type Answer } from "../http/message.ts";
import type { Registration } from "../world/registration.ts";
import type { GraphCall } from "./call.ts";
import { badRequest } from "./errors.ts";

type Document = Readonly<Record<string, unknown>>;

/** An application as Graph shows it. */
export function applicationDocument(registration: Registration): Document {
  return {
    id: registration.id,
    deletedDateTime: registration.deletedAt,
    appId: registration.clientId,
    uniqueName: registration.uniqueName,
    displayName: registration.displayName,
    createdDateTime: registration.createdAt,
    signInAudience: registration.signInAudience,
    identifierUris: registration.identifierUris,
    tags: [],
    appRoles: [],
    keyCredentials: [],
    passwordCredentials: registration.passwords,
    requiredResourceAccess: [],
    api: {
      requestedAccessTokenVersion: registration.tokenVersion,
      acceptMappedClaims: null,
      knownClientApplications: [],
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
    },
  };
}

/** The service principal of a registration as Graph shows it. */
export function servicePrincipalDocument(registration: Registration, tenantId: string): Document {
  return {
    id: registration.servicePrincipal,
    deletedDateTime: null,
    accountEnabled: true,
    appId: registration.clientId,
    appDisplayName: registration.displayName,
    displayName: registration.displayName,
    appOwnerOrganizationId: tenantId,
    appRoleAssignmentRequired: registration.assignmentRequired,
    servicePrincipalType: "Application",
    servicePrincipalNames: [registration.clientId, ...registration.identifierUris],
    signInAudience: registration.signInAudience,
    tags: [],
    appRoles: [],
    keyCredentials: [],
    passwordCredentials: [],
  };
}

/**
 * Answers an entity, reduced to `$select`; what `$expand` names comes besides.
 *
 * @throws GraphError 400 when either names what the type does not have.
 */
export function entityAnswer(
  { http, address }: GraphCall,
  status: number,
  set: "applications" | "servicePrincipals",
  document: Document,
  expandable: Document = {},
): Answer {
  const named = (option: string) =>
    http.url.searchParams.get(option)?.split(",").filter(Boolean) ?? [];
  const selected = named("$select");
  const expanded = named("$expand");
  for (const [names, known] of [
    [selected, document],
    [expanded, expandable],
  ] as const) {
    const unknown = names.find((name) => !Object.hasOwn(known, name));
    if (unknown !== undefined) {
      const type = `microsoft.graph.${set.slice(0, -1)}`;
      throw badRequest(`Could not find a property named '${unknown}' on type '${type}'.`);
    }
  }
  const shown = Object.entries(document).filter(
    ([name]) => selected.length === 0 || selected.includes(name),
  );
  const context = selected.length === 0 ? set : `${set}(${selected.join(",")})`;
  return jsonAnswer(status, {
    "@odata.context": `${address()}/v1.0/$metadata#${context}/$entity`,
    ...Object.fromEntries(shown),
    ...Object.fromEntries(Object.entries(expandable).filter(([name]) => expanded.includes(name))),
  });
}
