import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AzureError } from "./errors.ts";
import { Limiter, type Clock, type Lane } from "./limiter.ts";

const SIZES = {
  reads: { burst: 3, perSecond: 1 },
  writes: { burst: 1, perSecond: 1 },
  deletes: { burst: 1, perSecond: 1 },
};

/** A clock that moves only when told, and wakes who asked for it. */
class TurnedClock implements Clock {
  #now = 0;
  #alarms: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  wake(inMs: number, callback: () => void): void {
    this.#alarms.push({ at: this.#now + inMs, callback });
  }

  async turn(byMs: number): Promise<void> {
    const until = this.#now + byMs;
    await settled();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#alarms = this.#alarms.filter((alarm) => alarm !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = until;
    await settled();
  }

  #next(until: number) {
    return this.#alarms.toSorted((one, other) => one.at - other.at).find(({ at }) => at <= until);
  }
}

/** Lets everything run that waits for nothing but its turn. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
}

function limited() {
  const clock = new TurnedClock();
  const limiter = new Limiter(SIZES, clock);
  const admitted: { who: string; at: number }[] = [];
  const ask = (who: string, lane: Lane = "user", signal?: AbortSignal) =>
    limiter
      .admit("s", "reads", lane, signal)
      .then(() => void admitted.push({ who, at: clock.now() }));
  const names = () => admitted.map(({ who }) => who);
  return { clock, limiter, admitted, ask, names };
}

describe("the limiter", () => {
  test("lets a burst out and then as many as come back", async () => {
    const { clock, ask, names } = limited();
    const asked = ["a", "b", "c", "d", "e"].map((who) => ask(who));
    await clock.turn(0);
    expect(names()).toEqual(["a", "b", "c"]);
    await clock.turn(1000);
    expect(names()).toEqual(["a", "b", "c", "d"]);
    await clock.turn(1000);
    await Promise.all(asked);
    expect(names()).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("counts kinds and subscriptions apart", async () => {
    const { clock, limiter } = limited();
    await limiter.admit("s", "writes", "user");
    await limiter.admit("other", "writes", "user");
    await limiter.admit("s", "deletes", "user");
    expect(clock.now()).toBe(0);
  });

  test("serves people before sweeps, and sweeps all the same", async () => {
    const { clock, ask, names } = limited();
    await Promise.all(["1", "2", "3"].map((who) => ask(who)));
    const asked = [
      ask("sweep 1", "sweep"),
      ask("sweep 2", "sweep"),
      ...Array.from({ length: 6 }, (_, index) => ask(`person ${index + 1}`)),
    ];
    await clock.turn(10_000);
    await Promise.all(asked);
    expect(names().slice(3)).toEqual([
      "person 1",
      "sweep 1",
      "person 2",
      "person 3",
      "person 4",
      "person 5",
      "sweep 2",
      "person 6",
    ]);
  });

  test("refuses at once while Azure wants no calls, those who wait as well", async () => {
    const { clock, limiter, ask } = limited();
    await Promise.all([ask("a"), ask("b"), ask("c")]);
    const waiting = ask("d");
    limiter.pause("S", "reads", 17_000);
    await expect(waiting).rejects.toMatchObject({ retryAfterInMs: 17_000 });
    await clock.turn(16_000);
    await expect(ask("e")).rejects.toBeInstanceOf(AzureError);
    await clock.turn(1000);
    const last = ask("f");
    await clock.turn(1000);
    await last;
  });

  test("makes no burst after a pause", async () => {
    const { clock, limiter, ask, names } = limited();
    limiter.pause("s", "reads", 60_000);
    await clock.turn(60_000);
    const asked = Array.from({ length: 5 }, (_, index) => ask(String(index)));
    await clock.turn(0);
    expect(names()).toEqual([]);
    await clock.turn(2000);
    expect(names()).toEqual(["0", "1"]);
    await clock.turn(3000);
    await Promise.all(asked);
  });

  test("believes Azure's own count when it is lower", async () => {
    const { clock, limiter, ask, names } = limited();
    limiter.learn("s", "reads", 1);
    const asked = [ask("a"), ask("b")];
    await clock.turn(0);
    expect(names()).toEqual(["a"]);
    await clock.turn(1000);
    await Promise.all(asked);
  });

  test("lets go of a call that is aborted", async () => {
    const { clock, ask, names } = limited();
    await Promise.all([ask("a"), ask("b"), ask("c")]);
    const abort = new AbortController();
    const aborted = ask("d", "user", abort.signal);
    const last = ask("e");
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
    await clock.turn(1000);
    await last;
    expect(names()).toEqual(["a", "b", "c", "e"]);
  });

  test("never lets out more than the bucket holds and gets back", async () => {
    const steps = fc.array(
      fc.record({
        calls: fc.nat(5),
        thenMs: fc.nat(3000),
        lane: fc.constantFrom<Lane>("user", "sweep"),
      }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const { clock, admitted, ask } = limited();
        const asked: Promise<void>[] = [];
        for (const { calls, thenMs, lane } of script) {
          for (let call = 0; call < calls; call += 1) asked.push(ask("x", lane));
          await clock.turn(thenMs);
        }
        await clock.turn(1_000_000);
        await Promise.all(asked);
        for (const { at: from } of admitted) {
          const inSecond = admitted.filter(({ at }) => at >= from && at <= from + 1000);
          expect(inSecond.length).toBeLessThanOrEqual(SIZES.reads.burst + SIZES.reads.perSecond);
        }
      }),
    );
  });
});
