import { describe, expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import type { ObjectList, WatchEvent, WatchQuery } from "./client.ts";
import { KubernetesError } from "./errors.ts";
import type { KubernetesObject } from "./object.ts";
import { Reflector, type WatchEnd } from "./reflector.ts";
import { Store } from "./store.ts";

type Events = AsyncIterable<WatchEvent<KubernetesObject>>;
type Watch = (query: WatchQuery, signal: AbortSignal, clock: FakeClock) => Events | Promise<never>;

const RESOURCE = { group: "", version: "v1", plural: "things", kind: "Thing", isNamespaced: true };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A reflector on a clock that a test turns, and a server that a test plays. */
function reflect(watch: Watch, list: () => Promise<void> = () => Promise.resolve()) {
  const clock = new FakeClock();
  const asked = { lists: [] as number[], watches: [] as number[] };
  const ends: WatchEnd[] = [];
  const client = {
    list: async <T extends KubernetesObject>(): Promise<ObjectList<T>> => {
      asked.lists.push(clock.monotonic());
      await list();
      return { metadata: { resourceVersion: "1" }, items: [] };
    },
    watch: async <T extends KubernetesObject>(
      _resource: unknown,
      query: WatchQuery,
      signal: AbortSignal,
    ) => {
      asked.watches.push(clock.monotonic());
      return (await watch(query, signal, clock)) as AsyncIterable<WatchEvent<T>>;
    },
  };
  const reflector = new Reflector({
    client,
    resource: RESOURCE,
    store: new Store({ name: "things", onHandlerError: () => undefined }),
    clock,
    random: () => 0,
    observer: { watchEnded: (how) => ends.push(how) },
  });
  const stop = new AbortController();
  const running = reflector.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return { clock, asked, ends };
}

function failure(kind: "Expired" | "Unreachable", code?: number): Promise<never> {
  return Promise.reject(new KubernetesError(kind, "failed", { code }));
}

/** Sends a bookmark every minute, so many, and ends when it is due. */
async function* quiet(
  { timeoutSeconds }: WatchQuery,
  signal: AbortSignal,
  clock: FakeClock,
  bookmarks = 0,
): Events {
  const endsAt = clock.monotonic() + timeoutSeconds * 1000;
  for (let sent = 0; sent < bookmarks && clock.monotonic() + MINUTE < endsAt; sent += 1) {
    await clock.sleep(MINUTE, signal);
    yield { type: "BOOKMARK", object: { metadata: { resourceVersion: String(sent + 2) } } };
  }
  await clock.sleep(endsAt - clock.monotonic(), signal);
}

/** As `quiet`, but it does not end. */
async function* dead(
  query: WatchQuery,
  signal: AbortSignal,
  clock: FakeClock,
  bookmarks: number,
): Events {
  yield* quiet({ ...query, timeoutSeconds: HOUR }, signal, clock, bookmarks);
}

describe("an hour in which nothing happens", () => {
  test.for([0, Infinity])("with %d bookmarks: 12 watches, one list", async (bookmarks) => {
    const { clock, asked, ends } = reflect((query, signal, clock) =>
      quiet(query, signal, clock, bookmarks),
    );
    await clock.advance(HOUR - 1);

    expect(asked.watches).toEqual(Array.from({ length: 12 }, (_, index) => index * 5 * MINUTE));
    expect(asked.lists).toEqual([0]);
    expect(new Set(ends)).toEqual(new Set(["closed"]));
  });
});

describe("a watch that died without a word", () => {
  test.for([
    [0, 300_000 + 15_000],
    [1, 300_000 + 15_000],
    [2, 2 * MINUTE + 180_000],
  ])("after %d bookmarks is given up after %d ms", async ([bookmarks = 0, noticedAt = 0]) => {
    const { clock, asked, ends } = reflect((query, signal, clock) =>
      dead(query, signal, clock, bookmarks),
    );
    await clock.advance(noticedAt - 1);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual(["stalled"]);
    await clock.advance(800);

    expect(asked.watches).toHaveLength(2);
    expect(asked.lists).toHaveLength(1);
  });
});

describe("a server that fails all the time is asked", () => {
  test("for a list at most five times in ten seconds when every watch has expired", async () => {
    const { clock, asked } = reflect(() => failure("Expired", 410));
    await clock.advance(10_000);

    expect(asked.lists).toEqual([0, 0, 800, 2400, 5600]);
  });

  test("ever more rarely for a watch, and for nothing else", async () => {
    const { clock, asked } = reflect(() => failure("Unreachable"));
    await clock.advance(HOUR);

    expect(asked.watches.slice(0, 7)).toEqual([0, 800, 2400, 5600, 12_000, 24_800, 50_400]);
    expect(asked.watches.length).toBeLessThan(7 + HOUR / 30_000);
    expect(asked.lists).toEqual([0]);
  });

  test("ever more rarely for a list", async () => {
    const { clock, asked } = reflect(quiet, () => failure("Unreachable"));
    await clock.advance(HOUR);

    expect(asked.lists.length).toBeLessThan(7 + HOUR / 30_000);
    expect(asked.watches).toEqual([]);
  });
});
