/** Writes of a Function App besides its authentication: only the members that differ are sent. */
import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../azure/json.ts";
import { siteOf } from "../azure/resource-ids.ts";
import {
  DEFAULT_ACTION_MEMBER,
  effectiveDefault,
  isOwnRule,
  RULES_MEMBER,
  rulesOf,
  withOwnRules,
} from "../safeguards/access-rules.ts";
import type { Change } from "../safeguards/safeguard.ts";
import type { Manner, Workshop } from "./execute.ts";
import { loadSnapshot, storeSnapshot, withRecordedValues, type ValueRecord } from "./snapshot.ts";

/** Sends what differs in `config/web`, in one PATCH. Rules of others are sent back as they stand. */
export async function writeSiteConfig(
  { door, snapshots }: Workshop,
  resource: string,
  changes: readonly Change[],
  { distrustsReads }: Manner,
): Promise<void> {
  const siteId = siteOf(resource);
  const before = await door.webApps.getWebConfig(siteId);
  const members: Record<string, Json> = {};
  const records: ValueRecord[] = [];
  for (const { patch } of changes) {
    if (patch.kind === "site-config") {
      const { member, value: written } = patch;
      if (!distrustsReads && before[member] === written) continue;
      members[member] = written;
      // What an absent default action stands for depends on the rules, and they are about to change.
      const value = member === DEFAULT_ACTION_MEMBER ? effectiveDefault(before) : before[member];
      records.push({ pointer: `/${member}`, value, written });
    }
    if (patch.kind === "access-rules") {
      const present = rulesOf(before);
      const rules = withOwnRules(present, patch.rules);
      if (!distrustsReads && isDeepStrictEqual(rules, present)) continue;
      members[RULES_MEMBER] = rules;
      const own = present.filter(isOwnRule);
      records.push({ pointer: `/${RULES_MEMBER}`, value: own, written: patch.rules });
    }
  }
  if (records.length === 0) return;
  const recorded = await loadSnapshot(snapshots);
  await storeSnapshot(
    snapshots,
    recorded,
    withRecordedValues(recorded, resource, "site-config", records),
  );
  await door.webApps.updateWebConfig(siteId, members);
}

/** Sends what differs in the site's own `properties`, in one PATCH. */
export async function writeSite(
  { door, snapshots }: Workshop,
  siteId: string,
  changes: readonly Change[],
): Promise<void> {
  const { properties: before } = await door.webApps.getSite(siteId);
  const patches = changes.flatMap(({ patch }) =>
    patch.kind === "site" && before[patch.member] !== patch.value ? [patch] : [],
  );
  if (patches.length === 0) return;
  const members: JsonObject = Object.fromEntries(
    patches.map(({ member, value }) => [member, value]),
  );
  const records = patches.map(({ member, value: written }): ValueRecord => ({
    pointer: `/${member}`,
    value: before[member],
    written,
  }));
  const recorded = await loadSnapshot(snapshots);
  await storeSnapshot(snapshots, recorded, withRecordedValues(recorded, siteId, "site", records));
  await door.webApps.updateSite(siteId, members);
}

/** Says by which ways a user name and a password are enough to publish. */
export async function writeBasicPublishing(
  { door, snapshots }: Workshop,
  resource: string,
  changes: readonly Change[],
): Promise<void> {
  const siteId = siteOf(resource);
  const before = await door.webApps.getBasicPublishing(siteId);
  for (const { patch } of changes) {
    if (patch.kind !== "basic-publishing" || before[patch.method] === patch.allow) continue;
    const { method, allow } = patch;
    const record = { pointer: "/allow", value: before[method], written: allow };
    const recorded = await loadSnapshot(snapshots);
    await storeSnapshot(
      snapshots,
      recorded,
      withRecordedValues(recorded, resource, "basic-publishing", [record]),
    );
    await door.webApps.setBasicPublishing(siteId, method, allow);
  }
}
