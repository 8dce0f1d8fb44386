import { setTimeout as sleep } from "node:timers/promises";

/** The longest time that a timer takes. */
const LONGEST_IN_MS = 2 ** 31 - 1;

/** Waits until a moment (milliseconds since the epoch), or until the signal is aborted. */
export async function pauseUntil(moment: number, signal: AbortSignal): Promise<void> {
  const inMs = Math.min(Math.max(moment - Date.now(), 0), LONGEST_IN_MS);
  await sleep(inMs, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
