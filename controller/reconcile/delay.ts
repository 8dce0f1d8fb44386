import type { Next } from "./outcome.ts";

/** What the pause before the next pass depends on, besides how the last one ended. */
export interface Pace {
  /** How many passes in a row ended with `back off`, this one included. */
  readonly backOffs: number;
  readonly resyncIntervalInMs: number;
  /** From 0 to 1: spreads objects that began together. */
  readonly random: number;
}

/** Gives Azure a moment to show what was written. */
const BREATH_IN_MS = 250;
const FIRST_BACK_OFF_IN_MS = 1000;
const LONGEST_BACK_OFF_IN_MS = 5 * 60_000;

/** How long to wait before an object is looked at again, in milliseconds. */
export function delayInMs(next: Next, { backOffs, resyncIntervalInMs, random }: Pace): number {
  switch (next.kind) {
    case "at once":
      return BREATH_IN_MS;
    case "after":
      return Math.max(next.inMs, BREATH_IN_MS);
    case "back off": {
      const full = Math.min(FIRST_BACK_OFF_IN_MS * 2 ** (backOffs - 1), LONGEST_BACK_OFF_IN_MS);
      return full * (0.5 + random / 2);
    }
    case "resync":
      return resyncIntervalInMs * (0.9 + random / 5);
  }
}
