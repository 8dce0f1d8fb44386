/** Time, as an argument: tests move it by hand. */
export interface Clock {
  /** Milliseconds since the epoch; may jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds that only grow; may stand still while a virtual machine is paused. */
  monotonic(): number;
  /** Resolves after so long, however long that is, or rejects with the signal's reason. */
  sleep(inMs: number, signal?: AbortSignal): Promise<void>;
}

/** `setTimeout` fires at once beyond 2³¹−1 ms, which is 24.8 days. */
const LONGEST_TIMER_IN_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (inMs, signal) => {
    for (let left = inMs; left > 0; left -= LONGEST_TIMER_IN_MS) {
      await sleepOnce(Math.min(left, LONGEST_TIMER_IN_MS), signal);
    }
    signal?.throwIfAborted();
  },
};

async function sleepOnce(inMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, inMs);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
