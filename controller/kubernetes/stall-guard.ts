import type { Clock } from "./clock.ts";

/** How long after its agreed end a watch may still be open. */
const GRACE_IN_MS = 15_000;
/** The API server sends a bookmark about each minute; it promises none. */
const LONGEST_SILENCE_IN_MS = 180_000;
/** So many bookmarks show that this server sends them. */
const CONVINCING = 2;

/**
 * Notices that a watch is dead though its connection is not: no end when it was due, or no word for three
 * minutes from a server that sends bookmarks. A quiet server that sends none is left alone until the end.
 */
export class StallGuard {
  readonly #clock: Clock;
  readonly #endsAt: number;
  readonly #stop = new AbortController();
  #lastWordAt: number;
  #bookmarks = 0;

  /**
   * @param timeoutInMs after so long the server is to end the watch.
   * @param onStall called at most once.
   */
  constructor(clock: Clock, timeoutInMs: number, onStall: () => void) {
    this.#clock = clock;
    this.#lastWordAt = clock.monotonic();
    this.#endsAt = this.#lastWordAt + timeoutInMs + GRACE_IN_MS;
    void this.#wait(onStall);
  }

  /** Something came. */
  note(type: string): void {
    this.#lastWordAt = this.#clock.monotonic();
    if (type === "BOOKMARK") this.#bookmarks += 1;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** One timer however many events come: it looks when it wakes how much is left. */
  async #wait(onStall: () => void): Promise<void> {
    try {
      for (let leftInMs = this.#left(); leftInMs > 0; leftInMs = this.#left()) {
        await this.#clock.sleep(Math.min(leftInMs, LONGEST_SILENCE_IN_MS), this.#stop.signal);
      }
    } catch {
      // Stopped.
      return;
    }
    if (!this.#stop.signal.aborted) onStall();
  }

  #left(): number {
    const quietUntil =
      this.#bookmarks >= CONVINCING ? this.#lastWordAt + LONGEST_SILENCE_IN_MS : Infinity;
    return Math.min(this.#endsAt, quietUntil) - this.#clock.monotonic();
  }
}
