import type { CallOptions, KubernetesClient } from "./client.ts";
import type { Clock } from "./clock.ts";
import { isKind } from "./errors.ts";
import {
  claim,
  decideOn,
  LEASES,
  release,
  sight,
  type Lease,
  type Sighting,
} from "./lease-record.ts";
import type { ObjectName } from "./object.ts";
import { apiVersionOf } from "./resource.ts";

export interface LeaderElectorOptions {
  readonly client: KubernetesClient;
  readonly lease: ObjectName & { readonly namespace: string };
  /** Names this process alone, e.g. host name and a random UUID. */
  readonly identity: string;
  /** For how long others leave a record alone that they do not see renewed. */
  readonly leaseDurationInMs?: number;
  /** For how long after its last renewal a leader may act; the rest is for requests on their way. */
  readonly renewDeadlineInMs?: number;
  readonly retryPeriodInMs?: number;
  readonly clock: Clock;
  /** Answers from 0 to 1. */
  readonly random: () => number;
  readonly observer?: LeaderObserver;
}

export interface LeaderObserver {
  leadershipChanged?(isLeader: boolean): void;
  /** A call for the Lease failed, or another was faster; it is tried again. */
  leaseCallFailed?(error: unknown): void;
}

/** This process does not lead, or cannot be sure that it does: it must not act. */
export class NotLeader extends Error {
  override readonly name = "NotLeader";
}

/** client-go spreads candidates by up to 120 %; with two or three, less lets them follow sooner. */
const JITTER = 0.2;
const LEAST_RETRIES = 1.2;
const SHORTEST_CALL_IN_MS = 1000;
const RELEASE_LIMIT_IN_MS = 3000;
const RELEASE_PAUSE_IN_MS = 100;

/** A moment, on both clocks: each is wrong in its own way after a pause. */
interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * Holds a Lease, or waits for it, so that of all replicas one acts at a time. Nobody's clock but the
 * local one counts, and a leader stops before others may begin: it counts from when it began to ask for
 * its last renewal, they from when they saw it.
 */
export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #leaseDurationInMs: number;
  readonly #renewDeadlineInMs: number;
  readonly #retryPeriodInMs: number;
  readonly #callLimitInMs: number;
  #sighting: Sighting | undefined;
  /** When the request began that renewed the Lease last; absent when not leading. */
  #renewedAt: Moment | undefined;

  /** @throws {RangeError} when the times do not leave room for retries, or for requests on their way. */
  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    this.#leaseDurationInMs = options.leaseDurationInMs ?? 15_000;
    this.#renewDeadlineInMs = options.renewDeadlineInMs ?? 10_000;
    this.#retryPeriodInMs = options.retryPeriodInMs ?? 2000;
    this.#callLimitInMs = Math.max(SHORTEST_CALL_IN_MS, this.#renewDeadlineInMs / 2);
    this.#checkTimes();
  }

  /** Whether this process may act now. */
  isLeader(): boolean {
    return this.#leftInMs() > 0;
  }

  /**
   * Asked right before anything is sent that only the leader may send. Also right after the process was
   * stopped or the machine paused, when no timer has fired yet.
   * @throws {NotLeader}
   */
  assertLeader(): void {
    if (this.#renewedAt === undefined) throw new NotLeader("this process does not hold the lease");
    if (this.#leftInMs() <= 0) throw this.#tooLate();
  }

  /** False when this process leads and has long forgotten to renew: it should be restarted. */
  isHealthy(graceInMs: number): boolean {
    const sinceRenewalInMs = this.#renewDeadlineInMs - this.#leftInMs();
    return this.#renewedAt === undefined || sinceRenewalInMs <= this.#leaseDurationInMs + graceInMs;
  }

  /**
   * Waits for the Lease, leads until `lead` ends, and then lets the Lease go. It is renewed for all that
   * time, also while `lead` winds down because the caller wants to stop. Resolves after the release, or
   * when the signal aborts before there was anything to lead.
   * @param lead gets a signal that aborts when the leadership is lost: all work has to end at once.
   * @throws {NotLeader} as soon as the leadership is lost; whatever `lead` throws.
   */
  async run(signal: AbortSignal, lead: (lost: AbortSignal) => Promise<void>): Promise<void> {
    if (!(await this.#acquire(signal))) return;
    this.#options.observer?.leadershipChanged?.(true);
    const lost = new AbortController();
    const over = new AbortController();
    const work = lead(lost.signal);
    const loss = await Promise.race([untilSettled(work), this.#untilLost(over.signal)]);
    over.abort();
    const { lease } = this.#sighting ?? {};
    this.#renewedAt = undefined;
    this.#options.observer?.leadershipChanged?.(false);
    if (loss !== undefined) {
      // The Lease is not let go: something of the work may still be on its way.
      lost.abort(loss);
      throw loss;
    }
    if (lease !== undefined) await this.#release(lease);
    await work;
  }

  /** Answers whether the Lease was won before the signal aborted. */
  async #acquire(signal: AbortSignal): Promise<boolean> {
    const { clock, random } = this.#options;
    while (!signal.aborted) {
      const takenInMs = await this.#tryToAcquire(signal);
      if (this.isLeader()) return true;
      this.#renewedAt = undefined;
      const pauseInMs = this.#retryPeriodInMs * (1 + JITTER * random());
      await clock.sleep(Math.min(takenInMs, pauseInMs), signal).catch(() => {});
    }
    return false;
  }

  /** Answers for how long the Lease is another's at least. */
  async #tryToAcquire(signal: AbortSignal): Promise<number> {
    const { clock, identity } = this.#options;
    try {
      const sighting = await this.#look(signal);
      const fallbackInMs = this.#leaseDurationInMs;
      const move = decideOn(sighting, { identity, now: clock.monotonic(), fallbackInMs });
      if (move.kind === "wait") return move.inMs;
      await this.#claim(sighting?.lease, signal);
    } catch (error) {
      if (!signal.aborted) this.#options.observer?.leaseCallFailed?.(error);
    }
    return Infinity;
  }

  /** Keeps the Lease; answers why it was lost, or nothing once the signal aborts. */
  async #untilLost(signal: AbortSignal): Promise<Error | undefined> {
    try {
      await Promise.race([this.#keepRenewing(signal), this.#expire(signal)]);
    } catch (error) {
      if (!signal.aborted) return error as Error;
    }
    return undefined;
  }

  async #keepRenewing(signal: AbortSignal): Promise<never> {
    for (;;) {
      await this.#options.clock.sleep(this.#retryPeriodInMs, signal);
      this.assertLeader();
      await this.#renew(signal);
    }
  }

  /** Notices that time is up also while a call hangs. */
  async #expire(signal: AbortSignal): Promise<never> {
    for (;;) {
      this.assertLeader();
      await this.#options.clock.sleep(this.#leftInMs(), signal);
    }
  }

  /** Renews from what was written last; only when that fails the Lease is read. */
  async #renew(signal: AbortSignal): Promise<void> {
    try {
      await this.#claim(this.#sighting?.lease, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#options.observer?.leaseCallFailed?.(error);
      await this.#renewAfterLook(signal);
    }
  }

  async #renewAfterLook(signal: AbortSignal): Promise<void> {
    try {
      const sighting = await this.#look(signal);
      const { holderIdentity: holder = "" } = sighting?.lease.spec ?? {};
      if (sighting !== undefined && holder !== this.#options.identity) {
        throw new NotLeader(
          holder === "" ? "the lease was let go" : `the lease is held by ${holder} now`,
        );
      }
      this.assertLeader();
      await this.#claim(sighting?.lease, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof NotLeader) throw error;
      this.#options.observer?.leaseCallFailed?.(error);
    }
  }

  /** Reads the Lease; nothing, if there is none. */
  async #look(signal: AbortSignal): Promise<Sighting | undefined> {
    const { client, lease: name, clock } = this.#options;
    try {
      const lease = await client.get(LEASES, name, this.#limited(signal));
      this.#sighting = sight(this.#sighting, lease, clock.monotonic());
    } catch (error) {
      if (!isKind(error, "NotFound")) throw error;
      this.#sighting = undefined;
    }
    return this.#sighting;
  }

  /** Writes this process into the Lease as it was read, or into a new one. */
  async #claim(before: Lease | undefined, signal: AbortSignal): Promise<void> {
    const { client, clock, identity, lease: metadata } = this.#options;
    const began = this.#now();
    const durationInMs = this.#leaseDurationInMs;
    const spec = claim(before?.spec, { identity, durationInMs, at: began.wall });
    const written =
      before === undefined
        ? await client.create(
            LEASES,
            { apiVersion: apiVersionOf(LEASES), kind: LEASES.kind, metadata, spec },
            this.#limited(signal),
          )
        : await client.replace(LEASES, { ...before, spec }, this.#limited(signal));
    signal.throwIfAborted();
    this.#sighting = sight(this.#sighting, written, clock.monotonic());
    this.#renewedAt = began;
  }

  /** Lets the Lease go, so that the next need not wait for its end. Gives up soon: it ends anyway. */
  async #release(lease: Lease): Promise<void> {
    const { client, clock, identity, observer } = this.#options;
    const limit = new AbortController();
    const over = new AbortController();
    clock.sleep(RELEASE_LIMIT_IN_MS, over.signal).then(
      () => limit.abort(),
      () => {},
    );
    let held: Lease | undefined = lease;
    while (held?.spec?.holderIdentity === identity && !limit.signal.aborted) {
      const spec = release(held.spec, clock.now());
      try {
        await client.replace(LEASES, { ...held, spec }, this.#limited(limit.signal));
        break;
      } catch (error) {
        observer?.leaseCallFailed?.(error);
        held = await this.#lookAgain(held, limit.signal);
      }
    }
    over.abort();
  }

  async #lookAgain(held: Lease, signal: AbortSignal): Promise<Lease | undefined> {
    try {
      await this.#options.clock.sleep(RELEASE_PAUSE_IN_MS, signal);
      return (await this.#look(signal))?.lease;
    } catch {
      return held;
    }
  }

  #limited(signal: AbortSignal): CallOptions {
    return { signal, timeoutInMs: this.#callLimitInMs };
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonic: clock.monotonic(), wall: clock.now() };
  }

  /** For how long this process may act: the shorter of what its two clocks say. */
  #leftInMs(): number {
    if (this.#renewedAt === undefined) return 0;
    const { monotonic, wall } = this.#now();
    const elapsed = Math.max(monotonic - this.#renewedAt.monotonic, wall - this.#renewedAt.wall);
    return this.#renewDeadlineInMs - elapsed;
  }

  #tooLate(): NotLeader {
    return new NotLeader(
      `the lease was not renewed within ${this.#renewDeadlineInMs / 1000} s: another may lead by now`,
    );
  }

  #checkTimes(): void {
    const [lease, renew] = [this.#leaseDurationInMs, this.#renewDeadlineInMs];
    const retry = this.#retryPeriodInMs;
    if (lease > renew && renew > LEAST_RETRIES * retry && retry > 0) return;
    throw new RangeError(
      `the lease has to last longer (${lease} ms) than it may go without renewal (${renew} ms), ` +
        `and that longer than ${LEAST_RETRIES} times the pause between attempts (${retry} ms)`,
    );
  }
}

async function untilSettled(work: Promise<void>): Promise<undefined> {
  await work.catch(() => {});
}
