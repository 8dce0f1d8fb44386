import { randomUUID } from "node:crypto";
import { boundPass, type Bounded } from "./bound-pass.ts";
import type { Clock } from "./clock.ts";
import type { ControllerObserver, EndedPass, Lane, PassIdentity } from "./controller-observer.ts";
import { KubernetesError } from "./errors.ts";
import type { Place, Taken, WorkQueue } from "./work-queue.ts";

/** One look at the object of a key. */
export interface Pass {
  /** Aborted when the pass took too long, or the process lets go of its work. */
  readonly signal: AbortSignal;
  /** 1, and one more for each pass in a row that failed or backed off. */
  readonly attempt: number;
  readonly reconcileId: string;
  /** Who waits for it. */
  readonly lane: Lane;
}

/** When the object is looked at again, if nothing happens before. */
export interface PassResult {
  /** After so long, which is not jittered. Absent: only when something happens. */
  readonly requeueAfterInMs?: number | undefined;
  /** Ever later while passes end like this, as after a failure, and yet without one. */
  readonly isBackingOff?: boolean | undefined;
  /** Where it stands then; otherwise in the sweep lane, without urgency. */
  readonly place?: Place | undefined;
}

/** A failure that stays the same until the object changes: it is not tried again before. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
}

/** A cache that has to be filled before anything can be judged. */
export interface Source {
  /** For people who ask why the controller does not work yet. */
  readonly name: string;
  /** Resolves once it holds everything that was there at its start; rejects when the signal aborts. */
  whenSynced(signal: AbortSignal): Promise<void>;
}

export interface ControllerOptions {
  readonly queue: WorkQueue;
  readonly sources: readonly Source[];
  /** Makes the object of a key true again, from what is there. */
  readonly reconcile: (key: string, pass: Pass) => Promise<PassResult>;
  /** How many passes may run at a time. */
  readonly workers: number;
  readonly passLimitInMs: number;
  readonly clock: Clock;
  readonly observer?: ControllerObserver;
  readonly newId?: () => string;
}

/** For a pass that was signalled to end: some requests cannot be cut off. */
const PATIENCE_IN_MS = 2000;
const SWEEP: Place = { lane: "sweep" };

/** Takes keys from a queue and has a pass made for each. No pass can end it or hold up the others. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #observer: ControllerObserver;
  readonly #newId: () => string;
  readonly #unsynced: Set<Source>;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#observer = options.observer ?? {};
    this.#newId = options.newId ?? randomUUID;
    this.#unsynced = new Set(options.sources);
  }

  /** The names of the sources that no pass begins without and that are not filled yet. */
  get waitingFor(): readonly string[] {
    return [...this.#unsynced].map(({ name }) => name);
  }

  /**
   * Works until it is stopped. When `stop` aborts, the queue is shut down, no pass begins any more,
   * and those under way end by themselves; when `abandon` aborts, they are signalled to.
   * Resolves when the last has ended, or does not although it was signalled. Runs once.
   */
  async run({ stop, abandon }: { stop: AbortSignal; abandon: AbortSignal }): Promise<void> {
    const { queue, workers } = this.#options;
    const halt = AbortSignal.any([stop, abandon]);
    const onHalt = () => queue.shutdown();
    halt.addEventListener("abort", onHalt, { once: true });
    if (halt.aborted) onHalt();
    try {
      await this.#sync(halt);
      await Promise.all(Array.from({ length: workers }, () => this.#work(abandon)));
    } catch (error) {
      if (!halt.aborted) throw error;
    } finally {
      halt.removeEventListener("abort", onHalt);
      queue.shutdown();
    }
  }

  async #sync(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#options.sources.map(async (source) => {
        await source.whenSynced(signal);
        this.#unsynced.delete(source);
      }),
    );
  }

  async #work(abandon: AbortSignal): Promise<void> {
    const { queue } = this.#options;
    for (let taken = await queue.get(); taken !== undefined; taken = await queue.get()) {
      await this.#pass(taken, abandon);
    }
  }

  async #pass({ key, lane }: Taken, abandon: AbortSignal): Promise<void> {
    const { queue, reconcile, clock, passLimitInMs: limitInMs } = this.#options;
    const attempt = queue.failures(key) + 1;
    const identity: PassIdentity = { key, reconcileId: this.#newId(), attempt };
    const { reconcileId } = identity;
    const startedAt = clock.monotonic();
    this.#observer.passStarted?.(identity);

    const bounded = await boundPass(
      (signal) => reconcile(key, { signal, attempt, reconcileId, lane }),
      { clock, limitInMs, patienceInMs: PATIENCE_IN_MS, abandon },
    );

    const next = this.#plan(key, lane, bounded);
    const { isTimeout, isAbandoned } = bounded;
    const durationInMs = clock.monotonic() - startedAt;
    this.#observer.passEnded?.({ ...identity, ...next, isTimeout, isAbandoned, durationInMs });
    // A key stays in hand while its pass does, or two passes would work on one object.
    if (bounded.kind === "stuck") void bounded.settled.then(() => queue.done(key));
    else queue.done(key);
  }

  /** Has the key come again as its pass asks, or as its failure does. */
  #plan(key: string, lane: Lane, bounded: Bounded<PassResult>): NextPass {
    const { queue } = this.#options;
    if (bounded.kind !== "returned") {
      const { error } = bounded;
      if (error instanceof TerminalError) {
        queue.forget(key);
        return { result: "error", error, isTerminal: true };
      }
      const againInMs = queue.retry(key, { lane }, retryAfterInMs(error));
      return { result: "error", error, isTerminal: false, againInMs };
    }
    const { requeueAfterInMs, isBackingOff = false, place = SWEEP } = bounded.value;
    if (isBackingOff) {
      const againInMs = queue.retry(key, place, requeueAfterInMs);
      return { result: "requeue", isTerminal: false, againInMs };
    }
    queue.forget(key);
    if (requeueAfterInMs === undefined) return { result: "success", isTerminal: false };
    queue.addAfter(key, requeueAfterInMs, place);
    return { result: "requeue_after", isTerminal: false, againInMs: requeueAfterInMs };
  }
}

type NextPass = Pick<EndedPass, "result" | "error" | "isTerminal" | "againInMs">;

function retryAfterInMs(error: unknown): number | undefined {
  return error instanceof KubernetesError ? error.retryAfterInMs : undefined;
}
