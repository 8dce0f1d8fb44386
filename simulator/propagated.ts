import type { Clock } from "./clock.ts";

/** A value whose changes are seen only after a delay, as configuration spreads in a cloud. */
export class Propagated<T> {
  readonly #clock: Clock;
  #current: T;
  readonly #coming: { readonly value: T; readonly seenFrom: number }[] = [];

  constructor(clock: Clock, initial: T) {
    this.#clock = clock;
    this.#current = initial;
  }

  /** What an observer sees now. */
  get(): T {
    const now = this.#clock.now();
    for (let next = this.#coming[0]; next && next.seenFrom <= now; next = this.#coming[0]) {
      this.#current = next.value;
      this.#coming.shift();
    }
    return this.#current;
  }

  /** Changes the value; observers follow after `delayInMs`. */
  set(value: T, delayInMs: number): void {
    this.get();
    if (delayInMs <= 0 && this.#coming.length === 0) {
      this.#current = value;
      return;
    }
    this.#coming.push({ value, seenFrom: this.#clock.now() + delayInMs });
  }
}
