import { requestOf } from "../api/v1alpha1/request.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { parseDuration } from "../duration.ts";
import type { OpenDoor } from "../azure/connect.ts";
import type { Pass as QueuePass, PassResult } from "../kubernetes/controller.ts";
import { ownerOf } from "../reconcile/claim.ts";
import { delayInMs } from "../reconcile/delay.ts";
import type { Gateways } from "../reconcile/gateway.ts";
import { reconcile, type Surroundings } from "../reconcile/reconcile.ts";
import type { Pass } from "../reconcile/report.ts";
import { isAwaited } from "../reconcile/start.ts";
import { urgencyOf } from "../reconcile/urgency.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import type { SubscriptionKeys } from "../verify/subscription-keys.ts";
import type { BackendRegister } from "./backend-register.ts";
import type { Bookkeeper } from "./bookkeeper.ts";
import { depart } from "./departure.ts";
import type { SnapshotSecrets } from "./snapshot-secrets.ts";
import { readStored } from "./stored-backend.ts";

/** What the reconciler of a cluster works with. */
export interface BackendReconcilerOptions {
  readonly backends: Pick<BackendRegister, "get" | "vetoOn" | "vetoOnResource">;
  readonly openDoor: OpenDoor;
  readonly gateways: Gateways;
  readonly snapshots: SnapshotSecrets;
  readonly subscriptionKeys: SubscriptionKeys;
  readonly bookkeeper: Bookkeeper;
  readonly settleTimeInMs: number;
  /** By which name other installations know this one. */
  readonly installation: () => string;
  /** Whether objects of a namespace are looked after here; absent: of every namespace. */
  readonly looksAfter: ((namespace: string) => boolean) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Answers from 0 to 1. */
  readonly random: () => number;
}

/**
 * One object of the cluster at a time: reads it from the cache, sees whether it may be worked on, has
 * the loop make it true by one step, and writes down what became of it.
 */
export class BackendReconciler {
  readonly #options: BackendReconcilerOptions;

  constructor(options: BackendReconcilerOptions) {
    this.#options = options;
  }

  /** @throws {KubernetesError} when the outcome could not be written down: the pass is made again. */
  async reconcile(key: string, { signal, lane }: QueuePass): Promise<PassResult> {
    const { backends, bookkeeper } = this.#options;
    const stored = backends.get(key);
    if (stored === undefined) return {};
    const { object, obstacle } = readStored(stored);
    const veto = obstacle ?? backends.vetoOn(object);
    const surroundings = this.#surroundings(object, { veto, signal, lane });
    if (object.metadata.deletionTimestamp !== undefined) {
      const delayed = await depart(object, { ...this.#options, surroundings, veto });
      if (delayed === undefined) return {};
      await bookkeeper.writeDown(object, delayed, signal);
      return { ...this.#next(object, delayed), isBackingOff: true };
    }
    await bookkeeper.keepFinalizer(object);
    const pass = await reconcile(object, surroundings);
    await bookkeeper.writeDown(object, pass, signal);
    return this.#next(object, pass);
  }

  #surroundings(
    object: SecuredFunctionBackend,
    { veto, signal, lane }: { veto: Obstacle | undefined } & Pick<QueuePass, "signal" | "lane">,
  ): Surroundings {
    const { backends, openDoor, gateways, snapshots, subscriptionKeys, settleTimeInMs } =
      this.#options;
    const requestedAt = requestOf(object);
    const isUrgent = lane === "user" || isAwaited(object, requestedAt);
    return {
      door: gateways.sharing(openDoor(signal, isUrgent ? "user" : "sweep")),
      gateways,
      snapshots: snapshots.of(object),
      now: this.#options.now(),
      settleTimeInMs,
      owner: ownerOf(object, this.#options.installation(), this.#options.looksAfter),
      refusalOf: (resource) => backends.vetoOnResource(object, resource),
      subscriptionKeys,
      requestedAt,
      conflict: veto,
    };
  }

  #next(object: SecuredFunctionBackend, { next, status }: Pass): PassResult {
    const urgency = urgencyOf({ status });
    if (next.kind === "back off") return { isBackingOff: true, place: { lane: "sweep", urgency } };
    const resyncIntervalInMs = resyncIntervalOf(object);
    const pace = { backOffs: 0, resyncIntervalInMs, random: this.#options.random() };
    const lane = next.kind === "resync" ? "sweep" : "user";
    return { requeueAfterInMs: delayInMs(next, pace), place: { lane, urgency } };
  }
}

const DEFAULT_RESYNC_INTERVAL = "10m";

/** An object that breaks the rules of this version may break this one too. */
function resyncIntervalOf({ spec }: SecuredFunctionBackend): number {
  try {
    return parseDuration(spec.resyncInterval);
  } catch {
    return parseDuration(DEFAULT_RESYNC_INTERVAL);
  }
}
