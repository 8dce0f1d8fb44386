import { isJsonObject } from "../azure/json.ts";
import { nameOf } from "../azure/resource-ids.ts";
import { DEFAULT_ACTION_MEMBER, RULES_MEMBER } from "../safeguards/access-rules.ts";
import type { Change, Patch } from "../safeguards/safeguard.ts";
import type { RecordedValue } from "./snapshot.ts";

/** What was recorded of a Function App besides its authentication. */
export interface SiteRecord {
  readonly kind: "site-config" | "site" | "basic-publishing";
  readonly values: readonly RecordedValue[];
}

/** The changes that give back recorded values of a Function App, of its access restrictions too. */
export function restoreSiteValues(
  resource: string,
  { kind, values }: SiteRecord,
): readonly Change[] {
  return values.map((recorded) => {
    const safeguard = isNetworkValue(recorded) ? "access-restrictions" : "hardening";
    return {
      safeguard,
      resource,
      path: `${safeguard}:${placeOf(kind, resource, recorded)}`,
      desired: recorded.value,
      observed: undefined,
      danger: "Cosmetic",
      patch: patchFor(kind, resource, recorded),
    };
  });
}

/** Where drift shows a value. */
function placeOf(kind: SiteRecord["kind"], resource: string, { pointer }: RecordedValue): string {
  if (kind !== "basic-publishing") return pointer;
  return `/basicPublishingCredentialsPolicies/${nameOf(resource)}${pointer}`;
}

/** Whether a value of `config/web` belongs to the access restrictions. */
export function isNetworkValue(recorded: RecordedValue): boolean {
  return [RULES_MEMBER, DEFAULT_ACTION_MEMBER].includes(memberOf(recorded));
}

/** A member that was not there is sent as null: what is not sent stays as it is. */
function patchFor(kind: SiteRecord["kind"], resource: string, recorded: RecordedValue): Patch {
  const { value = null } = recorded;
  const member = memberOf(recorded);
  switch (kind) {
    case "site-config":
      return member === RULES_MEMBER
        ? { kind: "access-rules", rules: Array.isArray(value) ? value.filter(isJsonObject) : [] }
        : { kind: "site-config", member, value };
    case "site":
      return { kind: "site", member, value };
    case "basic-publishing":
      return {
        kind: "basic-publishing",
        method: nameOf(resource) === "ftp" ? "ftp" : "scm",
        allow: value === true,
      };
  }
}

function memberOf({ pointer }: RecordedValue): string {
  return pointer.slice(1);
}
