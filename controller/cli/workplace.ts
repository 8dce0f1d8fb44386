import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import type { Config } from "../config.ts";
import type { StateFolder } from "../manifests/state.ts";
import { keyOf } from "../manifests/object-key.ts";
import { ownerOf } from "../reconcile/claim.ts";
import { Gateways } from "../reconcile/gateway.ts";
import { conflictOf } from "../reconcile/ownership.ts";
import type { Surroundings } from "../reconcile/reconcile.ts";
import { isAwaited } from "../reconcile/start.ts";
import type { SubscriptionKeys } from "../verify/subscription-keys.ts";

/** What a command works with: Azure, and what is known of every object. */
export interface Workplace {
  /** Begins a round over all objects. */
  beginSweep(): void;
  /** What a pass over this object works with, now. */
  surroundingsOf(object: SecuredFunctionBackend, requestedAt: string | undefined): Surroundings;
}

export interface WorkplaceOptions {
  /** Ends every request. */
  readonly signal: AbortSignal;
  /** Every object that may have a claim, also those that the command does not work on. */
  readonly all: () => readonly SecuredFunctionBackend[];
  /** By which name other installations know this one. */
  readonly installation: string;
  /** Absent: the command makes no calls that could need one. */
  readonly keys?: SubscriptionKeys;
}

/**
 * Connects to Azure. The SDKs are loaded here and no earlier: most mistakes are found without them.
 */
export async function openWorkplace(
  { azure, settleTimeInMs }: Config,
  state: StateFolder,
  { signal, all, installation, keys }: WorkplaceOptions,
): Promise<Workplace> {
  const { connectToAzure } = await import("../azure/connect.ts");
  const gateways = new Gateways();
  const open = connectToAzure(azure);
  const doors = {
    user: gateways.sharing(open(signal, "user")),
    sweep: gateways.sharing(open(signal, "sweep")),
  };
  return {
    beginSweep: () => gateways.beginSweep(),
    surroundingsOf: (object, requestedAt) => ({
      door: doors[isAwaited(object, requestedAt) ? "user" : "sweep"],
      gateways,
      snapshots: state.snapshots(object),
      now: Date.now(),
      settleTimeInMs,
      owner: ownerOf(object, installation),
      subscriptionKeys: keys,
      requestedAt,
      conflict: conflictOf(
        object,
        all().filter((other) => keyOf(other) !== keyOf(object)),
      ),
    }),
  };
}
