import { isObject, jsonAnswer, type Answer } from "../http/message.ts";
import type { Site } from "../world/site.ts";
import { parameter, type ArmCall } from "./call.ts";
import { resourceNotFound } from "./errors.ts";

export const SITE_TYPE = "Microsoft.Web/sites";

/** The resource type of a site: slots have one of their own. */
export function typeOf(site: Site): string {
  return site.slotOf === undefined ? SITE_TYPE : `${SITE_TYPE}/slots`;
}

/** Members of a site's `properties` that a PATCH cannot set. */
const READ_ONLY = ["defaultHostName", "hostNames", "enabledHostNames", "state", "siteConfig"];

/**
 * The Function App that the path names, or its slot.
 *
 * @throws ArmError 404.
 */
export function findSite(call: ArmCall): Site {
  const resourceGroup = parameter(call, "resourceGroup");
  const app = parameter(call, "site");
  const slot = call.parameters["slot"];
  const site = call.world.site(resourceGroup, slot === undefined ? app : `${app}/${slot}`);
  if (site) return site;
  throw resourceNotFound(
    SITE_TYPE,
    slot === undefined ? app : `${app}/slots/${slot}`,
    resourceGroup,
  );
}

export function getSite(call: ArmCall): Answer {
  return jsonAnswer(200, siteDocument(findSite(call)));
}

export function listSites(call: ArmCall): Answer {
  const resourceGroup = call.parameters["resourceGroup"]?.toLowerCase();
  const sites = [...call.world.sites.values()].filter(
    (one) =>
      one.slotOf === undefined &&
      (resourceGroup === undefined || one.resourceGroup.toLowerCase() === resourceGroup),
  );
  return jsonAnswer(200, { value: sites.map(siteDocument), nextLink: null });
}

/** GET `…/slots`: the app itself, the production slot, is not among them. */
export function listSlots(call: ArmCall): Answer {
  const app = findSite(call);
  const slots = [...call.world.sites.values()].filter(
    ({ slotOf, resourceGroup }) => slotOf === app.name && resourceGroup === app.resourceGroup,
  );
  return jsonAnswer(200, { value: slots.map(siteDocument), nextLink: null });
}

export function updateSite(call: ArmCall): Answer {
  const site = findSite(call);
  const properties = isObject(call.body) ? call.body["properties"] : undefined;
  for (const [name, value] of Object.entries(isObject(properties) ? properties : {})) {
    if (!READ_ONLY.includes(name)) site.properties[name] = value;
  }
  return getSite(call);
}

/** POST `…/start`, `…/stop`. */
export function setState(state: "Running" | "Stopped"): (call: ArmCall) => Answer {
  return (call) => {
    findSite(call).state = state;
    return { status: 200 };
  };
}

export function siteDocument(site: Site): Record<string, unknown> {
  return {
    id: site.id,
    name: site.name,
    type: typeOf(site),
    kind: site.kind,
    location: site.location,
    tags: site.tags,
    identity: null,
    properties: {
      ...site.properties,
      name: site.name.replace(/\/(.*)$/u, "($1)"),
      state: site.state,
      hostNames: [...site.customHostNames, site.hostName],
      enabledHostNames: [
        ...site.customHostNames,
        site.hostName,
        `${site.name.replace("/", "-")}.scm.localhost`,
      ],
      enabled: true,
      usageState: "Normal",
      availabilityState: "Normal",
      hostNameSslStates: [
        { name: site.hostName, sslState: "Disabled", thumbprint: null, hostType: "Standard" },
      ],
      serverFarmId: site.id.replace(/\/sites\/.*$/u, "/serverfarms/plan"),
      reserved: site.kind.includes("linux"),
      siteConfig: {
        numberOfWorkers: 1,
        linuxFxVersion: site.kind.includes("linux") ? "NODE|24" : "",
        alwaysOn: false,
        http20Enabled: false,
        ipSecurityRestrictions: null,
        scmIpSecurityRestrictions: null,
        ipSecurityRestrictionsDefaultAction: null,
      },
      clientCertEnabled: false,
      clientCertMode: "Required",
      keyVaultReferenceIdentity: "SystemAssigned",
      redundancyMode: "None",
      repositorySiteName: site.name,
      resourceGroup: site.resourceGroup,
      defaultHostName: site.hostName,
      customDomainVerificationId:
        "7F3BB652450EF7AD0B6AA33064586E4A9CE823A46DF0B2EC6443A68086E84153",
      slotSwapStatus: null,
    },
  };
}
