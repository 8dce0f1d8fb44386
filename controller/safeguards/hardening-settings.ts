/**
 * The settings that make a Function App harder to get into by other ways than its front door: what
 * they should be, and where they stand.
 *
 * Meaning: "Securing Azure Functions" and "Azure Functions app settings reference" (Microsoft Learn).
 */
import type { Hardening, HardeningMode } from "../api/v1alpha1/types.generated.ts";
import type { Json } from "../azure/json.ts";
import { basicPublishingId, webConfigId } from "../azure/resource-ids.ts";
import type { Patch } from "./safeguard.ts";

/** The documents in which the settings stand. */
export type HardeningSource = "site" | "web-config" | "basic-publishing";

/** One setting, and what it should be. */
export interface HardeningSetting {
  /** The field of the spec that speaks of it, such as `hardening.ftp`. */
  readonly field: string;
  readonly mode: HardeningMode;
  readonly source: HardeningSource;
  /** Where it stands in its document. */
  readonly pointer: string;
  readonly desired: Json;
  readonly isMet: (observed: Json | undefined) => boolean;
  readonly patch: Patch;
  /** The ARM id of the resource that holds it. */
  readonly resource: string;
}

/** The member of a site that keeps `/admin` to the platform. No SDK type knows it. */
export const ADMIN_ISOLATION = "functionsRuntimeAdminIsolationEnabled";

/** Every setting that is not ignored. */
export function hardeningSettings(
  hardening: Hardening,
  siteId: string,
): readonly HardeningSetting[] {
  const { httpsOnly, ftp, scmBasicAuth, adminIsolation, remoteDebugging, minimumTls } = hardening;
  const { version } = minimumTls;
  const site = (member: string, desired: Json): Stand => ({
    source: "site",
    pointer: `/${member}`,
    resource: siteId,
    desired,
    isMet: (observed) => observed === desired,
    patch: { kind: "site", member, value: desired },
  });
  const config = (member: string, desired: Json): Stand => ({
    source: "web-config",
    pointer: `/${member}`,
    resource: webConfigId(siteId),
    desired,
    isMet: (observed) => observed === desired,
    patch: { kind: "site-config", member, value: desired },
  });
  const publishing = (method: "ftp" | "scm"): Stand => ({
    source: "basic-publishing",
    pointer: `/basicPublishingCredentialsPolicies/${method}/allow`,
    resource: basicPublishingId(siteId, method),
    desired: false,
    isMet: (observed) => observed === false,
    patch: { kind: "basic-publishing", method, allow: false },
  });
  const tls = (member: string): Stand => ({
    ...config(member, version),
    isMet: (observed) => typeof observed === "string" && Number(observed) >= Number(version),
  });
  const groups: readonly [field: string, mode: HardeningMode, settings: readonly Stand[]][] = [
    ["httpsOnly", httpsOnly, [site("httpsOnly", true)]],
    ["ftp", ftp, [config("ftpsState", "Disabled"), publishing("ftp")]],
    ["scmBasicAuth", scmBasicAuth, [publishing("scm")]],
    ["adminIsolation", adminIsolation, [site(ADMIN_ISOLATION, true)]],
    ["remoteDebugging", remoteDebugging, [config("remoteDebuggingEnabled", false)]],
    ["minimumTls", minimumTls.mode, [tls("minTlsVersion"), tls("scmMinTlsVersion")]],
  ];
  return groups
    .filter(([, mode]) => mode !== "Ignore")
    .flatMap(([field, mode, settings]) =>
      settings.map((setting) => ({ ...setting, field: `hardening.${field}`, mode })),
    );
}

type Stand = Omit<HardeningSetting, "field" | "mode">;
