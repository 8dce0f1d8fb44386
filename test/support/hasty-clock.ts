import { setTimeout } from "node:timers/promises";
import type { Clock } from "../../controller/kubernetes/clock.ts";

/** A clock on which time flies, for tests with a real server whose waits are minutes. */
export class HastyClock implements Clock {
  readonly #factor: number;

  /** @param factor how many of its milliseconds fit in one of ours. */
  constructor(factor: number) {
    this.#factor = factor;
  }

  now(): number {
    return Date.UTC(2026, 0, 1) + this.monotonic();
  }

  monotonic(): number {
    return performance.now() * this.#factor;
  }

  async sleep(inMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await setTimeout(inMs / this.#factor, undefined, { signal }).catch((error: unknown) => {
      throw (signal?.reason ?? error) as Error;
    });
  }
}
