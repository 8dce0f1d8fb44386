import type { ApiReference, FunctionAppReference } from "../api/v1alpha1/types.generated.ts";
import { withoutRevision } from "../azure/resource-ids.ts";

const SITE =
  /^\/subscriptions\/([0-9a-f-]{36})\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Web\/sites\/([^/]+)(?:\/slots\/([^/]+))?$/i;
const API =
  /^\/subscriptions\/([0-9a-f-]{36})\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ApiManagement\/service\/([^/]+)\/apis\/([^/]+)$/i;

/** How a manifest names the Function App or slot of this id; undefined when it is another id. */
export function functionAppReference(id: string): FunctionAppReference | undefined {
  const [, subscriptionId, resourceGroup, name, slot] = SITE.exec(id) ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) {
    return undefined;
  }
  return {
    subscriptionId: subscriptionId.toLowerCase(),
    resourceGroup,
    name,
    ...(slot !== undefined && { slot }),
  };
}

/** How a manifest names the API of this id, whichever revision; undefined when it is another id. */
export function apiReference(id: string): ApiReference | undefined {
  const [, subscriptionId, resourceGroup, serviceName, name] = API.exec(withoutRevision(id)) ?? [];
  if (
    subscriptionId === undefined ||
    resourceGroup === undefined ||
    serviceName === undefined ||
    name === undefined
  ) {
    return undefined;
  }
  return { subscriptionId: subscriptionId.toLowerCase(), resourceGroup, serviceName, name };
}
