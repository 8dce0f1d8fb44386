import { describe, expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { MemoryClient } from "../../test/support/memory-client.ts";
import { KubernetesError } from "./errors.ts";
import { EVENTS, type EventNotice } from "./event-record.ts";
import { EventRecorder } from "./event-recorder.ts";

const MINUTE = 60_000;
const REPORTER = { controller: "example.test/tests", instance: "pod-1" };

function thing(name: string) {
  const metadata = { namespace: "a", name, uid: `uid of ${name}` };
  return { apiVersion: "example.test/v1", kind: "Thing", metadata };
}

function notice(change: Partial<EventNotice> = {}): EventNotice {
  return {
    regarding: thing("b"),
    type: "Warning",
    reason: "DriftCorrected",
    action: "Reconcile",
    note: "Somebody opened the door.",
    ...change,
  };
}

function start() {
  const clock = new FakeClock();
  const client = new MemoryClient();
  const dropped: string[] = [];
  const observer = { eventDropped: (why: string) => dropped.push(why) };
  const options = { client, reporter: REPORTER, clock, random: () => 0.5, observer };
  const recorder = new EventRecorder(options);
  const stop = new AbortController();
  const run = recorder.run(stop.signal);
  const events = () => client.all(EVENTS);
  const counts = () => events().map(({ series }) => series?.count ?? 1);
  return { clock, client, dropped, recorder, stop, run, events, counts };
}

describe("repetitions", () => {
  test("100 at once are one event, with their number", async () => {
    const { clock, client, recorder, counts } = start();
    for (let i = 0; i < 100; i++) recorder.record(notice({ note: `Attempt ${i}.` }));
    await clock.advance(0);
    expect(counts()).toEqual([100]);
    expect(client.calls).toHaveLength(1);
  });

  test("over time are one event, told soon, then every half hour, and right at the end", async () => {
    const { clock, client, recorder, events, counts } = start();
    for (let i = 0; i < 100; i++) {
      recorder.record(notice());
      await clock.advance(MINUTE);
    }
    expect(client.calls.length).toBeLessThanOrEqual(6);
    await clock.advance(6 * MINUTE);
    expect(counts()).toEqual([100]);
    const lasts = events().map(({ series }) => series?.lastObservedTime);
    expect(lasts).toEqual(["2026-01-01T01:39:00.000000Z"]);
  });

  test("after a quiet time are another event", async () => {
    const { clock, recorder, counts } = start();
    recorder.record(notice());
    await clock.advance(7 * MINUTE);
    recorder.record(notice());
    await clock.advance(0);
    expect(counts()).toEqual([1, 1]);
  });

  test.each([
    { other: { reason: "DriftFound" } },
    { other: { action: "Verify" } },
    { other: { type: "Normal" } },
    { other: { regarding: thing("c") } },
  ] as const)("are no repetitions with another $other", async ({ other }) => {
    const { clock, recorder, counts } = start();
    recorder.record(notice());
    recorder.record(notice(other));
    await clock.advance(0);
    expect(counts()).toEqual([1, 1]);
  });

  test("of an outage that many objects share are one event", async () => {
    const { clock, recorder, events, counts } = start();
    for (let i = 0; i < 1000; i++) {
      recorder.record(notice({ regarding: thing(`t${i}`), scope: "service/apim-1" }));
    }
    recorder.record(notice({ regarding: thing("t0"), scope: "service/apim-2" }));
    await clock.advance(0);
    expect(counts()).toEqual([1000, 1]);
    expect(events()[0]?.regarding.name).toBe("t0");
  });

  test("of an event that has expired are told by another", async () => {
    const { clock, client, recorder, events, counts } = start();
    recorder.record(notice());
    await clock.advance(1000);
    const [first] = events();
    await client.delete(EVENTS, { namespace: "a", name: first?.metadata.name ?? "" });
    recorder.record(notice());
    await clock.advance(10_000);
    expect(counts()).toEqual([2]);
  });
});

describe("too many", () => {
  test("25 for one object, then one every five minutes", async () => {
    const { clock, dropped, recorder, events } = start();
    for (let i = 0; i < 10_000; i++) recorder.record(notice({ reason: `Reason${i}` }));
    await clock.advance(0);
    expect([events().length, dropped.length]).toEqual([25, 9975]);
    await clock.advance(5 * MINUTE);
    recorder.record(notice({ reason: "Later1" }));
    recorder.record(notice({ reason: "Later2" }));
    await clock.advance(0);
    expect(events()).toHaveLength(26);
  });

  test("1,000 wait while the server is slow, the rest is lost", async () => {
    const { clock, client, dropped, recorder, events } = start();
    client.around = async (_, proceed) => {
      await clock.sleep(1);
      return proceed();
    };
    for (let i = 0; i < 10_000; i++) recorder.record(notice({ regarding: thing(`t${i}`) }));
    await clock.advance(2000);
    expect([events().length, dropped.length]).toEqual([1000, 9000]);
  });
});

describe("a server in trouble", () => {
  test("is asked again, ever later, and meets what it stored the first time", async () => {
    const { clock, client, dropped, recorder, counts } = start();
    client.around = async (_, proceed) => {
      await proceed();
      throw new KubernetesError("Unreachable", "no answer");
    };
    recorder.record(notice());
    await clock.advance(500);
    client.around = async (_, proceed) => proceed();
    await clock.advance(1000);
    expect([counts(), dropped]).toEqual([[1], []]);
  });

  test.each(["ServerError", "Busy", "Unreachable"] as const)(
    "%s for long loses the event, and the next one of its kind is told",
    async (kind) => {
      const { clock, client, dropped, recorder, counts } = start();
      client.around = async () => {
        throw new KubernetesError(kind, "in trouble");
      };
      recorder.record(notice());
      await clock.advance(MINUTE);
      expect([client.calls.length, dropped]).toEqual([5, ["failed"]]);
      client.around = async (_, proceed) => proceed();
      recorder.record(notice());
      await clock.advance(0);
      expect(counts()).toEqual([1]);
    },
  );

  test("that refuses is not asked again for the same", async () => {
    const { clock, client, dropped, recorder } = start();
    client.around = async () => {
      throw new KubernetesError("Forbidden", "the role lacks create on events");
    };
    recorder.record(notice());
    await clock.advance(MINUTE);
    expect([client.calls.length, dropped]).toEqual([1, ["failed"]]);
  });
});

describe("the end", () => {
  test("what is left is told, repetitions included", async () => {
    const { clock, recorder, stop, run, counts } = start();
    recorder.record(notice());
    await clock.advance(0);
    recorder.record(notice());
    recorder.record(notice({ reason: "Stopped" }));
    stop.abort();
    await run;
    expect(counts()).toEqual([2, 1]);
    expect(clock.sleeping).toBe(0);
  });

  test("nobody waits for longer than 2 s", async () => {
    const { clock, client, dropped, recorder, stop, run } = start();
    client.around = async ({ options }) =>
      new Promise((_, reject) => {
        options.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    recorder.record(notice());
    recorder.record(notice({ reason: "Stopped" }));
    await clock.advance(0);
    stop.abort();
    let isOver = false;
    void run.then(() => (isOver = true));
    await clock.advance(1999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(isOver).toBe(true);
    expect(clock.sleeping).toBe(0);
    expect(dropped).toEqual(["failed", "failed"]);
  });
});
