import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../test/faults/random.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { MemoryClient, type Around } from "../../test/support/memory-client.ts";
import type { Clock } from "./clock.ts";
import { KubernetesError } from "./errors.ts";
import { LeaderElector, NotLeader } from "./leader-elector.ts";
import { LEASES } from "./lease-record.ts";

const LEASE = { namespace: "system", name: "operator" };
const UNREACHABLE = new KubernetesError("Unreachable", "no answer");

/** One replica: an elector, and what became of its run. */
class Replica {
  readonly elector: LeaderElector;
  readonly stop = new AbortController();
  readonly #work = Promise.withResolvers<void>();
  state: "waiting" | "leading" | "lost" | "ended" = "waiting";
  lost: AbortSignal | undefined;
  readonly run: Promise<void>;

  constructor(identity: string, { api, clock }: { api: MemoryClient; clock: Clock }) {
    this.elector = new LeaderElector({
      client: api,
      lease: LEASE,
      identity,
      clock,
      random: () => 0.5,
    });
    this.run = this.#run();
  }

  /** Stops as a process does: the signal first, then its work ends. */
  async quit(): Promise<void> {
    this.stop.abort();
    this.#work.resolve();
    await this.run;
  }

  /** The work ends by itself. */
  endWork(): void {
    this.#work.resolve();
  }

  async #run(): Promise<void> {
    const lead = async (lost: AbortSignal): Promise<void> => {
      this.state = "leading";
      this.lost = lost;
      await this.#work.promise;
    };
    try {
      await this.elector.run(this.stop.signal, lead);
      this.state = "ended";
    } catch (error) {
      if (!(error instanceof NotLeader)) throw error;
      this.state = "lost";
    }
  }
}

function world() {
  const clock = new FakeClock();
  const api = new MemoryClient();
  const replica = (identity: string, own: Clock = clock) =>
    new Replica(identity, { api, clock: own });
  const holder = () => api.all(LEASES)[0]?.spec?.holderIdentity;
  return { clock, api, replica, holder };
}

function mayAct({ elector }: Replica): boolean {
  try {
    elector.assertLeader();
    return true;
  } catch (error) {
    if (error instanceof NotLeader) return false;
    throw error;
  }
}

describe("who leads", () => {
  test("the first, alone, for as long as it renews", async () => {
    const { clock, api, replica, holder } = world();
    const [one, other] = [replica("one"), replica("other")];
    await clock.advance(60 * 60_000);
    expect([one.state, other.state, holder()]).toEqual(["leading", "waiting", "one"]);
    expect([mayAct(one), mayAct(other)]).toEqual([true, false]);
    expect(api.all(LEASES)[0]?.spec).toMatchObject({ leaseTransitions: 0 });
    expect(api.all(LEASES)[0]?.spec?.renewTime).toMatch(/\.\d{6}Z$/);
  });

  test("a renewal is one call", async () => {
    const { clock, api, replica } = world();
    replica("one");
    await clock.advance(1000);
    api.calls.length = 0;
    await clock.advance(60_000);
    expect(new Set(api.calls.map(({ verb }) => verb))).toEqual(new Set(["replace"]));
    expect(api.calls).toHaveLength(30);
  });

  test("the next within 3 s of an orderly end", async () => {
    const { clock, replica, holder } = world();
    const [one, other] = [replica("one"), replica("other")];
    await clock.advance(31_000);
    void one.quit();
    await clock.advance(3000);
    expect([one.state, other.state, holder()]).toEqual(["ended", "leading", "other"]);
  });

  test("the next within the lease and two retries of a sudden death", async () => {
    const { clock, api, replica, holder } = world();
    const mortal = new MemoryClient(api);
    const one = new Replica("one", { api: mortal, clock });
    await clock.advance(100);
    const other = replica("other");
    await clock.advance(20_000);
    expect(mayAct(one)).toBe(true);
    mortal.around = hang;
    await clock.advance(15_000 + 2 * 2000);
    expect([other.state, holder()]).toEqual(["leading", "other"]);
  });
});

describe("a leader gives up in time", () => {
  test("when the server is a black hole, before another may lead", async () => {
    const { clock, api, replica } = world();
    const cutOff = new MemoryClient(api);
    const one = new Replica("one", { api: cutOff, clock });
    await clock.advance(30_000);
    const other = replica("other");
    await clock.advance(100);
    cutOff.around = hang;
    await clock.advance(10_000);
    expect([one.elector.isLeader(), mayAct(one), one.state]).toEqual([false, false, "lost"]);
    expect(one.lost?.aborted).toBe(true);
    expect(other.state).toBe("waiting");
    await clock.advance(10_000);
    expect([mayAct(one), mayAct(other)]).toEqual([false, true]);
  });

  test("when every renewal fails, and it lets the lease run out", async () => {
    const { clock, api, replica, holder } = world();
    const one = replica("one");
    await clock.advance(10_000);
    api.around = async () => Promise.reject(UNREACHABLE);
    await clock.advance(10_001);
    expect([one.state, holder()]).toEqual(["lost", "one"]);
  });

  test("not when renewals fail for a while", async () => {
    const { clock, api, replica } = world();
    const one = replica("one");
    await clock.advance(10_000);
    api.around = async () => Promise.reject(UNREACHABLE);
    await clock.advance(7000);
    api.around = async (_, proceed) => proceed();
    await clock.advance(60_000);
    expect([one.state, mayAct(one)]).toEqual(["leading", true]);
  });

  test("when another holds the lease", async () => {
    const { clock, api, replica } = world();
    const one = replica("one");
    await clock.advance(1000);
    await api.mergePatch(LEASES, LEASE, { spec: { holderIdentity: "thief" } });
    await clock.advance(2000);
    expect([one.state, mayAct(one)]).toEqual(["lost", false]);
  });

  test("not when somebody labels the lease, or deletes it", async () => {
    const { clock, api, replica, holder } = world();
    const one = replica("one");
    await clock.advance(1000);
    await api.mergePatch(LEASES, LEASE, { metadata: { labels: { team: "a" } } });
    await clock.advance(4000);
    await api.delete(LEASES, LEASE);
    await clock.advance(4000);
    expect([one.state, holder()]).toEqual(["leading", "one"]);
  });

  test.each([
    { what: "stopped", pause: (clock: FakeClock) => clock.block(10_000) },
    { what: "paused with its machine", pause: (clock: FakeClock) => clock.shiftWallClock(10_000) },
  ])("right after it was $what, before any timer fires", async ({ pause }) => {
    const { clock, replica } = world();
    const one = replica("one");
    await clock.advance(10_000);
    expect(mayAct(one)).toBe(true);
    pause(clock);
    expect(mayAct(one)).toBe(false);
    await clock.advance(2000);
    expect([one.state, mayAct(one)]).toEqual(["lost", false]);
  });

  test("when the answer to a renewal was read too late", async () => {
    const { clock, api, replica } = world();
    const one = replica("one");
    await clock.advance(9000);
    api.around = async (_, proceed) => {
      const answer = await proceed();
      clock.block(11_000);
      return answer;
    };
    await clock.advance(2000);
    await clock.advance(1);
    expect([one.state, mayAct(one)]).toEqual(["lost", false]);
  });

  test("not when its event loop is blocked for 400 ms each second", async () => {
    const { clock, replica } = world();
    const one = replica("one");
    replica("other");
    for (let second = 0; second < 600; second++) {
      await clock.advance(600);
      clock.block(400);
    }
    await clock.advance(0);
    expect([one.state, mayAct(one)]).toEqual(["leading", true]);
  });
});

describe("the end", () => {
  test("the lease is renewed while the work winds down, and let go only after it", async () => {
    const { clock, replica, holder } = world();
    const one = replica("one");
    await clock.advance(1000);
    one.stop.abort();
    await clock.advance(25_000);
    expect([holder(), mayAct(one)]).toEqual(["one", true]);
    one.endWork();
    await clock.advance(0);
    expect([holder(), mayAct(one), one.state]).toEqual(["", false, "ended"]);
  });

  test("a candidate stops at once, whatever it waits for", async () => {
    const { clock, replica } = world();
    replica("one");
    await clock.advance(100);
    const other = replica("other");
    await clock.advance(10_000);
    other.stop.abort();
    await other.run;
    expect(other.state).toBe("ended");
  });

  test("a release that meets another version is tried again", async () => {
    const { clock, api, replica, holder } = world();
    const one = replica("one");
    await clock.advance(1000);
    await api.mergePatch(LEASES, LEASE, { metadata: { labels: { team: "a" } } });
    one.endWork();
    await clock.advance(500);
    expect([holder(), one.state]).toEqual(["", "ended"]);
  });

  test("a release gives up soon when nobody answers", async () => {
    const { clock, api, replica } = world();
    const one = replica("one");
    await clock.advance(1000);
    api.around = async ({ options }) => abortable(options.signal);
    one.endWork();
    await clock.advance(3500);
    expect(one.state).toBe("ended");
    expect(clock.sleeping).toBe(0);
  });

  test("what the work throws comes out, after the release", async () => {
    const { clock, api, holder } = world();
    const elector = new LeaderElector({
      client: api,
      lease: LEASE,
      identity: "one",
      clock,
      random: () => 0.5,
    });
    const run = elector.run(new AbortController().signal, async () => {
      throw new Error("a bug");
    });
    await expect(run).rejects.toThrow("a bug");
    expect(holder()).toBe("");
  });

  test("health is about renewals that are overdue while nobody noticed", async () => {
    const { clock, replica } = world();
    const [one, other] = [replica("one"), replica("other")];
    await clock.advance(5000);
    expect([one.elector.isHealthy(20_000), other.elector.isHealthy(20_000)]).toEqual([true, true]);
    clock.block(36_000);
    expect([one.elector.isHealthy(20_000), other.elector.isHealthy(20_000)]).toEqual([false, true]);
  });
});

test.each([{ leaseDurationInMs: 10_000 }, { renewDeadlineInMs: 2400 }, { retryPeriodInMs: 0 }])(
  "refuses times that leave no room: %o",
  (times) => {
    const options = { client: new MemoryClient(), lease: LEASE, identity: "one", random: () => 0 };
    expect(() => new LeaderElector({ ...options, clock: new FakeClock(), ...times })).toThrow(
      /has to last longer \(\d+ ms\)/,
    );
  },
);

/** A replica's own view of time: its clock is set differently, and it may be stopped or paused. */
class LocalClock implements Clock {
  readonly #world: FakeClock;
  readonly #offset: number;
  #missed = 0;
  #resumed: PromiseWithResolvers<void> | undefined;
  #pausedAt = 0;
  #isMachine = false;

  constructor(world: FakeClock, offset: number) {
    this.#world = world;
    this.#offset = offset;
  }

  now(): number {
    return this.#world.now() + this.#offset;
  }

  monotonic(): number {
    const frozen = this.isPaused && this.#isMachine ? this.#world.monotonic() - this.#pausedAt : 0;
    return this.#world.monotonic() - this.#missed - frozen;
  }

  async sleep(inMs: number, signal?: AbortSignal): Promise<void> {
    await this.#world.sleep(inMs, signal);
    await this.whenRunning();
    signal?.throwIfAborted();
  }

  get isPaused(): boolean {
    return this.#resumed !== undefined;
  }

  async whenRunning(): Promise<void> {
    while (this.#resumed !== undefined) await this.#resumed.promise;
  }

  /** Stops the process, or the machine with its monotonic clock. */
  pause(isMachine: boolean): void {
    if (this.isPaused) return;
    this.#resumed = Promise.withResolvers();
    this.#pausedAt = this.#world.monotonic();
    this.#isMachine = isMachine;
  }

  resume(): void {
    if (this.#resumed === undefined) return;
    if (this.#isMachine) this.#missed += this.#world.monotonic() - this.#pausedAt;
    this.#resumed.resolve();
    this.#resumed = undefined;
  }
}

test("10,000 random steps of faults, pauses and wrong clocks: never two leaders", async () => {
  const play = fc.asyncProperty(fc.integer(), async (seed) => playRandomly(seed, 1000));
  await expect(fc.assert(play, { numRuns: 10 })).resolves.toBeUndefined();
}, 120_000);

async function playRandomly(seed: number, steps: number): Promise<void> {
  const random = new Random(seed);
  const clock = new FakeClock();
  const api = new MemoryClient();
  const faults = { percent: 0 };

  const spawn = (index: number) => {
    const local = new LocalClock(clock, random.between(-3_600_000, 3_600_000));
    const own = new MemoryClient(api);
    own.around = faulty({ clock, local, random, faults });
    return { local, replica: new Replica(`replica ${index}`, { api: own, clock: local }) };
  };
  const alive = Array.from({ length: 3 }, (_, index) => spawn(index));
  const all = [...alive];
  const replace = (place: number) => {
    alive[place] = spawn(all.length);
    all.push(alive[place]);
  };
  const actors = () => all.filter(({ replica }) => replica.elector.isLeader()).length;

  let most = 0;

  for (let step = 0; step < steps; step++) {
    const place = random.below(alive.length);
    const chosen = alive[place];
    switch (random.below(12)) {
      case 0:
        chosen?.local.pause(random.percent(50));
        break;
      case 1:
      case 2:
        for (const { local } of alive) local.resume();
        break;
      case 3:
        faults.percent = random.pick([0, 0, 30, 80]);
        break;
      case 4:
        // Its process ends in order; what it was about to do is done.
        if (chosen === undefined || chosen.local.isPaused) break;
        void chosen.replica.quit();
        replace(place);
        break;
      case 5:
        if (chosen?.replica.state === "lost") replace(place);
        break;
      default:
        for (let part = random.below(5); part >= 0; part--) {
          await clock.advance(random.below(700));
          most = Math.max(most, actors());
        }
    }
    most = Math.max(most, actors());
    expect(most).toBeLessThanOrEqual(1);
  }

  faults.percent = 0;
  for (const { local } of all) local.resume();
  await clock.advance(20_000);
  alive.forEach(({ replica }, place) => {
    if (replica.state === "lost") replace(place);
  });
  await clock.advance(40_000);
  expect(actors()).toBe(1);
}

/** A network and a server on which anything may happen, also after the caller has given up. */
function faulty({
  clock,
  local,
  random,
  faults,
}: {
  clock: FakeClock;
  local: LocalClock;
  random: Random;
  faults: { readonly percent: number };
}): Around {
  return async ({ options: { signal, timeoutInMs = 0 } }, proceed) => {
    const fate = random.percent(faults.percent) ? random.below(7) : -1;
    const over = new AbortController();
    const ends = AbortSignal.any([over.signal, ...(signal === undefined ? [] : [signal])]);
    const limit = local.sleep(timeoutInMs, ends).then(() => Promise.reject(UNREACHABLE));
    const answer = async () => {
      if (fate === 0) await hang();
      if (fate === 1) throw new KubernetesError("Conflict", "it has changed", { code: 409 });
      if (fate === 2) throw new KubernetesError("ServerError", "broken", { code: 500 });
      if (fate === 3 || fate === 4) await clock.sleep(random.below(8000));
      const answered = await proceed();
      if (fate === 5) throw UNREACHABLE;
      if (fate === 4 || fate === 6) await clock.sleep(random.below(8000));
      await local.whenRunning();
      return answered;
    };
    return Promise.race([answer(), limit]).finally(() => over.abort());
  };
}

async function hang(): Promise<never> {
  return new Promise(() => {});
}

async function abortable(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(new KubernetesError("Aborted", "aborted")));
  });
}
