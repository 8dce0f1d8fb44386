/** The fields that were put right lately, and how often each. */
import type {
  Correction,
  DriftItem,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import type { Change } from "../safeguards/safeguard.ts";
import { driftItemOf, isSameField, type Field } from "./drift.ts";

const MOST_CORRECTIONS = 10;

/** For so long a field has to stay as it was set, and nobody contests it any more. */
export const CALM_IN_MS = 3 * 60 * 60_000;

/** ARM shows a write seconds later; what is still different after this was changed back. */
const SHOWN_WITHIN_IN_MS = 60_000;

/** What was put right by these changes at this time, RFC 3339. A field that somebody changed back is counted. */
export function correctionsOf(
  applied: readonly Change[],
  before: SecuredFunctionBackendStatus,
  at: string,
): readonly Correction[] {
  return applied.map((change) => {
    const item = driftItemOf(change, before, at);
    const { danger: _danger, detectedAt: _detectedAt, ...difference } = item;
    const last = lastCorrectionOf(item, before, at);
    const times = timesOf(last) + (last === undefined || isReturned(item, last, at) ? 1 : 0);
    return { ...difference, correctedAt: at, ...(times > 1 && { times }) };
  });
}

/** The fields that were put right, newest first, each once. */
export function withCorrections(
  { recentCorrections = [] }: SecuredFunctionBackendStatus,
  corrections: readonly Correction[],
): Correction[] {
  const others = recentCorrections.filter(
    (old) => !corrections.some((correction) => isSameField(old, correction)),
  );
  return [...corrections, ...others].slice(0, MOST_CORRECTIONS);
}

/** How a field was put right, unless that was so long ago that it does not count. */
export function lastCorrectionOf(
  field: Field,
  { recentCorrections = [] }: SecuredFunctionBackendStatus,
  at: string,
): Correction | undefined {
  return recentCorrections.find(
    (correction) => isSameField(correction, field) && isRecent(correction, at),
  );
}

/**
 * Whether a field was put right so lately that another difference counts on. A time that is still to
 * come is of a clock that went wrong, or forged: waiting for it could be for ever.
 */
export function isRecent({ correctedAt }: Correction, at: string): boolean {
  const passedInMs = Date.parse(at) - Date.parse(correctedAt);
  return passedInMs >= 0 && passedInMs < CALM_IN_MS;
}

/** How often a field was put right and changed back in a row. */
export function timesOf(correction: Correction | undefined): number {
  return correction === undefined ? 0 : (correction.times ?? 1);
}

/**
 * Whether a difference came after the correction, or outlasts it. Otherwise it is the old one, which
 * Azure still shows.
 */
export function isReturned(
  { detectedAt }: DriftItem,
  { correctedAt }: Correction,
  at: string,
): boolean {
  const corrected = Date.parse(correctedAt);
  return Date.parse(detectedAt) > corrected || Date.parse(at) - corrected >= SHOWN_WITHIN_IN_MS;
}
