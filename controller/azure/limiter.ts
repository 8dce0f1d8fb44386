import type { PipelineRequest } from "@azure/core-rest-pipeline";
import { AzureError } from "./errors.ts";

/** What Azure Resource Manager counts apart. */
export const CALL_KINDS = ["reads", "writes", "deletes"] as const;

export type CallKind = (typeof CALL_KINDS)[number];

/** Who waits for the answer: a person, or nobody in particular. */
export type Lane = "user" | "sweep";

/** How many calls may go out at once, and how many come back each second. */
export interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

/** How many calls a second one identity takes of each subscription, over long. */
export interface CallBudget {
  readonly readsPerSecond: number;
  /** Deletes, which ARM counts apart, get as many. */
  readonly writesPerSecond: number;
}

/**
 * A fraction of what ARM gives one identity in one subscription (250 reads, 200 writes and 200
 * deletes, of which 25, 10 and 10 come back each second: "Understand how Azure Resource Manager
 * throttles requests", Microsoft Learn), so that most of it is left for others with the same identity.
 */
export const DEFAULT_BUDGET: CallBudget = { readsPerSecond: 10, writesPerSecond: 5 };

/** ARM's own buckets hold what flows back in ten seconds, and more. */
const BURST_IN_SECONDS = 10;

/** The buckets of a budget. */
export function bucketsOf(budget: CallBudget): Readonly<Record<CallKind, BucketSize>> {
  const bucket = (perSecond: number) => ({ burst: perSecond * BURST_IN_SECONDS, perSecond });
  return {
    reads: bucket(budget.readsPerSecond),
    writes: bucket(budget.writesPerSecond),
    deletes: bucket(budget.writesPerSecond),
  };
}

export const DEFAULT_BUCKETS = bucketsOf(DEFAULT_BUDGET);

/** Every so many calls one goes to the sweep, however many people wait. */
const SWEEP_SHARE = 5;

/** A clock that tests can turn. */
export interface Clock {
  now(): number;
  wake(inMs: number, callback: () => void): void;
}

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  wake: (inMs, callback) => void setTimeout(callback, inMs),
};

/**
 * Lets calls out as fast as Azure wants them, for each account and kind of call apart: a token
 * bucket that learns from the service's own count, and that stays shut for as long as a `Retry-After`
 * says. One limiter serves one identity.
 */
export class Limiter {
  readonly #sizes: Readonly<Record<CallKind, BucketSize>>;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(sizes = DEFAULT_BUCKETS, clock: Clock = SYSTEM_CLOCK) {
    this.#sizes = sizes;
    this.#clock = clock;
  }

  /**
   * Waits for the turn of a call. The account is what the service counts on, in words for people:
   * `subscription 1111…`.
   * @throws {AzureError} `Throttled`, at once, while Azure wants no calls of this kind; its
   * `retryAfterInMs` says for how long. {DOMException} `AbortError` when the signal aborts meanwhile.
   */
  async admit(account: string, kind: CallKind, lane: Lane, signal?: RequestSignal): Promise<void> {
    await this.#bucket(account, kind).admit(lane, signal);
  }

  /** Takes note of how many calls Azure says are left, from the header of an answer. */
  learn(account: string, kind: CallKind, remaining: number): void {
    this.#bucket(account, kind).learn(remaining);
  }

  /** Sends nothing of this kind for a while: Azure answered 429 with a `Retry-After`. */
  pause(account: string, kind: CallKind, forMs: number): void {
    this.#bucket(account, kind).pause(forMs);
  }

  #bucket(account: string, kind: CallKind): Bucket {
    const key = `${account.toLowerCase()} ${kind}`;
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    const bucket = new Bucket(`${kind} of ${account}`, this.#sizes[kind], this.#clock);
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/** What a pipeline's request can be aborted with. */
type RequestSignal = NonNullable<PipelineRequest["abortSignal"]>;

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (reason: unknown) => void;
}

class Bucket {
  readonly #what: string;
  readonly #size: BucketSize;
  readonly #clock: Clock;
  readonly #lanes: Readonly<Record<Lane, Set<Waiter>>> = { user: new Set(), sweep: new Set() };
  #tokens: number;
  #countedAt: number;
  #shutUntil = 0;
  #admitted = 0;
  #isWakeSet = false;

  constructor(what: string, size: BucketSize, clock: Clock) {
    this.#what = what;
    this.#size = size;
    this.#clock = clock;
    this.#tokens = size.burst;
    this.#countedAt = clock.now();
  }

  async admit(lane: Lane, signal?: RequestSignal): Promise<void> {
    this.#refuseWhileShut();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { admit: resolve, refuse: reject };
    const abort = () => this.#drop(waiter, new DOMException("aborted while waiting", "AbortError"));
    signal?.addEventListener("abort", abort);
    this.#lanes[lane].add(waiter);
    this.#serve();
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  learn(remaining: number): void {
    if (!Number.isFinite(remaining)) return;
    this.#refill();
    this.#tokens = Math.min(this.#tokens, remaining);
  }

  pause(forMs: number): void {
    this.#shutUntil = Math.max(this.#shutUntil, this.#clock.now() + forMs);
    // The bucket is empty when it opens again: whoever waited so long must not come all at once.
    this.#tokens = 0;
    this.#countedAt = this.#shutUntil;
    for (const waiter of [...this.#lanes.user, ...this.#lanes.sweep]) {
      this.#drop(waiter, this.#throttled());
    }
  }

  #refuseWhileShut(): void {
    if (this.#clock.now() < this.#shutUntil) throw this.#throttled();
  }

  #throttled(): AzureError {
    const retryAfterInMs = this.#shutUntil - this.#clock.now();
    return new AzureError({
      reason: "Throttled",
      errorClass: "Wait",
      retryAfterInMs,
      message: `Azure asked for no more ${this.#what} for another ${Math.ceil(retryAfterInMs / 1000)} s; nothing is sent before that.`,
    });
  }

  #drop(waiter: Waiter, reason: unknown): void {
    this.#lanes.user.delete(waiter);
    this.#lanes.sweep.delete(waiter);
    waiter.refuse(reason);
  }

  /** Lets out who may go now, and comes back when the next one may. */
  #serve(): void {
    this.#refill();
    for (let next = this.#next(); next !== undefined && this.#tokens >= 1; next = this.#next()) {
      this.#tokens -= 1;
      this.#admitted += 1;
      this.#lanes.user.delete(next);
      this.#lanes.sweep.delete(next);
      next.admit();
    }
    if (this.#next() === undefined || this.#isWakeSet) return;
    this.#isWakeSet = true;
    const missing = Math.max(0, 1 - this.#tokens);
    this.#clock.wake(Math.ceil((missing / this.#size.perSecond) * 1000), () => {
      this.#isWakeSet = false;
      this.#serve();
    });
  }

  /** People first, but the sweep gets its share: a busy day must not hide drift. */
  #next(): Waiter | undefined {
    const [user] = this.#lanes.user;
    const [sweep] = this.#lanes.sweep;
    const isSweepsTurn = this.#admitted % SWEEP_SHARE === SWEEP_SHARE - 1;
    return isSweepsTurn ? (sweep ?? user) : (user ?? sweep);
  }

  #refill(): void {
    const now = this.#clock.now();
    if (now < this.#countedAt) return;
    const passed = (now - this.#countedAt) / 1000;
    this.#tokens = Math.min(this.#size.burst, this.#tokens + passed * this.#size.perSecond);
    this.#countedAt = now;
  }
}
