import type { Door } from "../azure/door.ts";
import { AzureError } from "../azure/errors.ts";
import { valueAt, type JsonObject } from "../azure/json.ts";
import { webConfigId } from "../azure/resource-ids.ts";
import {
  ADMIN_ISOLATION,
  hardeningSettings,
  type HardeningSetting,
  type HardeningSource,
} from "./hardening-settings.ts";
import {
  defineSafeguard,
  type Assessment,
  type Change,
  type Note,
  type Obstacle,
  type Standing,
} from "./safeguard.ts";
import type { Target } from "./target.ts";

interface ObservedHardening {
  readonly documents: Partial<Record<HardeningSource, JsonObject>>;
  /** Why a document could not be read whose settings are only reported. */
  readonly failures: readonly AzureError[];
}

/** The ways in beside the front door are shut, or at least told. */
export const hardening = defineSafeguard<ObservedHardening, readonly HardeningSetting[]>({
  name: "hardening",
  condition: "Hardened",
  needs: [],
  actions: [
    "Microsoft.Web/sites/Read",
    "Microsoft.Web/sites/Write",
    "Microsoft.Web/sites/config/Read",
    "Microsoft.Web/sites/config/Write",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies/Read",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies/ftp/Write",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies/scm/Write",
    "Microsoft.Web/sites/slots/Read",
    "Microsoft.Web/sites/slots/Write",
    "Microsoft.Web/sites/slots/config/Read",
    "Microsoft.Web/sites/slots/config/Write",
    "Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies/Read",
    "Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies/ftp/Write",
    "Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies/scm/Write",
  ],
  resources: (target) => [
    ...new Set([
      ...settingsFor(target).map(({ resource }) => resource),
      webConfigId(target.siteId),
    ]),
  ],

  async observe(door, target) {
    const settings = settingsFor(target);
    const readings = await Promise.all(
      [...new Set(settings.map(({ source }) => source))].map(async (source) => {
        const isEnforced = settings.some(
          (setting) => setting.source === source && setting.mode === "Enforce",
        );
        return { source, seen: await look(door, target.siteId, source, isEnforced) };
      }),
    );
    const documents: Partial<Record<HardeningSource, JsonObject>> = {};
    const failures: AzureError[] = [];
    for (const { source, seen } of readings) {
      if (seen instanceof AzureError) failures.push(seen);
      else documents[source] = seen;
    }
    return { documents, failures };
  },

  establish: () => ({}),

  desire: settingsFor,

  compare(desired, { documents, failures }): Assessment {
    if (desired.length === 0) return { changes: [], notes: [], standing: NOT_MANAGED };
    const applicable = desired.filter((setting) => isSupported(setting, documents));
    const unmet = applicable.flatMap((setting) => {
      const document = documents[setting.source];
      const observed = document && (valueAt(document, setting.pointer) ?? undefined);
      return document === undefined || setting.isMet(observed) ? [] : [{ setting, observed }];
    });
    const findings = unmet
      .filter(({ setting }) => setting.mode === "Report")
      .map(({ setting, observed }): Note => ({
        code: "not-hardened",
        message: `${setting.pointer.slice(1)} is ${JSON.stringify(observed ?? null)}; ${setting.field} would have it be ${JSON.stringify(setting.desired)}.`,
      }));
    const unread = failures.map(({ message }): Note => ({ code: "not-read", message }));
    const obstacle = obstacleTo(desired.filter((setting) => !applicable.includes(setting)));
    const standing = standingOf(findings, failures);
    return {
      changes: unmet
        .filter(({ setting }) => setting.mode === "Enforce")
        .map(({ setting, observed }) => changeOf(setting, observed)),
      notes: [...findings, ...unread],
      ...(standing && { standing }),
      ...(obstacle && { obstacle }),
    };
  },
});

function settingsFor({ spec, siteId }: Target): readonly HardeningSetting[] {
  return hardeningSettings(spec.hardening, siteId);
}

/**
 * Reads one document. Where all that stands in it is only reported, a failure to read is told and
 * keeps nothing from going on: a right that nobody granted must not stop what was asked for.
 */
async function look(
  { webApps }: Door,
  siteId: string,
  source: HardeningSource,
  isEnforced: boolean,
): Promise<JsonObject | AzureError> {
  try {
    switch (source) {
      case "site":
        return (await webApps.getSite(siteId)).properties;
      case "web-config":
        return await webApps.getWebConfig(siteId);
      case "basic-publishing": {
        const { ftp, scm } = await webApps.getBasicPublishing(siteId);
        const policies = { ftp: { allow: ftp }, scm: { allow: scm } };
        return { basicPublishingCredentialsPolicies: policies };
      }
    }
  } catch (error) {
    if (isEnforced || !(error instanceof AzureError)) throw error;
    return error;
  }
}

/** Linux Consumption has no admin isolation: its host is not behind the front ends that do it. */
function isSupported(
  { pointer }: HardeningSetting,
  { site = {} }: ObservedHardening["documents"],
): boolean {
  const isLinuxConsumption = site["reserved"] === true && site["sku"] === "Dynamic";
  return pointer !== `/${ADMIN_ISOLATION}` || !isLinuxConsumption;
}

function obstacleTo(unsupported: readonly HardeningSetting[]): Obstacle | undefined {
  const enforced = unsupported.find(({ mode }) => mode === "Enforce");
  if (enforced === undefined) return undefined;
  return {
    kind: "blocked",
    reason: "NotSupported",
    message: `The Function App runs on Linux Consumption, which has no ${enforced.pointer.slice(1)}. Set ${enforced.field} to Ignore, or move the app to another plan.`,
  };
}

function standingOf(
  findings: readonly Note[],
  failures: readonly AzureError[],
): Standing | undefined {
  if (findings.length > 0) {
    const message = findings.map((finding) => finding.message).join(" ");
    return { status: "False", reason: "Reported", message };
  }
  const [failure] = failures;
  return failure && { status: "Unknown", reason: failure.reason, message: failure.message };
}

const NOT_MANAGED: Standing = {
  status: "Unknown",
  reason: "NotManaged",
  message: "Everything under hardening is set to Ignore, so it is not looked at.",
};

function changeOf(setting: HardeningSetting, observed: Change["observed"]): Change {
  return {
    safeguard: "hardening",
    resource: setting.resource,
    path: `hardening:${setting.pointer}`,
    desired: setting.desired,
    observed,
    danger: "Weakens",
    patch: setting.patch,
  };
}
