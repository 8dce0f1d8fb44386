import type { SecuredFunctionBackend } from "../../controller/api/v1alpha1/types.generated.ts";
import { Gateways } from "../../controller/reconcile/gateway.ts";
import { ownerOf } from "../../controller/reconcile/claim.ts";
import { reconcile, type Surroundings } from "../../controller/reconcile/reconcile.ts";
import type { Pass } from "../../controller/reconcile/report.ts";
import {
  EMPTY_SNAPSHOT,
  type Snapshot,
  type SnapshotStore,
} from "../../controller/reconcile/snapshot.ts";
import { aBackend, START } from "./builders.ts";
import type { FakeAzure } from "./fake-azure.ts";

/** Snapshots in memory, kept as the text that a file would hold. */
export class MemorySnapshots implements SnapshotStore {
  #text = JSON.stringify(EMPTY_SNAPSHOT);

  get snapshot(): Snapshot {
    return JSON.parse(this.#text) as Snapshot;
  }

  async load(): Promise<Snapshot> {
    return this.snapshot;
  }

  async store(snapshot: Snapshot): Promise<void> {
    this.#text = JSON.stringify(snapshot);
  }
}

/** The loop on an Azure in memory, with a clock that stands still between passes. */
export class FakeOperator {
  object: SecuredFunctionBackend;
  now = Date.parse(START);
  readonly azure: FakeAzure;
  readonly snapshots = new MemorySnapshots();
  readonly #gateways = new Gateways();

  constructor(azure: FakeAzure, object = aBackend()) {
    this.azure = azure;
    this.object = object;
  }

  /** One pass; its status is kept as an API server would keep it. */
  async pass(overrides: Partial<Surroundings> = {}): Promise<Pass> {
    this.#gateways.beginSweep();
    const pass = await reconcile(this.object, {
      door: this.#gateways.sharing(this.azure.door),
      gateways: this.#gateways,
      snapshots: this.snapshots,
      now: this.now,
      settleTimeInMs: 60_000,
      owner: ownerOf(this.object, "here"),
      ...overrides,
    });
    this.object = { ...this.object, status: structuredClone(pass.status) };
    return pass;
  }

  /**
   * Passes, as the queue would run them, until nothing is left to be done.
   * @throws {Error} when that takes more passes than a roll-out has steps to offer.
   */
  async settle(mostPasses = 20): Promise<Pass> {
    for (let count = 0; count < mostPasses; count += 1) {
      const pass = await this.pass();
      if (pass.next.kind === "resync") return pass;
      this.now += pass.next.kind === "after" ? pass.next.inMs : 30_000;
    }
    throw new Error(`not settled: ${JSON.stringify(this.object.status)}`);
  }

  /** The reason of a condition with its status, such as `True Secured`. */
  condition(type: string): string {
    const found = this.object.status?.conditions?.find((condition) => condition.type === type);
    return found === undefined ? "absent" : `${found.status} ${found.reason}`;
  }
}
