import { DEMO } from "../../simulator/world/demo-world.ts";

const GROUP = `/subscriptions/${DEMO.subscriptionId}/resourceGroups/${DEMO.resourceGroup}`;

/** ARM ids of the demonstration's resources. */
export const SERVICE_ID = `${GROUP}/providers/Microsoft.ApiManagement/service/${DEMO.service}`;
export const API_ID = `${SERVICE_ID}/apis/${DEMO.api}`;
export const SITE_ID = `${GROUP}/providers/Microsoft.Web/sites/${DEMO.functionApp}`;

/** A URL of API Management. */
export function apimUrl(id: string, query = ""): string {
  return `${id}?api-version=2024-05-01${query}`;
}

/** A URL of App Service. */
export function webUrl(id: string): string {
  return `${id}?api-version=2025-05-01`;
}
