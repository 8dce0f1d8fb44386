import { isObject, jsonAnswer, type Answer } from "../http/message.ts";
import { defaultAuthentication, member } from "../world/default-authentication.ts";
import type { Site, SiteAuthentication } from "../world/site.ts";
import type { ArmCall } from "./call.ts";
import { WebError } from "./errors.ts";
import { findSite, typeOf } from "./sites.ts";

export function getAuthSettingsV2(call: ArmCall): Answer {
  const site = findSite(call);
  return jsonAnswer(200, documentV2(site, site.readAuthentication.get()));
}

/** PUT replaces the whole document; what was not sent takes the service's defaults. */
export function putAuthSettingsV2(call: ArmCall): Answer {
  const site = findSite(call);
  const properties = sentProperties(call);
  changeAuthentication(call, site, {
    version: "v2",
    document: defaultAuthentication(properties),
  });
  return jsonAnswer(200, documentV2(site, site.authentication));
}

/** POST `config/authsettings/list`: the classic settings, misleading once V2 governs. */
export function listAuthSettings(call: ArmCall): Answer {
  const site = findSite(call);
  return jsonAnswer(200, documentV1(site, site.readAuthentication.get()));
}

/** PUT `config/authsettings`; refused once V2 governs. */
export function putAuthSettings(call: ArmCall): Answer {
  const site = findSite(call);
  if (site.authentication.version === "v2") {
    throw new WebError(
      400,
      "BadRequest",
      `Cannot execute the request for site ${site.name} because the site is running on auth version v2.`,
    );
  }
  changeAuthentication(call, site, { version: "v1", document: sentProperties(call) });
  return jsonAnswer(200, documentV1(site, site.authentication));
}

/** Replaces a site's authentication; ARM and Easy Auth follow after their delays. */
export function changeAuthentication(
  call: Pick<ArmCall, "settings">,
  site: Site,
  authentication: SiteAuthentication,
): void {
  site.authentication = authentication;
  site.readAuthentication.set(authentication, call.settings.staleReadsInMs);
  site.enforcedAuthentication.set(authentication, call.settings.authenticationDelayInMs);
}

/** Whether a site asks for authentication at all, as `config/web` reports it. */
export function isAuthenticationEnabled(authentication: SiteAuthentication): boolean {
  const { version, document } = authentication;
  return version === "v1"
    ? document["enabled"] === true
    : member(document, "platform", "enabled") === true;
}

function sentProperties(call: ArmCall): Readonly<Record<string, unknown>> {
  const properties = isObject(call.body) ? call.body["properties"] : undefined;
  if (isObject(properties)) return properties;
  throw new WebError(400, "BadRequest", "The parameter properties has an invalid value.");
}

/** Recorded answers of sites without tags have no such member. */
function shownTags(site: Site): Partial<Pick<Site, "tags">> {
  return Object.keys(site.tags).length > 0 ? { tags: site.tags } : {};
}

function documentV2(site: Site, authentication: SiteAuthentication): Record<string, unknown> {
  const properties =
    authentication.version === "v2"
      ? authentication.document
      : { platform: { enabled: isAuthenticationEnabled(authentication) } };
  return {
    id: `${site.id}/config/authsettingsV2`,
    name: "authsettingsV2",
    type: `${typeOf(site)}/config`,
    location: site.location,
    ...shownTags(site),
    properties,
  };
}

function documentV1(site: Site, authentication: SiteAuthentication): Record<string, unknown> {
  const isV1 = authentication.version === "v1";
  return {
    id: `${site.id}/config/authsettings`,
    name: "authsettings",
    type: `${typeOf(site)}/config`,
    location: site.location,
    ...shownTags(site),
    properties: {
      enabled: false,
      unauthenticatedClientAction: null,
      tokenStoreEnabled: null,
      clientId: null,
      issuer: null,
      allowedAudiences: null,
      ...(isV1 ? authentication.document : {}),
      configVersion: authentication.version === "v2" ? "v2" : "v1",
    },
  };
}
