import type { SecuredFunctionBackendStatus } from "../api/v1alpha1/types.generated.ts";

/**
 * Whether this object's Azure was written to so lately that callers may not see it yet: by a roll-out
 * that goes on, or by a correction.
 *
 * @param now milliseconds since the epoch.
 */
export function isRecentlyChanged(
  { rollout, recentCorrections = [] }: SecuredFunctionBackendStatus,
  now: number,
  settleTimeInMs: number,
): boolean {
  const ofRollout =
    rollout === undefined || rollout.step === "Completed" ? [] : [rollout.startedAt];
  const ofCorrections = recentCorrections.map(({ correctedAt }) => correctedAt);
  return [...ofRollout, ...ofCorrections].some((at) => now - Date.parse(at) < settleTimeInMs);
}
