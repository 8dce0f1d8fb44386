import { createWebSiteManagement, type WebSiteManagementContext } from "@azure/arm-appservice/api";
import { get } from "@azure/arm-appservice/api/webApps";
import type { Arm, ArmOptions } from "./arm.ts";
import { timeLimitPolicy } from "./credential.ts";
import type { Site, WebApps } from "./door.ts";
import { AzureError } from "./errors.ts";
import { isJsonObject, valueAt, type JsonObject } from "./json.ts";
import { authSettingsId, nameOf, resourceGroupOf, subscriptionOf } from "./resource-ids.ts";

const API_VERSION = "2025-05-01";

/** Function Apps through ARM; `clients` answers the typed client of a subscription. */
export function webApps(arm: Arm, clients: SiteClients): WebApps {
  return {
    async getSite(siteId): Promise<Site> {
      const site = await arm.read(`GET ${siteId}`, (options) =>
        get(clients(siteId), resourceGroupOf(siteId), nameOf(siteId), options),
      );
      return {
        id: siteId,
        state: site.state,
        defaultHostName: site.defaultHostName ?? "",
        publicNetworkAccess: site.publicNetworkAccess,
      };
    },

    async isAuthenticationOn(siteId) {
      const { body } = await arm.send(`${siteId}/config/web`, {
        method: "GET",
        apiVersion: API_VERSION,
      });
      return isJsonObject(body) && valueAt(body, "/properties/siteAuthEnabled") === true;
    },

    // Raw both ways: a round trip through the typed client deletes the members it does not know.
    async getAuthSettings(siteId) {
      const id = authSettingsId(siteId);
      const { body } = await arm.send(id, { method: "GET", apiVersion: API_VERSION });
      const properties = isJsonObject(body) ? body["properties"] : undefined;
      if (isJsonObject(properties)) return properties;
      throw new AzureError({
        reason: "AzureUnavailable",
        errorClass: "BackOff",
        message: `GET ${id} answered without properties. Nothing is concluded from it; it is read again.`,
      });
    },

    async putAuthSettings(siteId, properties: JsonObject) {
      await arm.send(authSettingsId(siteId), {
        method: "PUT",
        apiVersion: API_VERSION,
        body: { properties },
      });
    },
  };
}

export type SiteClients = (siteId: string) => WebSiteManagementContext;

/**
 * The typed clients, one for each subscription, made when first needed. They are good for reading a
 * site: nothing read with them is ever written back.
 */
export function siteClients(options: ArmOptions): SiteClients {
  const clients = new Map<string, WebSiteManagementContext>();
  return (siteId) => {
    const subscription = subscriptionOf(siteId).toLowerCase();
    const known = clients.get(subscription);
    if (known !== undefined) return known;
    const client = createWebSiteManagement(options.credential, subscription, {
      endpoint: options.endpoint,
      credentials: { scopes: [`${options.audience.replace(/\/$/, "")}/.default`] },
      retryOptions: { maxRetries: 0 },
      userAgentOptions: { userAgentPrefix: options.userAgent },
    });
    client.pipeline.addPolicy(timeLimitPolicy(options.timeoutInMs));
    clients.set(subscription, client);
    return client;
  };
}
