/**
 * Azure Resource Manager ids of the resources the operator reads and writes.
 *
 * Ids are case-insensitive: build them here, compare them with {@link sameResource}.
 */

interface InResourceGroup {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

function inResourceGroup({ subscriptionId, resourceGroup }: InResourceGroup): string {
  return `/subscriptions/${encodeURIComponent(subscriptionId)}/resourceGroups/${encodeURIComponent(resourceGroup)}`;
}

/** The id of a Function App, or of one of its deployment slots. */
export function siteId(
  site: InResourceGroup & { readonly name: string; readonly slot?: string },
): string {
  const app = `${inResourceGroup(site)}/providers/Microsoft.Web/sites/${encodeURIComponent(site.name)}`;
  return site.slot === undefined ? app : `${app}/slots/${encodeURIComponent(site.slot)}`;
}

/** The names in the id of a Function App or slot. @throws {TypeError} when it is another id. */
export function siteNamesOf(id: string): {
  readonly name: string;
  readonly slot: string | undefined;
} {
  const [, name, slot] = /\/sites\/([^/]+)(?:\/slots\/([^/]+))?$/i.exec(id) ?? [];
  if (name === undefined) throw new TypeError(`Not the id of a Function App: ${id}`);
  return { name: decodeURIComponent(name), slot: slot && decodeURIComponent(slot) };
}

/** The id of the Function App itself, also of one of its slots. */
export function withoutSlot(site: string): string {
  return site.replace(/\/slots\/[^/]*$/i, "");
}

/** The id of an API Management service. */
export function serviceId(service: InResourceGroup & { readonly serviceName: string }): string {
  return `${inResourceGroup(service)}/providers/Microsoft.ApiManagement/service/${encodeURIComponent(service.serviceName)}`;
}

/** The id of the current revision of an API. */
export function apiId(
  api: InResourceGroup & { readonly serviceName: string; readonly name: string },
): string {
  return `${serviceId(api)}/apis/${encodeURIComponent(api.name)}`;
}

/** The id of one revision of an API; the current one is better called by the API's own id. */
export function apiRevisionId(api: string, revision: string): string {
  return `${api};rev=${encodeURIComponent(revision)}`;
}

/** The id without the revision that it may name. */
export function withoutRevision(id: string): string {
  return id.replace(/;rev=[^/]*/i, "");
}

/** The id of the policy document of an API; its name is always `policy`. */
export function apiPolicyId(api: string): string {
  return `${api}/policies/policy`;
}

/** The id of the authentication settings of a Function App or slot. */
export function authSettingsId(site: string): string {
  return `${site}/config/authsettingsV2`;
}

/** The Function App whose authentication settings these are. */
export function siteOfAuthSettings(settings: string): string {
  return settings.slice(0, settings.toLowerCase().lastIndexOf("/config/authsettingsv2"));
}

/** The Function App or slot that a child of the form `{site}/{collection}/{name}` belongs to. */
export function siteOf(child: string): string {
  return child.slice(0, child.slice(0, child.lastIndexOf("/")).lastIndexOf("/"));
}

/** The id of the general configuration of a Function App or slot. */
export function webConfigId(site: string): string {
  return `${site}/config/web`;
}

/** The id of the policy about publishing with a user name and a password by one of the ways. */
export function basicPublishingId(site: string, method: "ftp" | "scm"): string {
  return `${site}/basicPublishingCredentialsPolicies/${method}`;
}

/** Whether two ids name the same resource. ARM ids are case-insensitive. */
export function sameResource(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** The subscription in an id. @throws {TypeError} when the id names none. */
export function subscriptionOf(id: string): string {
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(id)?.[1];
  if (subscription === undefined) throw new TypeError(`Not an id within a subscription: ${id}`);
  return subscription;
}

/** The last segment of an id: the resource's own name. */
export function nameOf(id: string): string {
  return decodeURIComponent(id.slice(id.lastIndexOf("/") + 1));
}

/** The resource group in an id. @throws {TypeError} when the id names none. */
export function resourceGroupOf(id: string): string {
  const group = /\/resourceGroups\/([^/]+)/i.exec(id)?.[1];
  if (group === undefined) throw new TypeError(`Not an id within a resource group: ${id}`);
  return decodeURIComponent(group);
}
