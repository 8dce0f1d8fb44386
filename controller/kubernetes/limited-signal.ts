/** A signal that also aborts after a while. */
export interface LimitedSignal {
  readonly signal: AbortSignal;
  /** From now on only the caller's signal counts. */
  stopTimer(): void;
  /** Stops the timer and lets the caller's signal go, which may outlive a million calls. */
  readonly release: () => void;
}

/**
 * Joins a caller's signal with a time limit. The timer keeps the process alive, as what it limits does.
 *
 * @param limitInMs at most 2³¹−1.
 */
export function limitedSignal(limitInMs: number, caller?: AbortSignal): LimitedSignal {
  const controller = new AbortController();
  const onAbort = () => controller.abort(caller?.reason);
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`No end within ${limitInMs} ms`, "TimeoutError"));
  }, limitInMs);
  if (caller?.aborted) onAbort();
  caller?.addEventListener("abort", onAbort, { once: true });
  const stopTimer = () => clearTimeout(timer);
  return {
    signal: controller.signal,
    stopTimer,
    release: () => {
      stopTimer();
      caller?.removeEventListener("abort", onAbort);
    },
  };
}

/** Settles as the promise does, or rejects with the signal's reason if that is sooner. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
