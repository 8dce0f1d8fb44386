import { requestOf } from "../api/v1alpha1/request.ts";
import type {
  SecuredFunctionBackend,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import { parseDuration } from "../duration.ts";
import type { OpenDoor } from "../azure/connect.ts";
import type { Pass as QueuePass, PassResult } from "../kubernetes/controller.ts";
import { ownerOf } from "../reconcile/claim.ts";
import { delayInMs } from "../reconcile/delay.ts";
import { finalize, givesBack } from "../reconcile/finalize.ts";
import type { Gateways } from "../reconcile/gateway.ts";
import { obstacleOf } from "../reconcile/outcome.ts";
import { reconcile, type Surroundings } from "../reconcile/reconcile.ts";
import { report, type Pass } from "../reconcile/report.ts";
import { loadSnapshot, type SnapshotStore } from "../reconcile/snapshot.ts";
import { isAwaited, statusToStartFrom } from "../reconcile/start.ts";
import { urgencyOf } from "../reconcile/urgency.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import type { SubscriptionKeys } from "../verify/subscription-keys.ts";
import type { BackendRegister } from "./backend-register.ts";
import type { Bookkeeper } from "./bookkeeper.ts";
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
    if (object.metadata.deletionTimestamp !== undefined) {
      return await this.#depart(object, obstacle, signal);
    }
    await bookkeeper.keepFinalizer(object);
    const veto = obstacle ?? backends.vetoOn(object);
    const pass = await reconcile(object, this.#surroundings(object, { veto, signal, lane }));
    await bookkeeper.writeDown(object, pass, signal);
    return this.#next(object, pass);
  }

  /**
   * Gives back what was taken, where the object asks for it, and lets it go. What could not be given
   * back keeps it: its status says why. An object that stood back behind another, or that was never let
   * at anything, has nothing to give back, and nothing that is somebody else's is touched for it.
   */
  async #depart(
    object: SecuredFunctionBackend,
    invalid: Obstacle | undefined,
    signal: AbortSignal,
  ): Promise<PassResult> {
    const { backends, bookkeeper, snapshots } = this.#options;
    if (!bookkeeper.holds(object)) return {};
    if (!givesBack(object.spec)) return await this.#letGo(object);
    const veto = invalid ?? backends.vetoOn(object);
    if (veto?.reason === "Conflict") return await this.#letGo(object);
    const surroundings = this.#surroundings(object, { veto, signal, lane: "user" });
    const { returned, obstacle } =
      veto === undefined
        ? await finalize(surroundings, object.spec)
        : { returned: [], obstacle: await reasonToStay(veto, surroundings.snapshots) };
    if (obstacle !== undefined) {
      const message = `not everything could be given back. ${obstacle.message}`;
      return await this.#hold(object, { ...obstacle, message }, signal);
    }
    bookkeeper.tellRestored(object, returned);
    try {
      await snapshots.remove(object);
    } catch (failure) {
      const left = obstacleOf(failure);
      const message = `everything was given back. ${left.message}`;
      return await this.#hold(object, { ...left, message }, signal);
    }
    return await this.#letGo(object);
  }

  async #letGo(object: SecuredFunctionBackend): Promise<PassResult> {
    await this.#options.bookkeeper.dropFinalizer(object);
    return {};
  }

  /** Keeps an object that is being deleted, and has its status say why. */
  async #hold(
    object: SecuredFunctionBackend,
    obstacle: Obstacle,
    signal: AbortSignal,
  ): Promise<PassResult> {
    const pass = this.#departureDelayed(object, obstacle);
    await this.#options.bookkeeper.writeDown(object, pass, signal);
    return { ...this.#next(object, pass), isBackingOff: true };
  }

  #departureDelayed(object: SecuredFunctionBackend, obstacle: Obstacle): Pass {
    const at = new Date(this.#options.now()).toISOString();
    const advice =
      obstacle.kind === "blocked"
        ? " Set deletionPolicy: Retain to let the object go as it is."
        : "";
    const message = `Being deleted, and ${obstacle.message}${advice}`;
    const before: SecuredFunctionBackendStatus = statusToStartFrom(object, requestOf(object));
    const outcome = { kind: "obstructed", obstacle: { ...obstacle, message } } as const;
    return report({ object, before, at, outcome });
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

/** What is not allowed keeps only an object that has taken something. */
async function reasonToStay(
  veto: Obstacle,
  snapshots: SnapshotStore,
): Promise<Obstacle | undefined> {
  try {
    const { resources } = await loadSnapshot(snapshots);
    return Object.keys(resources).length === 0 ? undefined : veto;
  } catch (failure) {
    return obstacleOf(failure);
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
