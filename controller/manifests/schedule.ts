import type { Next } from "../reconcile/outcome.ts";
import { delayInMs } from "../reconcile/delay.ts";

/** When each object is looked at next. One that was never looked at is due. */
export class Schedule {
  readonly #random: () => number;
  readonly #dueAt = new Map<string, number>();
  readonly #backOffs = new Map<string, number>();

  /** @param random answers from 0 to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** In milliseconds since the epoch. */
  dueAt(key: string): number {
    return this.#dueAt.get(key) ?? 0;
  }

  /** Notes how a pass that ended at `now` went on. */
  note(key: string, next: Next, pace: { now: number; resyncIntervalInMs: number }): void {
    const backOffs = next.kind === "back off" ? (this.#backOffs.get(key) ?? 0) + 1 : 0;
    this.#backOffs.set(key, backOffs);
    const { resyncIntervalInMs } = pace;
    const delay = delayInMs(next, { backOffs, resyncIntervalInMs, random: this.#random() });
    this.#dueAt.set(key, pace.now + delay);
  }

  /** Makes an object due: it was changed, or it has gone. */
  forget(key: string): void {
    this.#dueAt.delete(key);
    this.#backOffs.delete(key);
  }
}
