import * as fc from "fast-check";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Random } from "../../test/faults/random.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import type { Lane } from "./controller-observer.ts";
import { WorkQueue, type Place, type Taken } from "./work-queue.ts";

const DAY = 24 * 60 * 60_000;
const USER: Place = { lane: "user" };
const SWEEP: Place = { lane: "sweep" };

function build() {
  const clock = new FakeClock();
  return { clock, queue: new WorkQueue({ clock, random: () => 0.5 }) };
}

/** Takes what is ready, in order, and gives it back at once. */
async function drain(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.depth > 0) {
    const taken = await queue.get();
    if (taken === undefined) break;
    keys.push(taken.key);
    queue.done(taken.key);
  }
  return keys;
}

/** Collects what a worker gets that asks once. */
function ask(
  queue: WorkQueue,
  signal?: AbortSignal,
): { taken: Taken | undefined; isOver: boolean } {
  const answer = { taken: undefined as Taken | undefined, isOver: false };
  void queue.get(signal).then((taken) => Object.assign(answer, { taken, isOver: true }));
  return answer;
}

describe("a key", () => {
  test("added many times is handed out once", async () => {
    const { queue } = build();
    for (let i = 0; i < 100; i++) queue.add("a", USER);
    expect(await drain(queue)).toEqual(["a"]);
  });

  test("added while in hand comes once more after it was given back", async () => {
    const { queue } = build();
    queue.add("a", USER);
    await queue.get();
    const second = ask(queue);
    queue.add("a", USER);
    queue.add("a", SWEEP);
    await setImmediate();
    expect(second.isOver).toBe(false);
    queue.done("a");
    await setImmediate();
    expect(second.taken).toEqual({ key: "a", lane: "user" });
    queue.done("a");
    expect(queue.depth).toBe(0);
  });

  test("whose time comes while it is in hand waits until it was given back", async () => {
    const { clock, queue } = build();
    queue.add("a", USER);
    await queue.get();
    queue.addAfter("a", 1000, SWEEP);
    await clock.advance(5000);
    expect(queue.depth).toBe(0);
    queue.done("a");
    expect(await drain(queue)).toEqual(["a"]);
  });

  test.each([
    { times: [5000, 3000, 9000], dueAt: 3000 },
    { times: [1000, 2000], dueAt: 1000 },
  ])("asked for after $times ms comes after $dueAt ms, once", async ({ times, dueAt }) => {
    const { clock, queue } = build();
    for (const inMs of times) queue.addAfter("a", inMs, SWEEP);
    await clock.advance(dueAt - 1);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(await drain(queue)).toEqual(["a"]);
    await clock.advance(10_000);
    expect(queue.depth + queue.waiting).toBe(0);
  });

  test("waits 30 days, which is longer than a timer can", async () => {
    const { clock, queue } = build();
    queue.addAfter("a", 30 * DAY, SWEEP);
    await clock.advance(30 * DAY - 1);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(await drain(queue)).toEqual(["a"]);
  });

  test("needs one timer, and leaves nothing behind, however often its wait is cancelled", async () => {
    const { clock, queue } = build();
    for (let i = 0; i < 1000; i++) {
      queue.addAfter("a", 30 * DAY, SWEEP);
      queue.addAfter("b", 20 * DAY - i, SWEEP);
      queue.add("a", USER);
      expect(await drain(queue)).toEqual(["a"]);
    }
    await setImmediate();
    expect(clock.sleeping).toBe(1);
    expect(queue.waiting).toBe(1);
  });
});

describe("lanes", () => {
  test("a user comes before a sweep, and an add by a user promotes", async () => {
    const { queue } = build();
    for (const key of ["s1", "s2", "s3"]) queue.add(key, SWEEP);
    queue.add("u1", USER);
    queue.add("s3", USER);
    const first = [await queue.get(), await queue.get()].map((taken) => taken?.key);
    expect(new Set(first)).toEqual(new Set(["s3", "u1"]));
    expect(await drain(queue)).toEqual(["s1", "s2"]);
  });

  test("an add by a sweep does not demote", async () => {
    const { queue } = build();
    queue.add("s", SWEEP);
    queue.add("u", USER);
    queue.add("u", SWEEP);
    expect(await queue.get()).toEqual({ key: "u", lane: "user" });
  });

  test("the sweep gets every fourth turn while users never stop", async () => {
    const { queue } = build();
    for (let i = 0; i < 100; i++) queue.add(`s${i}`, SWEEP);
    for (let i = 0; i < 8; i++) queue.add(`u${i}`, USER);
    const lanes: Lane[] = [];
    for (let i = 0; i < 400; i++) {
      const taken = await queue.get();
      if (taken === undefined) throw new Error("the queue is empty");
      lanes.push(taken.lane);
      queue.done(taken.key);
      if (taken.lane === "user") queue.add(taken.key, USER);
    }
    expect(lanes.filter((lane) => lane === "sweep")).toHaveLength(100);
    expect(lanes.slice(0, 8)).toEqual([
      "user",
      "user",
      "user",
      "sweep",
      "user",
      "user",
      "user",
      "sweep",
    ]);
  });

  test("within the sweep danger decides, then who came first", async () => {
    const { queue } = build();
    const urgencies = { calm1: 0, hardens1: 1, weakens1: 2, calm2: 0, weakens2: 2, hardens2: 1 };
    for (const [key, urgency] of Object.entries(urgencies)) {
      queue.add(key, { lane: "sweep", urgency });
    }
    queue.add("calm2", { lane: "sweep", urgency: 3 });
    expect(await drain(queue)).toEqual([
      "calm2",
      "weakens1",
      "weakens2",
      "hardens1",
      "hardens2",
      "calm1",
    ]);
  });

  test("the urgent do not keep others waiting for ever", async () => {
    const { clock, queue } = build();
    queue.add("calm", SWEEP);
    let turns = 0;
    for (let isServed = false; !isServed && turns < 1000; turns++) {
      queue.add("urgent", { lane: "sweep", urgency: 2 });
      const taken = await queue.get();
      isServed = taken?.key === "calm";
      if (taken !== undefined) queue.done(taken.key);
      await clock.advance(60_000);
    }
    expect(turns).toBeLessThanOrEqual(122);
  });
});

describe("failures", () => {
  test("are answered ever later, up to 15 minutes, until forgotten", () => {
    const { queue } = build();
    const delays = Array.from({ length: 12 }, () => queue.retry("a", SWEEP) / 1000);
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    queue.forget("a");
    expect(queue.retry("a", SWEEP)).toBe(1000);
  });

  test("are not answered sooner than they ask for", () => {
    const { queue } = build();
    expect(queue.retry("a", SWEEP, 60_000)).toBe(60_000);
  });

  test("of one key leave the others alone", () => {
    const { queue } = build();
    for (let i = 0; i < 5; i++) queue.retry("a", SWEEP);
    expect(queue.retry("b", SWEEP)).toBe(1000);
  });
});

describe("the end", () => {
  test("a shut down queue sends workers home and takes no more", async () => {
    const { clock, queue } = build();
    const waiting = ask(queue);
    queue.addAfter("later", 1000, USER);
    queue.shutdown();
    queue.add("a", USER);
    await setImmediate();
    expect(waiting).toEqual({ taken: undefined, isOver: true });
    expect(await queue.get()).toBeUndefined();
    expect([queue.depth, queue.waiting, clock.sleeping]).toEqual([0, 0, 0]);
  });

  test("a worker whose signal aborts takes nothing with it", async () => {
    const { queue } = build();
    const leaving = new AbortController();
    const left = ask(queue, leaving.signal);
    leaving.abort();
    queue.add("a", USER);
    await setImmediate();
    expect(left).toEqual({ taken: undefined, isOver: true });
    expect(await drain(queue)).toEqual(["a"]);
  });
});

test("100,000 random steps: no key in two hands, none lost, none handed out unasked", async () => {
  const play = fc.asyncProperty(fc.integer(), async (seed) => playRandomly(seed, 20_000));
  await expect(fc.assert(play, { numRuns: 5 })).resolves.toBeUndefined();
}, 120_000);

/** Plays against the simplest model there is: for each key the earliest time it was asked for. */
async function playRandomly(seed: number, steps: number): Promise<void> {
  const random = new Random(seed);
  const { clock, queue } = build();
  const asked = new Map<string, number>();
  const inHand = new Set<string>();
  const faults: string[] = [];
  const idle = { count: 0 };

  const note = (key: string, dueAt: number) => {
    asked.set(key, Math.min(asked.get(key) ?? Infinity, dueAt));
  };
  const work = async (): Promise<void> => {
    idle.count++;
    const taken = await queue.get();
    idle.count--;
    if (taken === undefined) return;
    const { key } = taken;
    if (inHand.has(key)) faults.push(`${key} is in two hands`);
    if ((asked.get(key) ?? Infinity) > clock.monotonic()) faults.push(`${key} came unasked`);
    asked.delete(key);
    inHand.add(key);
  };
  const expectNoFault = () => {
    const due = [...asked].filter(([, dueAt]) => dueAt <= clock.monotonic()).map(([key]) => key);
    const forgotten = idle.count === 0 ? [] : due.filter((key) => !inHand.has(key));
    expect({ faults, forgotten }).toEqual({ faults: [], forgotten: [] });
  };
  const giveBack = (key: string) => {
    inHand.delete(key);
    queue.done(key);
  };

  for (let step = 0; step < steps; step++) {
    const key = `k${random.below(50)}`;
    const lane = random.below(2) === 0 ? "user" : "sweep";
    const place = { lane, urgency: random.below(4) } as const;
    switch (random.below(6)) {
      case 0:
        note(key, clock.monotonic());
        queue.add(key, place);
        break;
      case 1: {
        const inMs = random.below(5000);
        note(key, clock.monotonic() + inMs);
        queue.addAfter(key, inMs, place);
        break;
      }
      case 2:
        await clock.advance(random.below(800));
        break;
      case 3:
        if (idle.count + inHand.size < 8) void work();
        break;
      default: {
        const held = [...inHand];
        const given = held[random.below(Math.max(held.length, 1))];
        if (given !== undefined) giveBack(given);
      }
    }
    await setImmediate();
    expectNoFault();
  }

  for (let rounds = 0; asked.size > 0 && rounds < 200; rounds++) {
    for (const key of inHand) giveBack(key);
    while (idle.count < 8) void work();
    await clock.advance(100);
  }
  expect([...asked.keys()]).toEqual([]);
  expectNoFault();
}
