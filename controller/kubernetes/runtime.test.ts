import { randomUUID } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { describeRuntime, THINGS } from "../../test/support/describe-runtime.ts";
import { FakeApiServer } from "../../test/support/fake-api-server.ts";
import { connectTo } from "../../test/support/fake-api-client.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import { Controller } from "./controller.ts";
import { EventRecorder } from "./event-recorder.ts";
import { keyOf } from "./object.ts";
import { Reflector } from "./reflector.ts";
import { Store } from "./store.ts";
import { WorkQueue } from "./work-queue.ts";

describe("the runtime on the fake API server", () => {
  describeRuntime(async () => {
    const server = await FakeApiServer.start();
    const { client, ...connected } = connectTo(server);
    return {
      client,
      namespace: async () => {
        const name = `test-${randomUUID().slice(0, 8)}`;
        const resource = {
          group: "",
          version: "v1",
          plural: "namespaces",
          kind: "Namespace",
          isNamespaced: false,
        };
        await client.create(resource, { metadata: { name } });
        return name;
      },
      [Symbol.asyncDispose]: async () => {
        await connected[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  });
});

describe("an API server in trouble", () => {
  test("whose roles lag behind is waited for, and no pass fails for events it refuses", async () => {
    await using server = await FakeApiServer.start();
    await using connected = connectTo(server);
    const { client } = connected;
    await client.create(THINGS, { metadata: { namespace: "a", name: "b" }, spec: { size: 1 } });
    server.inject(
      { kind: "answer", code: 403 },
      { times: 2, when: ({ method, path }) => method === "GET" && path.includes("/things") },
    );
    server.inject(
      { kind: "answer", code: 500 },
      { times: Infinity, when: ({ path }) => path.includes("/events") },
    );
    const common = { clock: SYSTEM_CLOCK, random: Math.random };
    const dropped: string[] = [];
    const recorder = new EventRecorder({
      ...common,
      client,
      reporter: { controller: "example.test/tests", instance: "pod" },
      observer: { eventDropped: (why) => dropped.push(why) },
    });
    const store = new Store({ name: "things", onHandlerError: () => {} });
    const reflector = new Reflector({ ...common, client, resource: THINGS, store });
    const queue = new WorkQueue(common);
    store.subscribe(({ object }) => queue.add(keyOf(object), { lane: "user" }));
    const results: string[] = [];
    const controller = new Controller({
      queue,
      sources: [store],
      workers: 1,
      passLimitInMs: 10_000,
      clock: SYSTEM_CLOCK,
      observer: { passEnded: ({ result }) => results.push(result) },
      reconcile: async (key) => {
        const regarding = store.get(key);
        const words = { type: "Normal", reason: "Seen", action: "Look", note: "Seen." } as const;
        if (regarding !== undefined) recorder.record({ regarding, ...words });
        return {};
      },
    });
    const stop = new AbortController();
    const running = [
      reflector.run(stop.signal),
      controller.run({ stop: stop.signal, abandon: stop.signal }),
      recorder.run(stop.signal),
    ];
    await vi.waitFor(() => expect(results).toEqual(["success"]), 20_000);
    stop.abort();
    await Promise.all(running);
    expect(dropped).toEqual(["failed"]);
    const lists = server.requests.filter(
      ({ path, isWatch }) => path.endsWith("/things") && !isWatch,
    );
    expect(lists.filter(({ method }) => method === "GET")).toHaveLength(3);
  });
});
