import { isObject, type Answer } from "../http/message.ts";
import type { ApiManagementService } from "../world/service.ts";
import type { ArmCall } from "./call.ts";
import { crlfJsonAnswer, etagHeader } from "./crlf-json.ts";
import { findService } from "./service.ts";

/** GET `…/tenant/access`: whether the service has a management API of its own beside ARM. */
export function getTenantAccess(call: ArmCall): Answer {
  return accessAnswer(findService(call));
}

/** PATCH `…/tenant/access`. */
export function updateTenantAccess(call: ArmCall): Answer {
  const service = findService(call);
  const properties = isObject(call.body) ? call.body["properties"] : undefined;
  const enabled = isObject(properties) ? properties["enabled"] : undefined;
  if (typeof enabled === "boolean") service.hasDirectManagement = enabled;
  return accessAnswer(service);
}

function accessAnswer(service: ApiManagementService): Answer {
  return crlfJsonAnswer(
    200,
    {
      id: `${service.id}/tenant/access`,
      type: "Microsoft.ApiManagement/service/tenant",
      name: "access",
      properties: { id: "integration", enabled: service.hasDirectManagement },
    },
    etagHeader(service.etag),
  );
}
