import { get, getSlot } from "@azure/arm-appservice/api/webApps";
import type { Arm, ReadOptions } from "./arm.ts";
import type { WebSiteClients } from "./clients.ts";
import type { BasicPublishing, Site, WebApps } from "./door.ts";
import { optionalText, requireText, unexpectedAnswer } from "./answer-shape.ts";
import { isJsonObject, listAt, valueAt, type JsonObject } from "./json.ts";
import {
  authSettingsId,
  basicPublishingId,
  resourceGroupOf,
  siteNamesOf,
  webConfigId,
} from "./resource-ids.ts";

const API_VERSION = "2025-05-01";

/** Function Apps and their slots through ARM; `clients` answers the typed client of a subscription. */
export function webApps(arm: Arm, clients: WebSiteClients): WebApps {
  return {
    async getSite(siteId): Promise<Site> {
      const { name, slot } = siteNamesOf(siteId);
      const group = resourceGroupOf(siteId);
      let text: string | null | undefined;
      const site = await arm.read(`GET ${siteId}`, (given) => {
        const options = keepingBody(given, (body) => (text = body));
        return slot === undefined
          ? get(clients(siteId), group, name, options)
          : getSlot(clients(siteId), group, name, slot, options);
      });
      return {
        id: siteId,
        state: optionalText(site.state, siteId, "state"),
        defaultHostName: requireText(site.defaultHostName, siteId, "properties.defaultHostName"),
        hostNames: site.hostNames ?? [],
        publicNetworkAccess: optionalText(site.publicNetworkAccess, siteId, "network access"),
        properties: propertiesOf(parseJson(text), siteId),
      };
    },

    async isAuthenticationOn(siteId) {
      const { body } = await arm.send(webConfigId(siteId), {
        method: "GET",
        apiVersion: API_VERSION,
      });
      return isJsonObject(body) && valueAt(body, "/properties/siteAuthEnabled") === true;
    },

    // Raw both ways: a round trip through the typed client deletes the members it does not know.
    async getAuthSettings(siteId) {
      return await readProperties(authSettingsId(siteId));
    },

    async putAuthSettings(siteId, properties: JsonObject) {
      await write("PUT", authSettingsId(siteId), properties);
    },

    async getWebConfig(siteId) {
      return await readProperties(webConfigId(siteId));
    },

    async updateWebConfig(siteId, members: JsonObject) {
      await write("PATCH", webConfigId(siteId), members);
    },

    async updateSite(siteId, members: JsonObject) {
      await write("PATCH", siteId, members);
    },

    async getBasicPublishing(siteId): Promise<BasicPublishing> {
      const id = `${siteId}/basicPublishingCredentialsPolicies`;
      const { body } = await arm.send(id, { method: "GET", apiVersion: API_VERSION });
      return { ftp: isAllowed(body, "ftp", id), scm: isAllowed(body, "scm", id) };
    },

    async setBasicPublishing(siteId, method, allow) {
      await write("PUT", basicPublishingId(siteId, method), { allow });
    },
  };

  async function readProperties(id: string): Promise<JsonObject> {
    const { body } = await arm.send(id, { method: "GET", apiVersion: API_VERSION });
    return propertiesOf(body, id);
  }

  async function write(method: "PUT" | "PATCH", id: string, properties: JsonObject): Promise<void> {
    await arm.send(id, { method, apiVersion: API_VERSION, body: { properties } });
  }
}

/** Read options that also hand out the text of the answer, which the typed client reduces. */
function keepingBody(
  { abortSignal, onResponse }: ReadOptions,
  keep: (text: string | null | undefined) => void,
): ReadOptions {
  return {
    abortSignal,
    onResponse: (answer) => {
      keep(answer.bodyAsText);
      onResponse(answer);
    },
  };
}

function parseJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "") as unknown;
  } catch {
    return undefined;
  }
}

function propertiesOf(body: unknown, id: string): JsonObject {
  const properties = isJsonObject(body) ? body["properties"] : undefined;
  if (isJsonObject(properties)) return properties;
  throw unexpectedAnswer(id, "without properties");
}

/** What one of the listed policies says. */
function isAllowed(body: unknown, method: keyof BasicPublishing, id: string): boolean {
  const policies = isJsonObject(body) ? listAt(body, "/value") : [];
  const policy = policies.find((one) => valueAt(one, "/name") === method);
  const allow = valueAt(policy, "/properties/allow");
  if (typeof allow === "boolean") return allow;
  throw unexpectedAnswer(id, `without the policy ${method}`);
}
