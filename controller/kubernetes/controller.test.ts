import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { PassTimeout } from "./bound-pass.ts";
import {
  Controller,
  TerminalError,
  type Pass,
  type PassResult,
  type Source,
} from "./controller.ts";
import type { ControllerObserver, EndedPass } from "./controller-observer.ts";
import { KubernetesError } from "./errors.ts";
import { WorkQueue } from "./work-queue.ts";

const MINUTE = 60_000;
const USER = { lane: "user" } as const;

interface Setting {
  readonly reconcile: (key: string, pass: Pass) => Promise<PassResult>;
  readonly workers?: number;
  readonly sources?: readonly Source[];
}

function start({ reconcile, workers = 2, sources = [] }: Setting) {
  const clock = new FakeClock();
  const ended: EndedPass[] = [];
  const observer: ControllerObserver = { passEnded: (pass) => ended.push(pass) };
  const queue = new WorkQueue({ clock, random: () => 0.5, observer });
  const limits = { workers, passLimitInMs: MINUTE };
  const controller = new Controller({ queue, sources, reconcile, ...limits, clock, observer });
  const stop = new AbortController();
  const abandon = new AbortController();
  const state = { isOver: false };
  const run = controller.run({ stop: stop.signal, abandon: abandon.signal });
  void run.then(() => (state.isOver = true));
  return { clock, queue, controller, ended, stop, abandon, run, state };
}

/** A reconcile that notes when it was called. */
function recording(answer: (key: string, pass: Pass) => PassResult | Promise<PassResult>) {
  const passes: (Pass & { key: string })[] = [];
  const reconcile = async (key: string, pass: Pass): Promise<PassResult> => {
    passes.push({ key, ...pass });
    return answer(key, pass);
  };
  return { passes, reconcile };
}

/** Never ends, unless it listens to its signal. */
async function hang(pass?: Pass): Promise<never> {
  return new Promise((_, reject) => {
    pass?.signal.addEventListener("abort", () => reject(pass.signal.reason as Error));
  });
}

describe("when an object comes again", () => {
  test("after its own time, when a pass says one", async () => {
    const { passes, reconcile } = recording(() => ({ requeueAfterInMs: MINUTE }));
    const { clock, queue, ended } = start({ reconcile });
    queue.add("a", USER);
    await clock.advance(MINUTE - 1);
    expect(passes).toHaveLength(1);
    await clock.advance(1);
    expect(passes.map(({ attempt, lane }) => ({ attempt, lane }))).toEqual([
      { attempt: 1, lane: "user" },
      { attempt: 1, lane: "sweep" },
    ]);
    expect(ended[0]).toMatchObject({ key: "a", result: "requeue_after", againInMs: MINUTE });
  });

  test("not at all, when a pass says nothing", async () => {
    const { passes, reconcile } = recording(() => ({}));
    const { clock, queue, ended } = start({ reconcile });
    queue.add("a", USER);
    await clock.advance(1000 * MINUTE);
    expect(passes).toHaveLength(1);
    expect(ended[0]).toMatchObject({ result: "success" });
  });

  test("ever later while it fails, then from the first pause again", async () => {
    let isBroken = true;
    const { passes, reconcile } = recording(() => {
      if (isBroken) throw new Error("broken");
      return {};
    });
    const { clock, queue, ended } = start({ reconcile });
    queue.add("a", USER);
    await clock.advance(15_500);
    expect(passes.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(ended.map(({ againInMs }) => againInMs)).toEqual([1000, 2000, 4000, 8000, 16_000]);
    isBroken = false;
    await clock.advance(16_000);
    isBroken = true;
    queue.add("a", USER);
    await clock.advance(0);
    expect(ended.slice(5).map(({ result, againInMs }) => [result, againInMs])).toEqual([
      ["success", undefined],
      ["error", 1000],
    ]);
  });

  test("ever later while it backs off, which is no failure", async () => {
    const { reconcile } = recording(() => ({ isBackingOff: true, place: { lane: "user" } }));
    const { clock, queue, ended } = start({ reconcile });
    queue.add("a", USER);
    await clock.advance(3000);
    expect(ended.map(({ result, againInMs, error }) => [result, againInMs, error])).toEqual([
      ["requeue", 1000, undefined],
      ["requeue", 2000, undefined],
      ["requeue", 4000, undefined],
    ]);
  });

  test("not before the API server wants it", async () => {
    const { reconcile } = recording(() => {
      throw new KubernetesError("Busy", "too many requests", { code: 429, retryAfterInMs: 30_000 });
    });
    const { clock, queue, ended } = start({ reconcile });
    queue.add("a", USER);
    await clock.advance(0);
    expect(ended[0]?.againInMs).toBe(30_000);
  });

  test("after a terminal failure only when something happens", async () => {
    const { passes, reconcile } = recording(() => {
      throw new TerminalError("the spec asks for what cannot be");
    });
    const { clock, queue, ended } = start({ reconcile });
    queue.add("a", USER);
    await clock.advance(1000 * MINUTE);
    expect(passes).toHaveLength(1);
    expect(ended[0]).toMatchObject({ result: "error", isTerminal: true });
    queue.add("a", USER);
    await clock.advance(0);
    expect(passes.map(({ attempt }) => attempt)).toEqual([1, 1]);
  });
});

describe("a pass cannot harm the others", () => {
  test.each([
    {
      what: "throws at once",
      reconcile: () => {
        throw new TypeError("a bug");
      },
    },
    { what: "rejects", reconcile: async () => Promise.reject(new Error("broken")) },
    {
      what: "throws no error",
      reconcile: () => {
        // oxlint-disable-next-line typescript/only-throw-error
        throw "a word";
      },
    },
  ])("when it $what", async ({ reconcile }) => {
    const good: string[] = [];
    const { clock, queue, ended } = start({
      workers: 1,
      reconcile: async (key) => {
        if (key === "bad") return reconcile();
        good.push(key);
        return {};
      },
    });
    for (const key of ["bad", "good1", "bad2", "good2"]) queue.add(key, USER);
    await clock.advance(0);
    expect(good).toEqual(["good1", "bad2", "good2"]);
    expect(ended[0]).toMatchObject({ key: "bad", result: "error", isTerminal: false });
  });

  test("when it takes too long: it is signalled, and comes again later", async () => {
    const { passes, reconcile } = recording(async (_, pass) => hang(pass));
    const { clock, queue, ended } = start({ reconcile });
    queue.add("a", USER);
    await clock.advance(MINUTE);
    expect(passes[0]?.signal.reason).toBeInstanceOf(PassTimeout);
    expect(ended).toMatchObject([{ result: "error", isTimeout: true, durationInMs: MINUTE }]);
    await clock.advance(1000);
    expect(passes).toHaveLength(2);
  });

  test("when it never ends: its worker goes on, and its key stays in hand", async () => {
    const stuck = Promise.withResolvers<PassResult>();
    const { passes, reconcile } = recording((key) => (key === "stuck" ? stuck.promise : {}));
    const { clock, queue, ended } = start({ reconcile, workers: 1 });
    queue.add("stuck", USER);
    await clock.advance(MINUTE + 2000);
    expect(ended).toMatchObject([{ key: "stuck", result: "error", isTimeout: true }]);
    for (let i = 0; i < 20; i++) queue.add(`other${i}`, USER);
    queue.add("stuck", USER);
    await clock.advance(60 * MINUTE);
    expect(passes.filter(({ key }) => key === "stuck")).toHaveLength(1);
    expect(passes).toHaveLength(21);
    expect(queue.workInHandInMs).toHaveLength(1);
    stuck.resolve({});
    await clock.advance(0);
    expect(passes.filter(({ key }) => key === "stuck")).toHaveLength(2);
    expect(queue.workInHandInMs).toEqual([]);
  });

  test("as many run at a time as there are workers", async () => {
    let running = 0;
    let most = 0;
    const clockOf: { sleep?: (inMs: number) => Promise<void> } = {};
    const { clock, queue, ended } = start({
      workers: 3,
      reconcile: async () => {
        most = Math.max(most, ++running);
        await clockOf.sleep?.(100);
        running--;
        return {};
      },
    });
    clockOf.sleep = async (inMs) => clock.sleep(inMs);
    for (let i = 0; i < 12; i++) queue.add(`k${i}`, USER);
    await clock.advance(400);
    expect({ most, ended: ended.length }).toEqual({ most: 3, ended: 12 });
  });
});

describe("start and end", () => {
  test("no pass begins before all sources are filled, however long that takes", async () => {
    const [backends, grants] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const sources = [
      { name: "backends", whenSynced: async () => backends.promise },
      { name: "grants", whenSynced: async () => grants.promise },
    ];
    const { passes, reconcile } = recording(() => ({}));
    const { clock, queue, controller } = start({ reconcile, sources });
    queue.add("a", USER);
    backends.resolve();
    await clock.advance(60 * MINUTE);
    expect(passes).toEqual([]);
    expect(controller.waitingFor).toEqual(["grants"]);
    grants.resolve();
    await clock.advance(0);
    expect(passes).toHaveLength(1);
    expect(controller.waitingFor).toEqual([]);
  });

  test("it can be stopped while it waits for its sources", async () => {
    const whenSynced = async (signal: AbortSignal): Promise<void> =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    const { run, stop } = start({
      reconcile: async () => ({}),
      sources: [{ name: "backends", whenSynced }],
    });
    stop.abort();
    await expect(run).resolves.toBeUndefined();
  });

  test("a stop lets passes end and begins no other", async () => {
    const first = Promise.withResolvers<PassResult>();
    const { passes, reconcile } = recording(() => first.promise);
    const { clock, queue, stop, run, state } = start({ reconcile, workers: 1 });
    queue.add("a", USER);
    queue.add("b", USER);
    await clock.advance(0);
    stop.abort();
    queue.add("c", USER);
    await clock.advance(1000);
    expect(passes[0]?.signal.aborted).toBe(false);
    expect(state.isOver).toBe(false);
    first.resolve({ requeueAfterInMs: 1 });
    await run;
    expect(passes.map(({ key }) => key)).toEqual(["a"]);
    await setImmediate();
    expect(clock.sleeping).toBe(0);
  });

  test("abandoned passes are signalled, and waited for no longer than is polite", async () => {
    const { passes, reconcile } = recording(async (key, pass) =>
      hang(key === "listens" ? pass : undefined),
    );
    const { clock, queue, stop, abandon, ended, state } = start({ reconcile });
    queue.add("listens", USER);
    queue.add("deaf", USER);
    await clock.advance(0);
    stop.abort();
    abandon.abort(new Error("the lease is lost"));
    await clock.advance(0);
    expect(passes.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(ended).toMatchObject([{ key: "listens", isAbandoned: true, isTimeout: false }]);
    expect(state.isOver).toBe(false);
    await clock.advance(2000);
    expect(ended[1]).toMatchObject({ key: "deaf", isAbandoned: true, isTimeout: false });
    expect(state.isOver).toBe(true);
    expect(clock.sleeping).toBe(0);
  });
});
