import { describe, expect, onTestFinished, test } from "vitest";
import { connectTo, fixedConnection } from "../../test/support/fake-api-client.ts";
import type { Fault } from "../../test/support/fake-api-faults.ts";
import { FakeApiServer, type FakeRequest } from "../../test/support/fake-api-server.ts";
import type { Stored } from "../../test/support/fake-storage.ts";
import { errorLine, lineOf } from "../../test/support/fake-watches.ts";
import { HastyClock } from "../../test/support/hasty-clock.ts";
import type { KubernetesObject } from "./object.ts";
import { Reflector, type WatchEnd } from "./reflector.ts";
import type { Resource } from "./resource.ts";
import { Store, type StoreEvent } from "./store.ts";
import type { TransportOptions } from "./transport.ts";

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

const CONFIG_MAPS: Resource<ConfigMap> = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  isNamespaced: true,
};
const COLLECTION = "/api/v1/configmaps";

interface Setting {
  readonly objects?: number;
  readonly transport?: (server: FakeApiServer) => Partial<TransportOptions>;
  /** A second on its clock is a millisecond. */
  readonly clock?: HastyClock;
  readonly before?: (server: FakeApiServer) => void;
}

/** A reflector at work on a fake server, on a clock on which a second takes a millisecond. */
async function reflect({ objects = 0, transport, clock, before }: Setting = {}) {
  const server = await FakeApiServer.start();
  const { client, transport: made } = connectTo(server, transport?.(server));
  for (let index = 0; index < objects; index += 1) put(server, `seed-${index}`);
  before?.(server);
  const errors: unknown[] = [];
  const failures: unknown[] = [];
  const ends: WatchEnd[] = [];
  const events: StoreEvent<ConfigMap>[] = [];
  const store = new Store<ConfigMap>({ name: "x", onHandlerError: (error) => errors.push(error) });
  store.subscribe((event) => events.push(event));
  const stop = new AbortController();
  const reflector = new Reflector({
    client,
    resource: CONFIG_MAPS,
    store,
    clock: clock ?? new HastyClock(1000),
    random: () => 0,
    observer: {
      watchEnded: (how) => ends.push(how),
      failed: (error) => failures.push(error),
    },
  });
  const running = reflector.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
    await made.close();
    await server[Symbol.asyncDispose]();
  });
  return { server, store, events, errors, failures, ends, stop, running };
}

function put(server: FakeApiServer, name: string, more: Partial<Stored> = {}): Stored {
  const { metadata, ...rest } = more;
  return server.storage.create(COLLECTION, "default", {
    apiVersion: "v1",
    kind: "ConfigMap",
    ...rest,
    metadata: { name, ...metadata },
  });
}

function remove(server: FakeApiServer, name: string): void {
  server.storage.delete({ collection: COLLECTION, namespace: "default", name });
}

const isList = ({ isWatch }: FakeRequest) => !isWatch;
const isWatch = (request: FakeRequest) => request.isWatch;

function lists({ requests }: FakeApiServer): number {
  return requests.filter(isList).length;
}

/** When it has caught up with everything, the store holds what the server does. */
async function expectCaughtUp(server: FakeApiServer, store: Store<ConfigMap>): Promise<void> {
  put(server, "mark");
  await expect.poll(() => store.get("default/mark")).toBeDefined();
  const held = server.storage.list(COLLECTION, undefined).map(({ metadata }) => metadata);
  expect(
    store
      .list()
      .map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
      .sort(),
  ).toEqual(held.map(({ name, resourceVersion }) => `${name}@${resourceVersion}`).sort());
  remove(server, "mark");
}

describe("the store follows the server", () => {
  test("from the first list through changes", async () => {
    const { server, store, events } = await reflect({ objects: 2 });
    await expect.poll(() => server.watches.count).toBe(1);
    put(server, "late", { data: { a: "1" } });
    remove(server, "seed-0");
    await expectCaughtUp(server, store);

    expect(store.get("default/late")).toMatchObject({ kind: "ConfigMap", data: { a: "1" } });
    expect(events.filter(({ initial }) => initial)).toHaveLength(2);
  });

  test("through 21 pages, each object once", async () => {
    const { server, store } = await reflect({ objects: 10_001 });
    await expect.poll(() => store.isSynced).toBe(true);

    expect(store.size).toBe(10_001);
    expect(lists(server)).toBe(21);
  });

  test("when a page has expired, in one list without pages", async () => {
    const { server, store } = await reflect({
      objects: 1200,
      before: (server) =>
        server.inject(
          { kind: "before", act: () => server.compact() },
          { when: ({ query }) => query.has("continue") },
        ),
    });
    await expect.poll(() => store.isSynced).toBe(true);

    expect(store.size).toBe(1200);
    expect(server.requests.filter(isList).map(({ query }) => query.get("limit"))).toEqual([
      "500",
      "500",
      null,
    ]);
  });

  test("without what nobody needs", async () => {
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}", kept: "yes" };
    const metadata = { managedFields: [{ manager: "kubectl" }], annotations };
    const { server, store } = await reflect({
      before: (server) => put(server, "listed", { metadata }),
    });
    await expect.poll(() => server.watches.count).toBe(1);
    put(server, "watched", { metadata });
    await expectCaughtUp(server, store);

    for (const name of ["listed", "watched"]) {
      const found = store.get(`default/${name}`)?.metadata;
      expect(found).not.toHaveProperty("managedFields");
      expect(found?.annotations).toEqual({ kept: "yes" });
    }
  });
});

describe("it goes on after", () => {
  const disturbances: [string, (server: FakeApiServer) => void][] = [
    ["a reset", (server) => server.watches.reset()],
    ["an end", (server) => server.watches.end()],
    ["half a line", (server) => halfLine(server)],
    ["a line that is no event", (server) => server.watches.write("{]\n")],
    ["an event of an unknown type", (server) => server.watches.write(lineOf("NEWS", {}))],
    ["an ERROR of 500", (server) => server.watches.fail(500)],
    ["an ERROR of 429", (server) => server.watches.fail(429)],
    ["an ERROR of 410", (server) => server.watches.fail(410)],
    ["an object without a version", (server) => server.watches.write(lineOf("ADDED", NAMELESS))],
    ["silence after bookmarks", (server) => goSilent(server)],
  ];
  test.for(disturbances)("%s on an open watch", async ([, disturb]) => {
    const { server, store } = await reflect({ objects: 3 });
    await expect.poll(() => server.watches.count).toBe(1);
    disturb(server);
    put(server, "meanwhile");
    remove(server, "seed-1");
    await expectCaughtUp(server, store);
  });

  const answers: [string, Fault][] = [
    ["a reset", { kind: "reset" }],
    ["401", { kind: "answer", code: 401 }],
    ["403", { kind: "answer", code: 403 }],
    ["404", { kind: "answer", code: 404 }],
    ["410", { kind: "answer", code: 410 }],
    ["429", { kind: "answer", code: 429, retryAfter: "1" }],
    ["500", { kind: "answer", code: 500 }],
    ["503", { kind: "answer", code: 503, retryAfter: "1" }],
    ["half an answer", { kind: "cut", bytes: `{"items":[` }],
    ["something else", { kind: "body", chunks: [`"hello"\n`] }],
    ["an ERROR of 410", { kind: "body", chunks: [errorLine(410, "Expired")] }],
    ["nothing at all", { kind: "body", chunks: [] }],
  ];
  test.for(answers)("%s to a list, five times", async ([, fault]) => {
    const { server, store } = await reflect({
      objects: 3,
      before: (server) => server.inject(fault, { times: 5, when: isList }),
    });
    await expectCaughtUp(server, store);
    expect(lists(server)).toBe(6);
  });
  test.for(answers)("%s to a watch, five times", async ([, fault]) => {
    const { server, store } = await reflect({
      objects: 3,
      before: (server) => server.inject(fault, { times: 5, when: isWatch }),
    });
    await expect.poll(() => store.isSynced).toBe(true);
    put(server, "meanwhile");
    await expectCaughtUp(server, store);
  });

  test("credentials that cannot be had for a while", async () => {
    let left = 5;
    const { server, store, failures } = await reflect({
      objects: 3,
      transport: (server) => ({
        connection: {
          ...fixedConnection(server),
          credentials: async () => {
            if ((left -= 1) >= 0) throw new Error("no token yet");
            return await fixedConnection(server).credentials();
          },
        },
      }),
    });
    await expectCaughtUp(server, store);
    expect(failures).toHaveLength(5);
  });

  test("a handler that throws", async () => {
    const { server, store, errors } = await reflect({ objects: 3 });
    store.subscribe(() => {
      throw new Error("a handler's own fault");
    });
    put(server, "another");
    await expectCaughtUp(server, store);
    expect(errors.length).toBeGreaterThanOrEqual(5);
  });
});

const NAMELESS = { kind: "ConfigMap", metadata: { name: "nameless" } };

function halfLine(server: FakeApiServer): void {
  server.watches.write(`{"type":"ADDED","object":{"metadata`);
  server.watches.end();
}

function goSilent(server: FakeApiServer): void {
  server.watches.bookmark();
  server.watches.bookmark();
  server.watches.freeze();
  // Only those that were open then: what comes after is heard.
  server.inject({ kind: "before", act: () => server.watches.thaw() }, { when: isWatch });
}

describe("what was missed is found out", () => {
  test.for<[string, (server: FakeApiServer) => void]>([
    ["410 on the watch", (server) => server.watches.end()],
    ["an ERROR event of 410", (server) => server.watches.fail(410, "Expired")],
  ])("after %s", async ([, disturb]) => {
    const { server, store, events } = await reflect({ objects: 2 });
    await expect.poll(() => server.watches.count).toBe(1);
    server.watches.freeze();
    remove(server, "seed-0");
    remove(server, "seed-1");
    put(server, "seed-1");
    server.compact();
    server.watches.thaw();
    events.length = 0;
    disturb(server);
    await expect.poll(() => events.length).toBe(3);

    expect(
      events.map((each) => [each.type, each.object.metadata.name, each.finalStateUnknown]),
    ).toEqual([
      ["delete", "seed-0", true],
      ["delete", "seed-1", true],
      ["add", "seed-1", false],
    ]);
    await expectCaughtUp(server, store);
    expect(lists(server)).toBe(2);
  });

  test("a clean end costs no list, and the next watch begins where bookmarks had led", async () => {
    const { server, store } = await reflect({ objects: 1 });
    await expect.poll(() => server.watches.count).toBe(1);
    // Others' objects: our position is behind, until a bookmark tells.
    server.storage.create("/api/v1/secrets", "default", { metadata: { name: "theirs" } });
    const version = server.storage.version;
    server.watches.bookmark();
    server.watches.end();
    await expect.poll(() => server.requests.filter(isWatch).length).toBe(2);

    expect(server.requests.at(-1)?.query.get("resourceVersion")).toBe(String(version));
    await expectCaughtUp(server, store);
    expect(lists(server)).toBe(1);
  });

  test("a restarted server costs one list", async () => {
    const { server, store } = await reflect({ objects: 3 });
    await expect.poll(() => server.watches.count).toBe(1);
    server.inject({ kind: "reset" }, { times: 3 });
    server.compact();
    server.watches.reset();
    await expectCaughtUp(server, store);

    expect(lists(server)).toBe(2);
  });
});

describe("every line is read", () => {
  const awkward: [string, string][] = [
    ["with U+2028 and U+2029", "before\u2028between\u2029after"],
    ["of two megabytes", "x".repeat(2 * 2 ** 20)],
  ];
  test.for(awkward)("%s", async ([, text]) => {
    const { server, store, failures } = await reflect({ clock: new HastyClock(10) });
    await expect.poll(() => server.watches.count).toBe(1);
    put(server, "awkward", { data: { text } });
    await expectCaughtUp(server, store);

    expect(store.get("default/awkward")?.data?.["text"]).toBe(text);
    expect(failures).toEqual([]);
  });

  test("that comes in pieces of one byte", async () => {
    const text = "żółw 🐢 €";
    const object = {
      metadata: { name: "pieces", uid: "1", resourceVersion: "5000" },
      data: { text },
    };
    const bytes = Buffer.from(lineOf("ADDED", object));
    const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const { store } = await reflect({
      before: (server) => server.inject({ kind: "body", chunks }, { when: isWatch }),
    });
    await expect.poll(() => store.get("pieces")?.data?.["text"]).toBe(text);
  });

  test("unless it is longer than 8 MB: then all is read anew", async () => {
    const { server, store, failures } = await reflect({
      objects: 1,
      // So much takes longer than a watch may be silent on the fast one.
      clock: new HastyClock(10),
    });
    await expect.poll(() => server.watches.count).toBe(1);
    server.watches.write("x".repeat(9 * 2 ** 20));
    await expect.poll(() => lists(server)).toBe(2);

    expect(failures).toMatchObject([{ kind: "Unreadable" }]);
    await expectCaughtUp(server, store);
  });
});

describe("after the signal it stops in a moment, and nothing is heard any more", () => {
  const states: [string, Fault | undefined, (request: FakeRequest) => boolean][] = [
    ["listing", { kind: "silence" }, isList],
    ["reading the first page", { kind: "head" }, isList],
    [
      "reading the third page",
      { kind: "silence" },
      ({ query }) => query.get("continue") === "page-2",
    ],
    ["opening a watch", { kind: "silence" }, isWatch],
    ["watching", undefined, isWatch],
    ["backing off from a list", { kind: "answer", code: 500 }, isList],
    ["backing off from a watch", { kind: "answer", code: 500 }, isWatch],
  ];
  test.for(states)("while %s", async ([, fault, when]) => {
    const { server, events, stop, running } = await reflect({
      objects: 1200,
      // Every wait would outlast the test.
      clock: new HastyClock(0.001),
      before: (server) => fault && server.inject(fault, { times: Infinity, when }),
    });
    await expect.poll(() => server.requests.some(when)).toBe(true);
    await expect.poll(() => server.watches.count).toBe(fault === undefined ? 1 : 0);
    const heard = events.length;
    stop.abort();
    put(server, "too-late");
    await running;

    const calls = server.requests.length;
    await expect.poll(() => server.watches.count).toBe(0);
    expect(events).toHaveLength(heard);
    expect(server.requests).toHaveLength(calls);
  });

  test("no connection is left when the transport is closed", async () => {
    const server = await FakeApiServer.start();
    onTestFinished(() => server[Symbol.asyncDispose]());
    const { client, transport } = connectTo(server);
    const store = new Store<ConfigMap>({ name: "x", onHandlerError: () => undefined });
    const stop = new AbortController();
    const clock = new HastyClock(1);
    const reflector = new Reflector({
      client,
      resource: CONFIG_MAPS,
      store,
      clock,
      random: () => 0,
    });
    const running = reflector.run(stop.signal);
    await expect.poll(() => server.watches.count).toBe(1);
    stop.abort();
    await running;
    await transport.close();

    await expect.poll(() => server.openConnections).toBe(0);
  });
});
