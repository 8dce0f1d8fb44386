import type { SecuredFunctionBackendStatus } from "../../controller/api/v1alpha1/types.generated.ts";
import { Limiter, type BucketSize } from "../../controller/azure/limiter.ts";
import type { Pass } from "../../controller/reconcile/report.ts";
import { TestOperator } from "../support/operator.ts";
import type { TestSimulator } from "../support/simulator.ts";
import { mortalDoor, OperatorKilled, type Fate } from "./mortal-door.ts";
import type { Death } from "./plan.ts";

/** How long a request that hangs is waited for, in real milliseconds. */
const PATIENCE_IN_MS = 800;

/** No call to a function or gateway hangs: a machine under load must not be taken for an outage. */
const PATIENCE_WITH_CALLS_IN_MS = 5000;

/** So large that only a `Retry-After` holds anything back: time stands still during a pass. */
const PLENTY: BucketSize = { burst: 1_000_000, perSecond: 1_000_000 };

/**
 * An operator whose process is killed at given requests and started again. The new one knows what
 * survives a process: the object with the status of the last pass that ended, and the snapshot.
 */
export class MortalOperator {
  readonly #azure: TestSimulator;
  readonly #written: Fate["written"];
  #operator: TestOperator;
  #deaths: readonly Death[] = [];
  #requests = 0;

  /** @param written runs after each request that may have changed Azure. */
  constructor(azure: TestSimulator, written: Fate["written"]) {
    this.#azure = azure;
    this.#written = written;
    this.#operator = this.#start();
  }

  get status(): SecuredFunctionBackendStatus {
    return this.#operator.status;
  }

  /** Appoints when to die; the requests are counted from now. */
  appoint(deaths: readonly Death[]): void {
    this.#deaths = deaths;
    this.#requests = 0;
  }

  /** One pass, or undefined when the operator was killed in it and started again. */
  async pass(requestedAt: string | undefined): Promise<Pass | undefined> {
    const life = new AbortController();
    const door = mortalDoor(
      this.#operator.door(AbortSignal.any([life.signal, AbortSignal.timeout(20_000)])),
      {
        written: this.#written,
        kill: () => life.abort(new OperatorKilled()),
        dies: () => {
          this.#requests += 1;
          return this.#deaths.find(({ atRequest }) => atRequest === this.#requests)?.moment;
        },
      },
    );
    try {
      return await this.#operator.pass({ door, requestedAt });
    } catch (error) {
      if (!(error instanceof OperatorKilled)) throw error;
      this.#operator = this.#start(this.#operator);
      return undefined;
    }
  }

  #start(before?: TestOperator): TestOperator {
    const operator = new TestOperator(this.#azure, before?.object, {
      timeoutInMs: PATIENCE_IN_MS,
      callTimeoutInMs: PATIENCE_WITH_CALLS_IN_MS,
      limiter: new Limiter({ reads: PLENTY, writes: PLENTY, deletes: PLENTY }),
    });
    if (before !== undefined) operator.snapshot = before.snapshot;
    return operator;
  }
}
