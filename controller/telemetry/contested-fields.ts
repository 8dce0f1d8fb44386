import type { Correction } from "../api/v1alpha1/types.generated.ts";

/** Once is a slip, twice may be; a third time within the hour is somebody's system. */
const OFTEN = 3;
const WITHIN_MS = 60 * 60_000;

/**
 * The fields that somebody keeps changing back, by their path: put right three times within the last
 * hour. `now` is in milliseconds since the epoch.
 */
export function contestedFields(
  corrections: readonly Correction[],
  now: number,
): readonly string[] {
  const recent = corrections.filter(({ correctedAt }) => now - Date.parse(correctedAt) < WITHIN_MS);
  const byField = Map.groupBy(recent, ({ resource, path }) => `${resource} ${path}`);
  return [...byField.values()]
    .filter(({ length }) => length >= OFTEN)
    .map(([first]) => first?.path ?? "");
}
