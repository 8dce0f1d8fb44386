import { backOffInMs, type BackOff } from "./back-off.ts";
import type { Clock } from "./clock.ts";
import type { Lane, QueueObserver } from "./controller-observer.ts";
import { Heap } from "./heap.ts";

/** Where a key stands among those that are ready. */
export interface Place {
  readonly lane: Lane;
  /** In the sweep lane, more goes first; each step is worth an hour of waiting. */
  readonly urgency?: number | undefined;
}

/** A key in the hands of a worker, who gives it back by {@link WorkQueue.done}. */
export interface Taken {
  readonly key: string;
  readonly lane: Lane;
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Answers from 0 to 1. */
  readonly random: () => number;
  readonly backOff?: BackOff;
  readonly observer?: QueueObserver;
}

/** Starts slowly and ends slowly: behind a key stands a cloud API, not a local one. */
const BACK_OFF: BackOff = { firstInMs: 1000, longestInMs: 15 * 60_000 };

/** After so many in a row from the user lane, one comes from the sweep lane. */
const USERS_IN_A_ROW = 3;
/** Makes the sweep lane ordered by danger in practice, and yet nobody waits in it for ever. */
const HEAD_START_IN_MS = 60 * 60_000;

interface Request {
  readonly key: string;
  /** Breaks ties: who came first. */
  readonly turn: number;
  lane: Lane;
  urgency: number;
  /** On the monotonic clock. */
  dueAt: number;
  state: "waiting" | "ready" | "held";
}

/**
 * Which objects are to be looked at, by their keys alone: what is there is read when the turn comes.
 * A key is asked for once however often it is added, and is never in two hands: what is added while
 * a worker has it comes once more after `done`. Of two times the earlier wins.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #backOff: BackOff;
  readonly #observer: QueueObserver;

  /** At most one for each key. */
  readonly #requests = new Map<string, Request>();
  readonly #waiting = new Heap<Request>((one, other) => one.dueAt - other.dueAt);
  readonly #users = new Heap<Request>(
    (one, other) => one.dueAt - other.dueAt || byTurn(one, other),
  );
  readonly #sweep = new Heap<Request>(
    (one, other) => rank(one) - rank(other) || byTurn(one, other),
  );
  /** When each key was taken that is in a worker's hands. */
  readonly #taken = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #getters = new Set<(taken: Taken | undefined) => void>();

  #turn = 0;
  #usersInARow = 0;
  #timer: { readonly dueAt: number; readonly cancel: AbortController } | undefined;
  #isShutDown = false;

  constructor({ clock, random, backOff = BACK_OFF, observer = {} }: WorkQueueOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#backOff = backOff;
    this.#observer = observer;
  }

  /** How many keys are ready and in nobody's hands. */
  get depth(): number {
    return this.#users.size + this.#sweep.size;
  }

  /** How many keys wait for their time. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** For how long each key was in hand that still is, in milliseconds. */
  get workInHandInMs(): readonly number[] {
    const now = this.#clock.monotonic();
    return [...this.#taken.values()].map((takenAt) => now - takenAt);
  }

  /** Asks for a key at once, which cancels its wait. The user lane wins over the sweep lane. */
  add(key: string, place: Place): void {
    this.#ask(key, this.#clock.monotonic(), place);
  }

  /** Asks for a key after so long, unless it is asked for earlier anyway. */
  addAfter(key: string, inMs: number, place: Place): void {
    this.#ask(key, this.#clock.monotonic() + Math.max(inMs, 0), place);
  }

  /**
   * Asks for a key that failed, ever later while it fails, but not sooner than it said itself.
   * @returns after how long, in milliseconds.
   */
  retry(key: string, place: Place, notBeforeInMs = 0): number {
    const failures = this.failures(key) + 1;
    this.#failures.set(key, failures);
    const inMs = Math.max(backOffInMs(failures, this.#random(), this.#backOff), notBeforeInMs);
    this.#observer.queueRetried?.();
    this.addAfter(key, inMs, place);
    return inMs;
  }

  /** How often in a row a key failed. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Counts the failures of a key from nothing again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, once there is one; nothing once the queue is shut down or the signal aborted. */
  async get(signal?: AbortSignal): Promise<Taken | undefined> {
    if (this.#isShutDown || signal?.aborted === true) return undefined;
    const { promise, resolve } = Promise.withResolvers<Taken | undefined>();
    const giveUp = () => {
      if (this.#getters.delete(resolve)) resolve(undefined);
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    this.#getters.add(resolve);
    this.#handOut();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  /** Gives a key back; if it was asked for meanwhile, it is ready now. */
  done(key: string): void {
    const takenAt = this.#taken.get(key);
    if (takenAt === undefined) return;
    this.#taken.delete(key);
    this.#observer.queueDone?.(this.#clock.monotonic() - takenAt);
    const request = this.#requests.get(key);
    if (request?.state === "held") this.#settle(request);
  }

  /** Lets all keys go, takes no more, and sends the workers home. Keys in hand stay there. */
  shutdown(): void {
    this.#isShutDown = true;
    this.#timer?.cancel.abort();
    this.#requests.clear();
    for (const heap of [this.#waiting, this.#users, this.#sweep]) heap.clear();
    for (const resolve of this.#getters) resolve(undefined);
    this.#getters.clear();
  }

  #ask(key: string, dueAt: number, { lane, urgency = 0 }: Place): void {
    if (this.#isShutDown) return;
    const request = this.#requests.get(key);
    if (request === undefined) {
      const turn = this.#turn++;
      const fresh: Request = { key, turn, lane, urgency, dueAt, state: "held" };
      this.#requests.set(key, fresh);
      this.#settle(fresh);
      return;
    }
    const wanted = {
      lane: lane === "user" ? lane : request.lane,
      urgency: Math.max(request.urgency, urgency),
      dueAt: Math.min(request.dueAt, dueAt),
    };
    if (isAt(request, wanted)) return;
    const wasReady = request.state === "ready";
    this.#lift(request);
    Object.assign(request, wanted);
    this.#settle(request, wasReady);
  }

  /** Takes a request out of wherever it stands. */
  #lift(request: Request): void {
    for (const heap of [this.#waiting, this.#users, this.#sweep]) heap.delete(request);
  }

  /** Puts a request where it belongs now. */
  #settle(request: Request, wasReady = false): void {
    if (request.dueAt > this.#clock.monotonic()) {
      request.state = "waiting";
      this.#waiting.add(request);
      this.#setTimer();
    } else if (this.#taken.has(request.key)) {
      request.state = "held";
    } else {
      request.state = "ready";
      (request.lane === "user" ? this.#users : this.#sweep).add(request);
      if (!wasReady) this.#observer.queueAdded?.(request.lane);
      this.#handOut();
    }
  }

  #handOut(): void {
    for (const resolve of this.#getters) {
      const request = this.#takeReady();
      if (request === undefined) return;
      const { key, lane, dueAt } = request;
      const now = this.#clock.monotonic();
      this.#requests.delete(key);
      this.#taken.set(key, now);
      this.#getters.delete(resolve);
      this.#observer.queueTaken?.(lane, now - dueAt);
      resolve({ key, lane });
    }
  }

  #takeReady(): Request | undefined {
    const isSweepsTurn = this.#users.size === 0 || this.#usersInARow >= USERS_IN_A_ROW;
    if (this.#sweep.size > 0 && isSweepsTurn) {
      this.#usersInARow = 0;
      return this.#sweep.take();
    }
    this.#usersInARow++;
    return this.#users.take();
  }

  /** One timer for all that wait: for the earliest of them. */
  #setTimer(): void {
    const dueAt = this.#waiting.first?.dueAt;
    if (dueAt === undefined || (this.#timer?.dueAt ?? Infinity) <= dueAt) return;
    this.#timer?.cancel.abort();
    const cancel = new AbortController();
    this.#timer = { dueAt, cancel };
    const wake = () => {
      if (cancel.signal.aborted) return;
      this.#timer = undefined;
      this.#promote();
    };
    this.#clock.sleep(dueAt - this.#clock.monotonic(), cancel.signal).then(wake, () => {});
  }

  #promote(): void {
    const now = this.#clock.monotonic();
    for (let next = this.#waiting.first; next && next.dueAt <= now; next = this.#waiting.first) {
      this.#waiting.take();
      this.#settle(next);
    }
    this.#setTimer();
  }
}

function isAt(request: Request, { lane, urgency, dueAt }: Omit<Request, "key" | "turn" | "state">) {
  return request.lane === lane && request.urgency === urgency && request.dueAt === dueAt;
}

function rank({ dueAt, urgency }: Request): number {
  return dueAt - urgency * HEAD_START_IN_MS;
}

function byTurn(one: Request, other: Request): number {
  return one.turn - other.turn;
}
