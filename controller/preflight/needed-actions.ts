import { isDirectoryId } from "../azure/directory-ids.ts";
import { siteNamesOf, siteOf, siteOfAuthSettings, withoutRevision } from "../azure/resource-ids.ts";
import { apiIdOfPolicy } from "../safeguards/inbound-policy.ts";
import type { Change } from "../safeguards/safeguard.ts";

/** A right that a write needs, and where. */
export interface NeededAction {
  /** An Azure RBAC action, or an application permission of Microsoft Graph. */
  readonly action: string;
  /** The id of the resource; the directory is Microsoft Graph. */
  readonly scope: string;
}

export const GRAPH = "Microsoft Graph";

/** The rights that carrying out a change needs. Every safeguard and the guide list them too. */
export function neededActions({ patch, resource }: Change): readonly NeededAction[] {
  if (isDirectoryId(resource)) {
    return [{ action: "Application.ReadWrite.OwnedBy", scope: GRAPH }];
  }
  switch (patch.kind) {
    case "service-identity":
      return [
        { action: "Microsoft.ApiManagement/service/write", scope: resource },
        ...Object.keys(patch.identity.userAssignedIdentities ?? {}).map((scope) => ({
          action: "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
          scope,
        })),
      ];
    case "api-policy":
      return [ofApi("write", resource)];
    case "api-policy-removal":
      return [ofApi("write", resource), ofApi("delete", resource)];
    case "auth-settings":
    case "owner-marker":
      return [ofSite(siteOfAuthSettings(resource), "config/Write")];
    case "site-config":
    case "access-rules":
      return [ofSite(siteOf(resource), "config/Write")];
    case "site":
      return [ofSite(resource, "Write")];
    case "basic-publishing":
      return [ofSite(siteOf(resource), `basicPublishingCredentialsPolicies/${patch.method}/Write`)];
    case "application":
    case "service-principal":
      return [{ action: "Application.ReadWrite.OwnedBy", scope: GRAPH }];
  }
}

function ofApi(verb: "write" | "delete", policyId: string): NeededAction {
  return {
    action: `Microsoft.ApiManagement/service/apis/policies/${verb}`,
    scope: withoutRevision(apiIdOfPolicy(policyId)),
  };
}

function ofSite(siteId: string, what: string): NeededAction {
  const type = siteNamesOf(siteId).slot === undefined ? "sites" : "sites/slots";
  return { action: `Microsoft.Web/${type}/${what}`, scope: siteId };
}
