import type { Door, Operation } from "../azure/door.ts";
import { AzureError } from "../azure/errors.ts";
import { valueAt, withValueAt, type JsonObject } from "../azure/json.ts";
import {
  mergePolicy,
  removePolicy,
  type MergeRecord,
  type PolicyStatements,
} from "../policy/policy.ts";
import { siteOfAuthSettings } from "../azure/resource-ids.ts";
import { apiIdOfPolicy } from "../safeguards/inbound-policy.ts";
import { isKnown, type Change, type Obstacle, type Patch } from "../safeguards/safeguard.ts";
import {
  foreignOwnersIn,
  withMarker,
  withoutMarkers,
  type Self,
} from "../safeguards/owner-marker.ts";
import type { Gateways } from "./gateway.ts";
import {
  loadSnapshot,
  storeSnapshot,
  withRecordedMerge,
  withRecordedSettings,
  type Snapshot,
  type SnapshotStore,
} from "./snapshot.ts";
import { writeBasicPublishing, writeSite, writeSiteConfig } from "./write-site.ts";

/** What the executor works with. */
export interface Workshop {
  readonly door: Door;
  readonly gateways: Gateways;
  readonly snapshots: SnapshotStore;
  /** Whose marker is written with the lock. */
  readonly owner: Self;
  /**
   * Why a resource that was recorded earlier must be left alone: what the object named then may not be
   * granted to it any more. Absent: nothing is.
   */
  readonly refusalOf?: (resource: string) => Obstacle | undefined;
}

/** An operation that a write began, and on what. */
export interface BegunOperation extends Operation {
  readonly resourceId: string;
}

/** How often a policy is read and merged again when somebody else was faster. */
const ATTEMPTS_AFTER_LOST_RACE = 3;

/** How changes are carried out. */
export interface Manner {
  /**
   * Writes the settings even where they read as wanted. What was written a moment ago may not be
   * shown yet, and a roll-back that believes such a reading gives nothing back.
   */
  readonly distrustsReads: boolean;
  /** What becomes of the operator's marker where authentication settings are written. */
  readonly marker: "set" | "remove";
}

/**
 * Carries out the changes, one write per Azure resource, in the order of the resources' first change.
 * Each document is read again right before it is written, and only what differs is written. Before
 * the first write to a resource, what it will own there is recorded; if that fails, nothing is sent.
 *
 * @returns the long-running operations that were begun.
 * @throws {AzureError} from the first write that fails; those before it are done.
 * @throws {SnapshotUnavailable} when the snapshot could not be stored.
 */
export async function execute(
  workshop: Workshop,
  changes: readonly Change[],
  manner: Manner = { distrustsReads: false, marker: "set" },
): Promise<readonly BegunOperation[]> {
  const begun: BegunOperation[] = [];
  for (const [resource, ofResource] of Map.groupBy(changes, ({ resource }) => resource)) {
    const operation = await write(workshop, resource, ofResource, manner);
    if (operation !== undefined) begun.push({ ...operation, resourceId: resource });
  }
  return begun;
}

async function write(
  workshop: Workshop,
  resource: string,
  changes: readonly Change[],
  manner: Manner,
): Promise<Operation | undefined> {
  const unknown = changes.find((change) => !isKnown(change));
  if (unknown !== undefined) throw new Error(`not known yet: ${unknown.path}`);
  const patch = changes[0]?.patch;
  switch (patch?.kind) {
    case undefined:
      return undefined;
    case "service-identity":
      return await workshop.gateways.exclusively(resource, () =>
        workshop.door.apiManagement.updateIdentity(resource, patch.identity),
      );
    case "application":
      return await writeApplication(workshop, patch.uniqueName, changes);
    case "service-principal":
      return await workshop.door.graph.createServicePrincipal(patch.clientId);
    case "api-policy":
    case "api-policy-removal":
      await workshop.gateways.exclusively(resource, () => writePolicy(workshop, resource, patch));
      return undefined;
    case "auth-settings":
    case "owner-marker":
      await writeAuthSettings(workshop, resource, changes, manner);
      return undefined;
    case "site-config":
    case "access-rules":
      await writeSiteConfig(workshop, resource, changes, manner);
      return undefined;
    case "site":
      await writeSite(workshop, resource, changes);
      return undefined;
    case "basic-publishing":
      await writeBasicPublishing(workshop, resource, changes);
      return undefined;
  }
}

/** The application is the operator's own: nothing of anybody else's is overwritten, so nothing is recorded. */
async function writeApplication(
  { door }: Workshop,
  uniqueName: string,
  changes: readonly Change[],
): Promise<Operation | undefined> {
  const patches = changes.flatMap(({ patch }) => (patch.kind === "application" ? [patch] : []));
  const members = Object.assign({}, ...patches.map((patch) => patch.members)) as JsonObject;
  const id = patches[0]?.id;
  if (id === undefined) return await door.graph.createApplication(uniqueName, members);
  await door.graph.updateApplication(id, members);
  return undefined;
}

type PolicyPatch = Extract<Patch, { kind: "api-policy" | "api-policy-removal" }>;

/** A lost race is run again from the reading on; what is recorded is the merge that won. */
async function writePolicy(
  workshop: Workshop,
  resource: string,
  patch: PolicyPatch,
): Promise<void> {
  const recorded = await loadSnapshot(workshop.snapshots);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await (patch.kind === "api-policy"
        ? mergeIntoPolicy(workshop, resource, patch, recorded)
        : removeFromPolicy(workshop, resource, patch.statements, patch.record));
      return;
    } catch (error) {
      const lostRace = error instanceof AzureError && error.reason === "StaleRead";
      if (!lostRace || attempt === ATTEMPTS_AFTER_LOST_RACE) throw error;
    }
  }
}

async function mergeIntoPolicy(
  { door, snapshots }: Workshop,
  resource: string,
  { statements, replaces }: Extract<Patch, { kind: "api-policy" }>,
  recorded: Snapshot,
): Promise<void> {
  const apiId = apiIdOfPolicy(resource);
  const document = await door.apiManagement.getPolicy(apiId);
  const merged = mergePolicy(without(document?.text, replaces), statements);
  if (merged.outcome !== "merged") throw changedMeanwhile(resource);
  if (merged.text === document?.text) return;
  await storeSnapshot(
    snapshots,
    recorded,
    withRecordedMerge(recorded, resource, statements, merged.record),
  );
  await door.apiManagement.putPolicy(apiId, merged.text, document?.etag);
}

/** The text without our own statements for another audience, if there were any. */
function without(text: string | undefined, replaced: PolicyStatements | undefined) {
  if (text === undefined || replaced === undefined) return text;
  const removed = removePolicy(text, { statements: replaced });
  return removed.outcome === "removed" ? removed.text : text;
}

async function removeFromPolicy(
  { door }: Workshop,
  resource: string,
  statements: PolicyStatements,
  record: MergeRecord,
): Promise<void> {
  const apiId = apiIdOfPolicy(resource);
  const document = await door.apiManagement.getPolicy(apiId);
  if (document === undefined) return;
  const removed = removePolicy(document.text, { statements, record });
  if (removed.outcome !== "removed") throw changedMeanwhile(resource);
  if (removed.text === undefined) {
    await door.apiManagement.deletePolicy(apiId, document.etag);
  } else if (removed.changed) {
    await door.apiManagement.putPolicy(apiId, removed.text, document.etag);
  }
}

async function writeAuthSettings(
  { door, snapshots, owner }: Workshop,
  resource: string,
  changes: readonly Change[],
  { distrustsReads, marker }: Manner,
): Promise<void> {
  const siteId = siteOfAuthSettings(resource);
  const before = await door.webApps.getAuthSettings(siteId);
  const takesOver = changes.some(({ patch }) => patch.kind === "owner-marker");
  if (!takesOver && foreignOwnersIn(before, owner).length > 0) throw changedMeanwhile(resource);
  const wanted = changes.reduce<JsonObject>(
    (settings, { patch }) =>
      patch.kind === "auth-settings" ? withValueAt(settings, patch.pointer, patch.value) : settings,
    before,
  );
  // A marker alone is no reason to restart the app, unless somebody asked for it.
  const after = marker === "set" ? withMarker(wanted, owner) : withoutMarkers(wanted);
  const compared = marker === "set" && !takesOver ? wanted : after;
  if (!distrustsReads && JSON.stringify(compared) === JSON.stringify(before)) return;
  refuseEmptyLists(after, changes);
  const recorded = await loadSnapshot(snapshots);
  await storeSnapshot(snapshots, recorded, withRecordedSettings(recorded, before, changes));
  await door.webApps.putAuthSettings(siteId, after);
}

/** An empty list was seen to be read as "permit nobody" in one place and as "permit all" in another. */
function refuseEmptyLists(settings: JsonObject, changes: readonly Change[]): void {
  for (const { patch, path } of changes) {
    if (patch.kind !== "auth-settings" || patch.value === undefined) continue;
    const value = valueAt(settings, patch.pointer);
    if (Array.isArray(value) && value.length === 0) throw new Error(`empty list refused: ${path}`);
  }
}

function changedMeanwhile(resource: string): AzureError {
  return new AzureError({
    reason: "StaleRead",
    errorClass: "BackOff",
    message: `${resource} was changed while it was worked on; it is read again.`,
  });
}
