import {
  getAuthSettingsV2,
  listAuthSettings,
  putAuthSettings,
  putAuthSettingsV2,
} from "./auth-settings.ts";
import type { ArmRoute } from "./call.ts";
import { getWebConfig, listAppSettings, putAppSettings, updateWebConfig } from "./site-config.ts";
import { getSite, listSites, setState, updateSite } from "./sites.ts";

const SUBSCRIPTION = "/subscriptions/{subscriptionId}";
const GROUP = `${SUBSCRIPTION}/resourceGroups/{resourceGroup}`;
const SITE = `${GROUP}/providers/Microsoft.Web/sites/{site}`;
const ACTION = "Microsoft.Web/sites";
const CONFIG = `${ACTION}/config`;

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
  { method: "GET", pattern: SITE, action: `${ACTION}/read`, handler: getSite },
  { method: "PATCH", pattern: SITE, action: `${ACTION}/write`, handler: updateSite },
  {
    method: "POST",
    pattern: `${SITE}/start`,
    action: `${ACTION}/start/action`,
    handler: setState("Running"),
  },
  {
    method: "POST",
    pattern: `${SITE}/stop`,
    action: `${ACTION}/stop/action`,
    handler: setState("Stopped"),
  },
  {
    method: "GET",
    pattern: `${SITE}/config/authsettingsV2`,
    action: `${CONFIG}/read`,
    handler: getAuthSettingsV2,
  },
  {
    method: "GET",
    pattern: `${SITE}/config/authsettingsV2/list`,
    action: `${CONFIG}/list/action`,
    handler: getAuthSettingsV2,
  },
  {
    method: "PUT",
    pattern: `${SITE}/config/authsettingsV2`,
    action: `${CONFIG}/write`,
    handler: putAuthSettingsV2,
  },
  {
    method: "POST",
    pattern: `${SITE}/config/authsettings/list`,
    action: `${CONFIG}/list/action`,
    handler: listAuthSettings,
  },
  {
    method: "PUT",
    pattern: `${SITE}/config/authsettings`,
    action: `${CONFIG}/write`,
    handler: putAuthSettings,
  },
  {
    method: "GET",
    pattern: `${SITE}/config/web`,
    action: `${CONFIG}/read`,
    handler: getWebConfig,
  },
  {
    method: "PATCH",
    pattern: `${SITE}/config/web`,
    action: `${CONFIG}/write`,
    handler: updateWebConfig,
  },
  {
    method: "POST",
    pattern: `${SITE}/config/appsettings/list`,
    action: `${CONFIG}/list/action`,
    handler: listAppSettings,
  },
  {
    method: "PUT",
    pattern: `${SITE}/config/appsettings`,
    action: `${CONFIG}/write`,
    handler: putAppSettings,
  },
];
