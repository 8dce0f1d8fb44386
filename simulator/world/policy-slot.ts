import type { Clock } from "../clock.ts";
import { Propagated } from "../propagated.ts";

/** A stored policy document, in the service's own formatting, with expressions unescaped. */
export interface StoredPolicy {
  readonly text: string;
  readonly etag: string;
}

/** The place for one policy document, at some scope: what is stored, read and served. */
export class PolicySlot {
  /** The truth: what conditions such as If-Match are judged by. */
  stored: StoredPolicy | undefined;
  readonly #read: Propagated<StoredPolicy | undefined>;
  readonly #served: Propagated<string | undefined>;

  constructor(clock: Clock, initial?: StoredPolicy) {
    this.stored = initial;
    this.#read = new Propagated(clock, initial);
    this.#served = new Propagated(clock, initial?.text);
  }

  /** What a GET through ARM shows. */
  read(): StoredPolicy | undefined {
    return this.#read.get();
  }

  /** What the gateway runs. */
  served(): string | undefined {
    return this.#served.get();
  }

  write(
    policy: StoredPolicy | undefined,
    delays: { readonly staleReadsInMs: number; readonly policyPropagationInMs: number },
  ): void {
    this.stored = policy;
    this.#read.set(policy, delays.staleReadsInMs);
    this.#served.set(policy?.text, delays.policyPropagationInMs);
  }
}
