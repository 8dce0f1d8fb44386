import { setTimeout as sleep } from "node:timers/promises";

/** Waits for work; once the signal is aborted, only for so much longer. */
export async function untilAborted(
  work: Promise<void>,
  signal: AbortSignal,
  graceInMs: number,
): Promise<void> {
  const finished = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { signal: finished.signal });
    if (signal.aborted) resolve();
  });
  const graceOver = aborted.then(
    async () =>
      await sleep(graceInMs, undefined, { signal: finished.signal }).catch(() => undefined),
  );
  try {
    await Promise.race([work, graceOver]);
  } finally {
    finished.abort();
  }
}
