/** The differences that are there, as status keeps them. */
import type { DriftItem, SecuredFunctionBackendStatus } from "../api/v1alpha1/types.generated.ts";
import type { Json } from "../azure/json.ts";
import { sameResource } from "../azure/resource-ids.ts";
import type { Change } from "../safeguards/safeguard.ts";
import { cut } from "./cut.ts";
import { knownChanges, type Plan } from "./plan.ts";

const LONGEST_VALUE = 256;

/**
 * The present differences; each keeps the time when it was first seen. Those of a safeguard that could
 * not be judged stay as they were known last.
 */
export function driftOf(
  plan: Plan,
  before: SecuredFunctionBackendStatus,
  at: string,
): readonly DriftItem[] {
  const unjudged = plan.steps.filter(
    ({ changes, obstacle }) => !plan.isComplete && obstacle !== undefined && changes.length === 0,
  );
  const kept = (before.drift ?? []).filter(({ path }) =>
    unjudged.some(({ safeguard }) => path.startsWith(`${safeguard}:`)),
  );
  return [...kept, ...knownChanges(plan).map((change) => driftItemOf(change, before, at))];
}

/** One present difference, with the time when it was first seen. */
export function driftItemOf(
  change: Change,
  { drift = [] }: SecuredFunctionBackendStatus,
  at: string,
): DriftItem {
  const item = { ...differenceOf(change), danger: change.danger };
  const seen = drift.find((old) => isSameField(old, item) && old.observed === item.observed);
  return { ...item, detectedAt: seen?.detectedAt ?? at };
}

/** One field of one resource. */
export type Field = Pick<DriftItem, "path" | "resource">;

/** Whether two speak of the same field. */
export function isSameField(one: Field, other: Field): boolean {
  return one.path === other.path && sameResource(one.resource, other.resource);
}

function differenceOf({ path, resource, desired, observed }: Change) {
  return {
    path: cut(path, LONGEST_VALUE),
    resource,
    ...(desired !== undefined && { desired: showValue(desired) }),
    ...(observed !== undefined && { observed: showValue(observed) }),
  };
}

/** A value as people read it, cut to what status has room for. */
export function showValue(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${cut(text, LONGEST_VALUE - 1)}…` : text;
}
