import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../controller/kubernetes/clock.ts";

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #elapsedInMs = 0;
  #epoch: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startsAt = Date.UTC(2026, 0, 1)) {
    this.#epoch = startsAt;
  }

  now(): number {
    return this.#epoch + this.#elapsedInMs;
  }

  monotonic(): number {
    return this.#elapsedInMs;
  }

  /** How many timers run. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  async sleep(inMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (inMs <= 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { dueAt: this.#elapsedInMs + inMs, wake: resolve };
    const onAbort = () => reject(signal?.reason as Error);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#sleepers.add(sleeper);
    try {
      await promise;
    } finally {
      this.#sleepers.delete(sleeper);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Moves time on; whoever is due on the way wakes at his own time, and what he starts is done. */
  async advance(byMs: number): Promise<void> {
    const until = this.#elapsedInMs + byMs;
    await setImmediate();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#elapsedInMs = Math.max(this.#elapsedInMs, next.dueAt);
      this.#sleepers.delete(next);
      next.wake();
      await setImmediate();
    }
    this.#elapsedInMs = Math.max(this.#elapsedInMs, until);
  }

  /** Time passes while the event loop is blocked, or the process stopped: nobody wakes meanwhile. */
  block(forMs: number): void {
    this.#elapsedInMs += forMs;
  }

  /** The machine's clock is set, or it was paused and its monotonic time stood still. */
  shiftWallClock(byMs: number): void {
    this.#epoch += byMs;
  }

  #next(until: number): Sleeper | undefined {
    const due = [...this.#sleepers].filter(({ dueAt }) => dueAt <= until);
    return due.reduce<Sleeper | undefined>(
      (first, other) => (first === undefined || other.dueAt < first.dueAt ? other : first),
      undefined,
    );
  }
}
