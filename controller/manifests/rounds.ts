import { isDeepStrictEqual } from "node:util";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { parseDuration } from "../duration.ts";
import type { Pass } from "../reconcile/report.ts";
import { byUrgency } from "../reconcile/urgency.ts";
import { forEachBounded } from "./bounded.ts";
import { keyOf } from "./object-key.ts";
import { Schedule } from "./schedule.ts";
import { untilAborted } from "./until-aborted.ts";
import type { StateFolder } from "./state.ts";

/** One pass over one object. */
export type Visit =
  | {
      readonly kind: "passed";
      /** The object as the pass found it. */
      readonly before: SecuredFunctionBackend;
      /** The object with its new status, as it was stored. */
      readonly object: SecuredFunctionBackend;
      readonly pass: Pass;
      readonly durationInMs: number;
    }
  /** The pass broke off: a bug, or a status that could not be stored. */
  | { readonly kind: "failed"; readonly object: SecuredFunctionBackend; readonly error: Error };

export interface RoundsOptions {
  readonly state: StateFolder;
  /** Called before each round. */
  readonly beginSweep: () => void;
  /** Makes one object true, by one step. */
  readonly reconcile: (object: SecuredFunctionBackend) => Promise<Pass>;
  /** Answers from 0 to 1. */
  readonly random: () => number;
}

const MOST_AT_A_TIME = 8;
/** For passes that were cut off to let go; a request for a token cannot be aborted. */
const GRACE_IN_MS = 2000;

/**
 * The work queue of a folder of manifests: each round visits the objects that are due, stores what
 * became of them, and notes when each is due again. What happens to one never stops the others.
 */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #schedule: Schedule;
  readonly #objects = new Map<string, SecuredFunctionBackend>();

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#schedule = new Schedule(options.random);
  }

  /** The objects as last seen. */
  get objects(): readonly SecuredFunctionBackend[] {
    return [...this.#objects.values()];
  }

  /** Takes an object in, or its new version, which is due when more than its status differs. */
  async take(object: SecuredFunctionBackend): Promise<void> {
    const key = keyOf(object);
    const known = this.#objects.get(key);
    if (known !== undefined && isSameManifest(known, object)) return;
    await this.#options.state.save(object);
    this.#objects.set(key, object);
    this.#schedule.forget(key);
  }

  /** Lets an object go: it is visited no more. */
  drop(object: SecuredFunctionBackend): void {
    this.#objects.delete(keyOf(object));
    this.#schedule.forget(keyOf(object));
  }

  /** When the next object of these is due, in milliseconds since the epoch; never, without any. */
  nextDueAt(objects = this.objects): number {
    return Math.min(...objects.map((object) => this.#schedule.dueAt(keyOf(object))));
  }

  /**
   * Visits those of the objects that are due, the most endangered first. Once the signal is aborted
   * nothing is begun, and what comes of passes under way is neither stored nor told: they were cut off.
   */
  async run(
    { signal, only = () => true }: { signal: AbortSignal; only?: ObjectFilter },
    onVisit: (visit: Visit) => void,
  ): Promise<void> {
    const now = Date.now();
    const due = this.objects.filter(
      (object) => only(object) && this.#schedule.dueAt(keyOf(object)) <= now,
    );
    this.#options.beginSweep();
    const visits = forEachBounded(byUrgency(due), MOST_AT_A_TIME, async (object) => {
      if (signal.aborted) return;
      const visit = await this.#visit(object, signal);
      if (visit !== undefined) onVisit(visit);
    });
    await untilAborted(visits, signal, GRACE_IN_MS);
  }

  async #visit(before: SecuredFunctionBackend, signal: AbortSignal): Promise<Visit | undefined> {
    const startedAt = performance.now();
    try {
      const pass = await this.#options.reconcile(before);
      if (signal.aborted) return undefined;
      const object = { ...before, status: pass.status };
      if (!isDeepStrictEqual(before.status, pass.status)) await this.#options.state.save(object);
      this.#objects.set(keyOf(object), object);
      this.#note(object, pass.next);
      const durationInMs = Math.round(performance.now() - startedAt);
      return { kind: "passed", before, object, pass, durationInMs };
    } catch (cause) {
      if (signal.aborted) return undefined;
      this.#note(before, { kind: "back off" });
      const error = cause instanceof Error ? cause : new Error(String(cause), { cause });
      return { kind: "failed", object: before, error };
    }
  }

  #note(object: SecuredFunctionBackend, next: Pass["next"]): void {
    const resyncIntervalInMs = parseDuration(object.spec.resyncInterval);
    this.#schedule.note(keyOf(object), next, { now: Date.now(), resyncIntervalInMs });
  }
}

type ObjectFilter = (object: SecuredFunctionBackend) => boolean;

function isSameManifest(one: SecuredFunctionBackend, other: SecuredFunctionBackend): boolean {
  return isDeepStrictEqual(one.spec, other.spec) && isDeepStrictEqual(one.metadata, other.metadata);
}
