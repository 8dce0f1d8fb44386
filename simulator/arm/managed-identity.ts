import { jsonAnswer, type Answer } from "../http/message.ts";
import { parameter, type ArmCall, type ArmRoute } from "./call.ts";
import { ArmError, resourceNotFound } from "./errors.ts";
import { findService } from "./service.ts";

const SERVICE =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/Microsoft.ApiManagement/service/{service}";
const USER_ASSIGNED =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{identity}";

export const MANAGED_IDENTITY_ROUTES: readonly ArmRoute[] = [
  {
    method: "GET",
    pattern: `${SERVICE}/providers/Microsoft.ManagedIdentity/identities/default`,
    action: "Microsoft.ManagedIdentity/identities/read",
    handler: getSystemAssigned,
  },
  {
    method: "GET",
    pattern: USER_ASSIGNED,
    action: "Microsoft.ManagedIdentity/userAssignedIdentities/read",
    handler: getUserAssigned,
  },
];

/** The system-assigned identity of a service, with the client id that the service itself hides. */
function getSystemAssigned(call: ArmCall): Answer {
  const service = findService(call);
  const { system } = service.identity;
  if (!system) {
    throw new ArmError(
      404,
      "ResourceNotFound",
      `The resource '${service.id}' does not have a system-assigned managed identity.`,
    );
  }
  return jsonAnswer(200, {
    id: `${service.id}/providers/Microsoft.ManagedIdentity/identities/default`,
    name: "default",
    type: "Microsoft.ManagedIdentity/identities",
    location: service.location,
    tags: {},
    properties: {
      tenantId: call.world.tenantId,
      principalId: system.principalId,
      clientId: system.clientId,
      clientSecretUrl: `https://control-westeurope.identity.azure.net${service.id}/credentials`,
    },
  });
}

/** @throws ArmError 404. */
export function getUserAssigned(call: ArmCall): Answer {
  const resourceGroup = parameter(call, "resourceGroup");
  const name = parameter(call, "identity");
  const type = "Microsoft.ManagedIdentity/userAssignedIdentities";
  const id = call.world.resourceId(resourceGroup, type, name);
  const identity = call.world.userAssignedIdentities.get(id.toLowerCase());
  if (!identity) throw resourceNotFound(type, name, resourceGroup);
  return jsonAnswer(200, {
    id: call.world.resourceId(identity.resourceGroup, type, identity.name),
    name: identity.name,
    type,
    location: "westeurope",
    tags: {},
    properties: {
      tenantId: call.world.tenantId,
      principalId: identity.principalId,
      clientId: identity.clientId,
    },
  });
}
