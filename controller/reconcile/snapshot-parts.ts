import { isNetworkValue } from "./restore-site.ts";
import type { RecordedValue, ResourceSnapshot, Snapshot } from "./snapshot.ts";

/** What goes back together: what closed the function, or what restricted access to addresses. */
export type SnapshotPart = "closing" | "network";

/** A snapshot in two. */
export interface SplitSnapshot {
  readonly part: Snapshot;
  readonly rest: Snapshot;
}

/** Takes a part out of a snapshot, but for the resources that are to stay in it. */
export function splitSnapshot(
  snapshot: Snapshot,
  part: SnapshotPart,
  stays: (resource: string) => boolean = () => false,
): SplitSnapshot {
  const split = Object.entries(snapshot.resources).map(([id, recorded]) => ({
    id,
    ...(stays(id) ? { rest: recorded } : splitResource(recorded, part)),
  }));
  return {
    part: snapshotOf(split.map(({ id, part }) => [id, part])),
    rest: snapshotOf(split.map(({ id, rest }) => [id, rest])),
  };
}

interface SplitResource {
  readonly part?: ResourceSnapshot | undefined;
  readonly rest?: ResourceSnapshot | undefined;
}

function splitResource(recorded: ResourceSnapshot, part: SnapshotPart): SplitResource {
  switch (recorded.kind) {
    case "auth-settings":
    case "api-policy":
      return part === "closing" ? { part: recorded } : { rest: recorded };
    case "site-config":
      if (part === "closing") return { rest: recorded };
      return {
        part: withValues(recorded, isNetworkValue),
        rest: withValues(recorded, (value) => !isNetworkValue(value)),
      };
    case "site":
    case "basic-publishing":
      return { rest: recorded };
  }
}

function withValues(
  recorded: Extract<ResourceSnapshot, { kind: "site-config" | "site" | "basic-publishing" }>,
  isWanted: (value: RecordedValue) => boolean,
): ResourceSnapshot | undefined {
  const values = recorded.values.filter(isWanted);
  return values.length === 0 ? undefined : { kind: recorded.kind, values };
}

function snapshotOf(
  resources: readonly (readonly [id: string, recorded: ResourceSnapshot | undefined])[],
): Snapshot {
  return {
    resources: Object.fromEntries(
      resources.flatMap(([id, recorded]) => (recorded === undefined ? [] : [[id, recorded]])),
    ),
  };
}
