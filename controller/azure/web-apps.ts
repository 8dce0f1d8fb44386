import { get, getSlot } from "@azure/arm-appservice/api/webApps";
import type { Arm } from "./arm.ts";
import type { WebSiteClients } from "./clients.ts";
import type { Site, WebApps } from "./door.ts";
import { optionalText, requireText, unexpectedAnswer } from "./answer-shape.ts";
import { isJsonObject, valueAt, type JsonObject } from "./json.ts";
import { authSettingsId, resourceGroupOf, siteNamesOf } from "./resource-ids.ts";

const API_VERSION = "2025-05-01";

/** Function Apps and their slots through ARM; `clients` answers the typed client of a subscription. */
export function webApps(arm: Arm, clients: WebSiteClients): WebApps {
  return {
    async getSite(siteId): Promise<Site> {
      const { name, slot } = siteNamesOf(siteId);
      const group = resourceGroupOf(siteId);
      const site = await arm.read(`GET ${siteId}`, (options) =>
        slot === undefined
          ? get(clients(siteId), group, name, options)
          : getSlot(clients(siteId), group, name, slot, options),
      );
      return {
        id: siteId,
        state: optionalText(site.state, siteId, "state"),
        defaultHostName: requireText(site.defaultHostName, siteId, "properties.defaultHostName"),
        hostNames: site.hostNames ?? [],
        publicNetworkAccess: optionalText(site.publicNetworkAccess, siteId, "network access"),
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
      throw unexpectedAnswer(id, "without properties");
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
