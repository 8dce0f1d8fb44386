/**
 * The simulator's time. Every delay, expiry and long-running operation is judged by it, so that a
 * test moves time on instead of sleeping.
 */
export class Clock {
  #offsetInMs = 0;

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#offsetInMs;
  }

  /** Moves time on; a negative value moves it back. */
  advance(byInMs: number): void {
    this.#offsetInMs += byInMs;
  }
}
