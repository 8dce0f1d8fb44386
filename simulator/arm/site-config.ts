import { isObject, jsonAnswer, type Answer } from "../http/message.ts";
import type { AccessRule, Site } from "../world/site.ts";
import { isAuthenticationEnabled } from "./auth-settings.ts";
import type { ArmCall } from "./call.ts";
import { findSite, typeOf } from "./sites.ts";

/** The priority of the rule that the service shows when there is none of the user's. */
const IMPLICIT_PRIORITY = 2_147_483_647;

/** Members of config/web that the service computes. */
const COMPUTED = ["siteAuthEnabled", "siteAuthSettings", "ipSecurityRestrictions"];

export function getWebConfig(call: ArmCall): Answer {
  const site = findSite(call);
  return jsonAnswer(
    200,
    webConfigDocument(site, `${site.id}/config/web`, `${typeOf(site)}/config`),
  );
}

/** PATCH `config/web`: the answer carries id and type of the site, as the real one does. */
export function updateWebConfig(call: ArmCall): Answer {
  const site = findSite(call);
  const sent = isObject(call.body) ? call.body["properties"] : undefined;
  for (const [name, value] of Object.entries(isObject(sent) ? sent : {})) {
    if (!COMPUTED.includes(name)) site.webConfig[name] = value;
    if (name === "ipSecurityRestrictions" && Array.isArray(value)) {
      changeAccessRules(call, site, value.filter(isObject));
    }
  }
  return jsonAnswer(200, webConfigDocument(site, site.id, typeOf(site)));
}

/** POST `config/appsettings/list`. */
export function listAppSettings(call: ArmCall): Answer {
  return jsonAnswer(200, appSettingsDocument(findSite(call)));
}

/** PUT `config/appsettings`: replaces all of them. */
export function putAppSettings(call: ArmCall): Answer {
  const site = findSite(call);
  const sent = isObject(call.body) ? call.body["properties"] : undefined;
  site.appSettings = Object.fromEntries(
    Object.entries(isObject(sent) ? sent : {}).map(([name, value]) => [name, String(value)]),
  );
  return jsonAnswer(200, appSettingsDocument(site));
}

function appSettingsDocument(site: Site): Record<string, unknown> {
  return {
    id: `${site.id}/config/appsettings`,
    name: "appsettings",
    type: `${typeOf(site)}/config`,
    location: site.location,
    properties: site.appSettings,
  };
}

/** The implicit rule is shown, never stored: sent back, it is dropped. */
function changeAccessRules(call: ArmCall, site: Site, sent: readonly AccessRule[]): void {
  const rules = sent.filter((rule) => rule["priority"] !== IMPLICIT_PRIORITY);
  site.accessRules = rules;
  site.enforcedAccessRules.set(rules, call.settings.authenticationDelayInMs);
}

function shownAccessRules(site: Site): readonly AccessRule[] {
  const defaultAction = site.webConfig["ipSecurityRestrictionsDefaultAction"];
  const isOpen =
    defaultAction === "Allow" || (site.accessRules.length === 0 && defaultAction !== "Deny");
  const action = isOpen ? "Allow" : "Deny";
  return [
    ...site.accessRules,
    {
      ipAddress: "Any",
      action,
      priority: IMPLICIT_PRIORITY,
      name: `${action} all`,
      description: `${action} all access`,
    },
  ];
}

function webConfigDocument(site: Site, id: string, type: string): Record<string, unknown> {
  return {
    id,
    name: site.name,
    type,
    location: site.location,
    properties: {
      numberOfWorkers: 1,
      defaultDocuments: ["Default.htm", "index.html"],
      netFrameworkVersion: "v4.0",
      linuxFxVersion: site.kind.includes("linux") ? "NODE|24" : "",
      remoteDebuggingEnabled: false,
      httpLoggingEnabled: false,
      ftpsState: "FtpsOnly",
      minTlsVersion: "1.2",
      scmMinTlsVersion: "1.2",
      http20Enabled: false,
      alwaysOn: false,
      cors: null,
      scmIpSecurityRestrictionsUseMain: false,
      scmIpSecurityRestrictions: [
        {
          ipAddress: "Any",
          action: "Allow",
          priority: IMPLICIT_PRIORITY,
          name: "Allow all",
          description: "Allow all access",
        },
      ],
      publicNetworkAccess: site.properties["publicNetworkAccess"] ?? null,
      ...site.webConfig,
      ipSecurityRestrictions: shownAccessRules(site),
      siteAuthEnabled: isAuthenticationEnabled(site.readAuthentication.get()),
      siteAuthSettings: null,
    },
  };
}
