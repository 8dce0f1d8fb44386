import { KubernetesError } from "./errors.ts";

/** A list, or a watch until it ended. */
export interface Attempt {
  readonly kind: "list" | "watch";
  readonly ranForInMs: number;
  /** Whether the watch came to know of anything: its resource version moved on. */
  readonly hasProgressed: boolean;
  /** Absent: it ended well. */
  readonly error?: unknown;
}

export interface NextAttempt {
  readonly waitInMs: number;
  /** Whether what the store holds must be read anew. */
  readonly needsList: boolean;
}

/** As client-go: from 0.8 s, doubled up to 30 s; each wait is stretched by up to as much again. */
const FIRST_WAIT_IN_MS = 800;
const LONGEST_WAIT_IN_MS = 30_000;
/** An attempt that ran for so long owes nothing to the failures before it, nor does a watch with news. */
const GOOD_RUN_IN_MS = 30_000;
/** A watch that the server ended sooner and without news is not asked for again at once. */
const SHORT_WATCH_IN_MS = 1_000;
/** So many errors of the server without progress, and the resource version itself is in doubt. */
const PATIENCE = 5;

/** Decides when to try again, and whether from the start. */
export class ReflectorPace {
  readonly #random: () => number;
  #failures = 0;
  #hasListedAtOnce = false;
  #errorsWithoutProgress = 0;

  /** @param random numbers from 0 up to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  after(attempt: Attempt): NextAttempt {
    const { kind, ranForInMs, hasProgressed, error } = attempt;
    const hasWorked = kind === "watch" && hasProgressed;
    if (hasWorked || ranForInMs >= GOOD_RUN_IN_MS) this.#reset();
    if (hasProgressed) this.#errorsWithoutProgress = 0;
    if (error === undefined) {
      const isGood = kind === "list" || hasProgressed || ranForInMs >= SHORT_WATCH_IN_MS;
      return { waitInMs: isGood ? 0 : this.#backOff(), needsList: false };
    }
    const failure = error instanceof KubernetesError ? error : undefined;
    if (failure?.kind === "Expired" && !this.#hasListedAtOnce) {
      this.#hasListedAtOnce = true;
      return { waitInMs: 0, needsList: true };
    }
    const waitInMs = Math.max(this.#backOff(), failure?.retryAfterInMs ?? 0);
    return { waitInMs, needsList: kind === "list" || this.#isPositionLost(failure) };
  }

  #isPositionLost(failure: KubernetesError | undefined): boolean {
    // The same line would come again.
    if (failure?.kind === "Expired" || failure?.kind === "Unreadable") return true;
    if (failure?.code !== undefined) this.#errorsWithoutProgress += 1;
    if (this.#errorsWithoutProgress < PATIENCE) return false;
    this.#errorsWithoutProgress = 0;
    return true;
  }

  #backOff(): number {
    const fullInMs = Math.min(FIRST_WAIT_IN_MS * 2 ** this.#failures, LONGEST_WAIT_IN_MS);
    this.#failures += 1;
    return fullInMs * (1 + this.#random());
  }

  #reset(): void {
    this.#failures = 0;
    this.#hasListedAtOnce = false;
  }
}
