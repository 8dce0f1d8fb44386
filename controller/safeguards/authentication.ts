import type { Site } from "../azure/door.ts";
import { valueAt, type JsonObject } from "../azure/json.ts";
import { authSettingsId } from "../azure/resource-ids.ts";
import {
  acceptedTokens,
  compareSetting,
  desiredSettings,
  type DesiredSetting,
} from "./auth-settings.ts";
import { defineSafeguard, type Assessment, type Change, type Obstacle } from "./safeguard.ts";

interface ObservedAuthentication {
  readonly site: Site;
  /** The `properties` of authsettingsV2, raw. */
  readonly settings: JsonObject;
  /** Whether the older generation of site authentication guards the site. */
  readonly guardedByV1: boolean;
}

/** The Function App turns everybody away but the gateways and the callers that the spec names. */
export const authentication = defineSafeguard<ObservedAuthentication, readonly DesiredSetting[]>({
  name: "authentication",
  condition: "AuthenticationEnforced",
  needs: ["gateways", "registration"],
  actions: [
    "Microsoft.Web/sites/Read",
    "Microsoft.Web/sites/config/Read",
    "Microsoft.Web/sites/config/Write",
    "Microsoft.Web/sites/slots/Read",
    "Microsoft.Web/sites/slots/config/Read",
    "Microsoft.Web/sites/slots/config/Write",
  ],
  resources: (target) => [authSettingsId(target.siteId)],

  async observe({ webApps }, { siteId }) {
    const [site, settings] = await Promise.all([
      webApps.getSite(siteId),
      webApps.getAuthSettings(siteId),
    ]);
    const guardedByV1 =
      !hasV2Document(settings) && (isOn(settings) || (await webApps.isAuthenticationOn(siteId)));
    return { site, settings, guardedByV1 };
  },

  establish: ({ site, settings }) => ({
    site: {
      hostName: site.defaultHostName,
      hostNames: site.hostNames,
      settings,
      state: site.state,
      publicNetworkAccess: site.publicNetworkAccess,
      accepts: acceptedTokens(settings),
      enforced: isEnforced(settings),
    },
  }),

  desire: ({ spec }, facts) => desiredSettings(spec, facts),

  compare(desired, observed): Assessment {
    const obstacle = obstacleTo(observed);
    if (obstacle !== undefined) return { changes: [], notes: [], obstacle };
    return { changes: changesOf(desired, observed), notes: [] };
  },
});

function isOn(settings: JsonObject): boolean {
  return valueAt(settings, "/platform/enabled") === true;
}

/**
 * Whether the site was ever configured in the second version: every write there leaves a whole
 * document, while a site that was not answers its switch and nothing else. The version itself stands
 * only in `authsettings/list`, and the right to read that reveals the app's secrets as well.
 */
function hasV2Document(settings: JsonObject): boolean {
  return settings["identityProviders"] !== undefined;
}

/**
 * Whether anonymous callers are turned away by the settings, whoever the provider is. A required
 * authentication whose action is AllowAnonymous lets them through (a pair that guidance for Logic
 * Apps uses on purpose).
 */
export function isEnforced(settings: JsonObject): boolean {
  const action = valueAt(settings, "/globalValidation/unauthenticatedClientAction");
  return (
    isOn(settings) &&
    valueAt(settings, "/globalValidation/requireAuthentication") === true &&
    typeof action === "string" &&
    action !== "AllowAnonymous"
  );
}

function obstacleTo({ site, settings, guardedByV1 }: ObservedAuthentication): Obstacle | undefined {
  const file = valueAt(settings, "/platform/configFilePath");
  if (typeof file === "string" && file !== "") {
    return {
      kind: "blocked",
      reason: "FileBasedSettings",
      message: `The authentication of ${site.defaultHostName} is configured by the file ${file} in the app's content, which overrides what is set in Azure. Remove platform.configFilePath to have it managed here.`,
    };
  }
  if (guardedByV1) {
    return {
      kind: "blocked",
      reason: "NeedsMigration",
      message: `${site.defaultHostName} uses the first version of site authentication. Migrate it (az webapp auth config-version upgrade); it is not converted behind your back, since there is no way back.`,
    };
  }
  return undefined;
}

function changesOf(
  desired: readonly DesiredSetting[],
  { site, settings }: ObservedAuthentication,
): readonly Change[] {
  return desired.flatMap((setting) => {
    const observed = valueAt(settings, setting.pointer) ?? undefined;
    const danger = compareSetting(setting, observed);
    if (danger === undefined) return [];
    return [
      {
        safeguard: "authentication",
        resource: authSettingsId(site.id),
        path: `authentication:${setting.pointer}`,
        desired: setting.value,
        observed,
        danger,
        patch: { kind: "auth-settings", pointer: setting.pointer, value: setting.value },
      },
    ];
  });
}
