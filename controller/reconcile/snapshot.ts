/**
 * What was there before the operator wrote: the values of the fields it owns, and the record of what
 * it did to each policy. A roll-back reads it.
 */
import { isDeepStrictEqual } from "node:util";
import { isJsonObject, valueAt, type Json, type JsonObject } from "../azure/json.ts";
import type { MergeRecord, PolicyStatements } from "../policy/policy.ts";
import { restoreSiteValues, type SiteRecord } from "./restore-site.ts";
import type { Change } from "../safeguards/safeguard.ts";

/** Everything recorded for one object, by lower-case resource id. Plain JSON. */
export interface Snapshot {
  readonly resources: { readonly [resourceId: string]: ResourceSnapshot };
}

export type ResourceSnapshot =
  | { readonly kind: "auth-settings"; readonly values: readonly RecordedValue[] }
  | SiteRecord
  | {
      readonly kind: "api-policy";
      readonly statements: PolicyStatements;
      readonly record: MergeRecord;
    };

/** The kinds of resources of which single values are recorded. */
type ValueKind = "auth-settings" | SiteRecord["kind"];

export interface RecordedValue {
  readonly pointer: string;
  /** Absent when there was nothing. */
  readonly value?: Json;
  /** What the operator wrote last; absent when it took the value away. */
  readonly written?: Json;
}

/** Where snapshots are kept: a Secret in a cluster, a file without one. Storing one that failed must throw. */
export interface SnapshotStore {
  load(): Promise<Snapshot>;
  store(snapshot: Snapshot): Promise<void>;
}

/** Thrown when what would be overwritten could not be recorded: nothing was written then. */
export class SnapshotUnavailable extends Error {
  override readonly name = "SnapshotUnavailable";
  /** Whether it may heal by itself, as when an API server restarts. */
  readonly isTransient: boolean;

  constructor(message: string, options: { cause?: unknown; isTransient?: boolean } = {}) {
    super(message, options);
    this.isTransient = options.isTransient ?? false;
  }
}

/** Reads what is recorded. @throws {SnapshotUnavailable} */
export async function loadSnapshot(snapshots: SnapshotStore): Promise<Snapshot> {
  return await snapshots.load().catch((cause: unknown) => {
    throw unavailable(cause);
  });
}

/** Keeps what is recorded, if it changed. @throws {SnapshotUnavailable} */
export async function storeSnapshot(
  snapshots: SnapshotStore,
  before: Snapshot,
  after: Snapshot,
): Promise<void> {
  if (after === before) return;
  await snapshots.store(after).catch((cause: unknown) => {
    throw unavailable(cause);
  });
}

function unavailable(cause: unknown): SnapshotUnavailable {
  if (cause instanceof SnapshotUnavailable) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SnapshotUnavailable(
    `What was there before could not be recorded (${why}), so nothing was written to Azure. Make the place where snapshots are kept readable and writable.`,
    { cause },
  );
}

export const EMPTY_SNAPSHOT: Snapshot = { resources: {} };

/**
 * The snapshot with the values that these changes are about to replace in `settings`, and with what
 * they will write. A value that is recorded stays: it is the one from before the operator came.
 */
export function withRecordedSettings(
  snapshot: Snapshot,
  settings: JsonObject,
  changes: readonly Change[],
): Snapshot {
  return changes.reduce((recorded, { resource, patch }) => {
    if (patch.kind !== "auth-settings") return recorded;
    const { pointer, value: written } = patch;
    const record = { pointer, value: valueAt(settings, pointer), written };
    return withRecordedValues(recorded, resource, "auth-settings", [record]);
  }, snapshot);
}

/** One value that is about to be replaced, and with what. */
export interface ValueRecord {
  readonly pointer: string;
  readonly value: Json | undefined;
  readonly written: Json | undefined;
}

/** The snapshot with values of one resource. A value that is recorded stays. */
export function withRecordedValues(
  snapshot: Snapshot,
  resource: string,
  kind: ValueKind,
  records: readonly ValueRecord[],
): Snapshot {
  return records.reduce((recorded, { pointer, value: observed, written }) => {
    const before = recorded.resources[resource.toLowerCase()];
    const values = before?.kind === kind ? before.values : [];
    const known = values.find((each) => each.pointer === pointer);
    const isGivenBack = known !== undefined && isDeepStrictEqual(known.value, written);
    if (isGivenBack) return recorded;
    const value = known === undefined ? observed : known.value;
    const entry = {
      pointer,
      ...(value !== undefined && { value }),
      ...(written !== undefined && { written }),
    };
    if (isDeepStrictEqual(known, entry)) return recorded;
    const others = values.filter((each) => each !== known);
    return withResource(recorded, resource, { kind, values: [...others, entry] });
  }, snapshot);
}

/**
 * The snapshot with the record of the first merge into a policy, which tells what was there before,
 * and with the statements of the last one, which tell what is ours in it now.
 */
export function withRecordedMerge(
  snapshot: Snapshot,
  resource: string,
  statements: PolicyStatements,
  record: MergeRecord,
): Snapshot {
  const known = snapshot.resources[resource.toLowerCase()];
  const first = known?.kind === "api-policy" ? known.record : record;
  const recorded = { kind: "api-policy" as const, statements, record: first };
  return isDeepStrictEqual(known, recorded) ? snapshot : withResource(snapshot, resource, recorded);
}

/**
 * The changes that give back what was recorded, the function's authentication before the policies:
 * the other way round, callers would be kept out in between. APIM's identity is not touched.
 */
export function restoration(snapshot: Snapshot): readonly Change[] {
  return inOrderOfReturn(snapshot).flatMap(([resource, recorded]) =>
    restoreResource(resource, recorded),
  );
}

const ORDER_OF_RETURN = [
  "auth-settings",
  "api-policy",
  "site-config",
  "site",
  "basic-publishing",
] as const satisfies readonly ResourceSnapshot["kind"][];

/** What was recorded, in the order in which it is given back. */
export function inOrderOfReturn(
  snapshot: Snapshot,
): readonly (readonly [resource: string, recorded: ResourceSnapshot])[] {
  const place = ([, { kind }]: readonly [string, ResourceSnapshot]) =>
    ORDER_OF_RETURN.indexOf(kind);
  return Object.entries(snapshot.resources).toSorted((one, other) => place(one) - place(other));
}

/** What was written into each policy, by the policy's id. */
export function statementsIn(
  snapshot: Snapshot,
): (policyId: string) => PolicyStatements | undefined {
  return (policyId) => {
    const recorded = snapshot.resources[policyId.toLowerCase()];
    return recorded?.kind === "api-policy" ? recorded.statements : undefined;
  };
}

/** The snapshot without a resource that was given back. */
export function withoutResource(snapshot: Snapshot, id: string): Snapshot {
  const { [id.toLowerCase()]: _returned, ...resources } = snapshot.resources;
  return { resources };
}

/** The changes that give one resource back. */
export function restoreResource(resource: string, recorded: ResourceSnapshot): readonly Change[] {
  if (recorded.kind === "api-policy") {
    const { statements, record } = recorded;
    return [
      {
        safeguard: "inbound-policy",
        resource,
        path: "inbound-policy:inbound",
        desired: undefined,
        observed: undefined,
        danger: "Cosmetic",
        patch: { kind: "api-policy-removal", statements, record },
      },
    ];
  }
  if (recorded.kind !== "auth-settings") return restoreSiteValues(resource, recorded);
  return recorded.values
    .filter(({ value }) => !isEmptyList(value))
    .map(({ pointer, value }) => ({
      safeguard: "authentication",
      resource,
      path: `authentication:${pointer}`,
      desired: value,
      observed: undefined,
      danger: "Cosmetic",
      patch: { kind: "auth-settings", pointer, value },
    }));
}

/**
 * An empty list is never written, not even back: some readers take it for "nobody". Nor is the member
 * taken out, which would let in everybody: what stands there stays.
 */
function isEmptyList(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function withResource(snapshot: Snapshot, id: string, resource: ResourceSnapshot): Snapshot {
  return { resources: { ...snapshot.resources, [id.toLowerCase()]: resource } };
}

/** Reads a stored snapshot back. @throws {TypeError} when it is none. */
export function parseSnapshot(value: unknown): Snapshot {
  if (isJsonObject(value) && isJsonObject(value["resources"])) return value as unknown as Snapshot;
  throw new TypeError("not a snapshot: it holds no resources");
}
