import { jsonAnswer, type Answer } from "../http/message.ts";
import { PORTAL } from "./access.ts";
import { findApi } from "./apis.ts";
import type { ArmCall, ArmRoute } from "./call.ts";
import { getUserAssigned } from "./managed-identity.ts";
import { findService } from "./service.ts";
import { findSite } from "./sites.ts";

const GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers";
const SITE = `${GROUP}/Microsoft.Web/sites/{site}`;
const SERVICE = `${GROUP}/Microsoft.ApiManagement/service/{service}`;
const USER_ASSIGNED = `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/{identity}`;

/** What the caller may do at a resource: every resource answers it. */
export const PERMISSION_ROUTES: readonly ArmRoute[] = [
  permissionsOf(SITE, findSite),
  permissionsOf(`${SITE}/slots/{slot}`, findSite),
  permissionsOf(SERVICE, findService),
  permissionsOf(`${SERVICE}/apis/{api}`, findApi),
  permissionsOf(USER_ASSIGNED, getUserAssigned),
];

function permissionsOf(resource: string, find: (call: ArmCall) => unknown): ArmRoute {
  return {
    method: "GET",
    pattern: `${resource}/providers/Microsoft.Authorization/permissions`,
    action: "Microsoft.Authorization/permissions/read",
    handler: (call) => {
      find(call);
      return permissions(call);
    },
  };
}

/** One role that may do everything but what the world denies. */
function permissions({ principal, world }: ArmCall): Answer {
  const notActions = principal === PORTAL ? [] : world.deniedActions;
  return jsonAnswer(200, {
    value: [{ actions: ["*"], notActions, dataActions: [], notDataActions: [] }],
  });
}
