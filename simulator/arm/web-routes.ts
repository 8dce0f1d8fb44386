import {
  getAuthSettingsV2,
  listAuthSettings,
  putAuthSettings,
  putAuthSettingsV2,
} from "./auth-settings.ts";
import type { ArmRoute } from "./call.ts";
import { listFunctions } from "./functions.ts";
import {
  getPublishingCredentials,
  listPublishingCredentials,
  putPublishingCredentials,
} from "./publishing-credentials.ts";
import { getWebConfig, listAppSettings, putAppSettings, updateWebConfig } from "./site-config.ts";
import { getSite, listSites, listSlots, setState, updateSite } from "./sites.ts";

const SUBSCRIPTION = "/subscriptions/{subscriptionId}";
const GROUP = `${SUBSCRIPTION}/resourceGroups/{resourceGroup}`;
const SITE = `${GROUP}/providers/Microsoft.Web/sites/{site}`;
const ACTION = "Microsoft.Web/sites";

export const WEB_ROUTES: readonly ArmRoute[] = [
  {
    method: "GET",
    pattern: `${SUBSCRIPTION}/providers/Microsoft.Web/sites`,
    action: `${ACTION}/read`,
    handler: listSites,
  },
  {
    method: "GET",
    pattern: `${GROUP}/providers/Microsoft.Web/sites`,
    action: `${ACTION}/read`,
    handler: listSites,
  },
  {
    method: "GET",
    pattern: `${SITE}/slots`,
    action: `${ACTION}/slots/read`,
    handler: listSlots,
  },
  ...routesOf(SITE, ACTION),
  ...routesOf(`${SITE}/slots/{slot}`, `${ACTION}/slots`),
];

/** What a Function App and each of its slots understand alike. */
function routesOf(site: string, action: string): readonly ArmRoute[] {
  const config = `${action}/config`;
  const publishing = `${site}/basicPublishingCredentialsPolicies`;
  return [
    { method: "GET", pattern: site, action: `${action}/read`, handler: getSite },
    { method: "PATCH", pattern: site, action: `${action}/write`, handler: updateSite },
    {
      method: "GET",
      pattern: `${site}/functions`,
      action: `${action}/functions/read`,
      handler: listFunctions,
    },
    {
      method: "POST",
      pattern: `${site}/start`,
      action: `${action}/start/action`,
      handler: setState("Running"),
    },
    {
      method: "POST",
      pattern: `${site}/stop`,
      action: `${action}/stop/action`,
      handler: setState("Stopped"),
    },
    {
      method: "GET",
      pattern: `${site}/config/authsettingsV2`,
      action: `${config}/read`,
      handler: getAuthSettingsV2,
    },
    {
      method: "GET",
      pattern: `${site}/config/authsettingsV2/list`,
      action: `${config}/list/action`,
      handler: getAuthSettingsV2,
    },
    {
      method: "PUT",
      pattern: `${site}/config/authsettingsV2`,
      action: `${config}/write`,
      handler: putAuthSettingsV2,
    },
    {
      method: "POST",
      pattern: `${site}/config/authsettings/list`,
      action: `${config}/list/action`,
      handler: listAuthSettings,
    },
    {
      method: "PUT",
      pattern: `${site}/config/authsettings`,
      action: `${config}/write`,
      handler: putAuthSettings,
    },
    {
      method: "GET",
      pattern: `${site}/config/web`,
      action: `${config}/read`,
      handler: getWebConfig,
    },
    {
      method: "PATCH",
      pattern: `${site}/config/web`,
      action: `${config}/write`,
      handler: updateWebConfig,
    },
    {
      method: "POST",
      pattern: `${site}/config/appsettings/list`,
      action: `${config}/list/action`,
      handler: listAppSettings,
    },
    {
      method: "PUT",
      pattern: `${site}/config/appsettings`,
      action: `${config}/write`,
      handler: putAppSettings,
    },
    {
      method: "GET",
      pattern: publishing,
      action: `${action}/basicPublishingCredentialsPolicies/read`,
      handler: listPublishingCredentials,
    },
    ...(["ftp", "scm"] as const).flatMap((method): readonly ArmRoute[] => [
      {
        method: "GET",
        pattern: `${publishing}/${method}`,
        action: `${action}/basicPublishingCredentialsPolicies/${method}/read`,
        handler: getPublishingCredentials(method),
      },
      {
        method: "PUT",
        pattern: `${publishing}/${method}`,
        action: `${action}/basicPublishingCredentialsPolicies/${method}/write`,
        handler: putPublishingCredentials(method),
      },
    ]),
  ];
}
