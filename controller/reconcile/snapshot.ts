/**
 * What was there before the operator wrote: the values of the fields it owns, and the record of what
 * it did to each policy. A roll-back reads it.
 */
import { isJsonObject, valueAt, type Json, type JsonObject } from "../azure/json.ts";
import type { MergeRecord, PolicyStatements } from "../policy/policy.ts";
import type { Change } from "../safeguards/safeguard.ts";

/** Everything recorded for one object, by lower-case resource id. Plain JSON. */
export interface Snapshot {
  readonly resources: { readonly [resourceId: string]: ResourceSnapshot };
}

export type ResourceSnapshot =
  | { readonly kind: "auth-settings"; readonly values: readonly RecordedValue[] }
  | {
      readonly kind: "api-policy";
      readonly statements: PolicyStatements;
      readonly record: MergeRecord;
    };

interface RecordedValue {
  readonly pointer: string;
  /** Absent when there was nothing. */
  readonly value?: Json;
}

/** Where snapshots are kept: a file without a cluster. Storing one that failed must throw. */
export interface SnapshotStore {
  load(): Promise<Snapshot>;
  store(snapshot: Snapshot): Promise<void>;
}

/** Thrown when what would be overwritten could not be recorded: nothing was written then. */
export class SnapshotUnavailable extends Error {
  override readonly name = "SnapshotUnavailable";
}

export const EMPTY_SNAPSHOT: Snapshot = { resources: {} };

/**
 * The snapshot with the values that these changes are about to replace in `settings`. A value that is
 * recorded stays: it is the one from before the operator came.
 */
export function withRecordedSettings(
  snapshot: Snapshot,
  settings: JsonObject,
  changes: readonly Change[],
): Snapshot {
  return changes.reduce((recorded, { resource, patch }) => {
    if (patch.kind !== "auth-settings") return recorded;
    const before = recorded.resources[resource.toLowerCase()];
    const values = before?.kind === "auth-settings" ? before.values : [];
    if (values.some(({ pointer }) => pointer === patch.pointer)) return recorded;
    const observed = valueAt(settings, patch.pointer);
    const value = { pointer: patch.pointer, ...(observed !== undefined && { value: observed }) };
    return withResource(recorded, resource, { kind: "auth-settings", values: [...values, value] });
  }, snapshot);
}

/** The snapshot with the record of the first merge into a policy; a later one adds nothing. */
export function withRecordedMerge(
  snapshot: Snapshot,
  resource: string,
  statements: PolicyStatements,
  record: MergeRecord,
): Snapshot {
  if (snapshot.resources[resource.toLowerCase()] !== undefined) return snapshot;
  return withResource(snapshot, resource, { kind: "api-policy", statements, record });
}

/**
 * The changes that give back what was recorded, the function's authentication before the policies:
 * the other way round, callers would be kept out in between. APIM's identity is not touched.
 */
export function restoration(snapshot: Snapshot): readonly Change[] {
  return Object.entries(snapshot.resources)
    .flatMap(([resource, recorded]) => restoreResource(resource, recorded))
    .toSorted((left, right) => Number(isPolicy(left)) - Number(isPolicy(right)));
}

function isPolicy({ patch }: Change): boolean {
  return patch.kind === "api-policy-removal";
}

function restoreResource(resource: string, recorded: ResourceSnapshot): readonly Change[] {
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
  return recorded.values.map(({ pointer, value: before }) => {
    // An empty list is never written: some readers take it for "nobody", and none for more than absent.
    const value = Array.isArray(before) && before.length === 0 ? undefined : before;
    return {
      safeguard: "authentication",
      resource,
      path: `authentication:${pointer}`,
      desired: value,
      observed: undefined,
      danger: "Cosmetic",
      patch: { kind: "auth-settings", pointer, value },
    };
  });
}

function withResource(snapshot: Snapshot, id: string, resource: ResourceSnapshot): Snapshot {
  return { resources: { ...snapshot.resources, [id.toLowerCase()]: resource } };
}

/** Reads a stored snapshot back. @throws {TypeError} when it is none. */
export function parseSnapshot(value: unknown): Snapshot {
  if (isJsonObject(value) && isJsonObject(value["resources"])) return value as unknown as Snapshot;
  throw new TypeError("not a snapshot: it holds no resources");
}
