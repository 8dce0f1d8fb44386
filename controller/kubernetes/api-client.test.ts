import { describe, expect, onTestFinished, test } from "vitest";
import { connectTo } from "../../test/support/fake-api-client.ts";
import { FakeApiServer } from "../../test/support/fake-api-server.ts";
import type { KubernetesObject } from "./object.ts";
import type { Resource } from "./resource.ts";

interface Thing extends KubernetesObject {
  readonly status?: object;
}

const THINGS: Resource<Thing> = {
  group: "example.com",
  version: "v1",
  plural: "things",
  kind: "Thing",
  isNamespaced: true,
};
const NAME = { namespace: "default", name: "a" };
const MANAGER = { fieldManager: "ours" };

async function start() {
  const server = await FakeApiServer.start();
  const { client, transport } = connectTo(server);
  onTestFinished(async () => {
    await transport.close();
    await server[Symbol.asyncDispose]();
  });
  return { server, client, methods: () => server.requests.splice(0).map(({ method }) => method) };
}

describe("a status costs", () => {
  async function withThing() {
    const { server, client, methods } = await start();
    const made = await client.create(THINGS, { metadata: NAME });
    const label = async (value: string) =>
      await client.mergePatch(THINGS, NAME, { metadata: { labels: { value } } });
    return { server, client, made, label, methods };
  }

  test("one request", async () => {
    const { client, made, methods } = await withThing();
    methods();
    await client.applyStatus(THINGS, { ...made, status: { a: 1 } }, MANAGER);

    expect(methods()).toEqual(["PATCH"]);
  });

  test("three when the object has changed", async () => {
    const { client, made, label, methods } = await withThing();
    await label("changed");
    methods();
    await client.applyStatus(THINGS, { ...made, status: { a: 1 } }, MANAGER);

    expect(methods()).toEqual(["PATCH", "GET", "PATCH"]);
  });

  test("two when the version of the object is not known", async () => {
    const { client, made, methods } = await withThing();
    const { resourceVersion: _version, ...metadata } = made.metadata;
    methods();
    await client.applyStatus(THINGS, { metadata, status: { a: 1 } }, MANAGER);

    expect(methods()).toEqual(["GET", "PATCH"]);
  });

  test("nothing more once the right to write is lost, whatever the new leader wrote", async () => {
    const { server, client, made, methods } = await withThing();
    await client.applyStatus(THINGS, { ...made, status: { by: "the new leader" } }, MANAGER);
    methods();
    let asked = 0;
    const permit = () => {
      asked += 1;
      if (asked > 1) throw new Error("not the leader");
    };
    const late = client.applyStatus(THINGS, { ...made, status: { a: 1 } }, { ...MANAGER, permit });
    await expect(late).rejects.toThrow("not the leader");
    expect(methods()).toEqual(["PATCH", "GET"]);
    const place = { collection: "/apis/example.com/v1/things", ...NAME };
    expect(server.storage.get(place)).toMatchObject({ status: { by: "the new leader" } });
  });

  test("no more than five attempts when the object changes all the time", async () => {
    const { server, client, made, methods } = await withThing();
    methods();
    const place = { collection: "/apis/example.com/v1/things", ...NAME };
    let count = 0;
    const change = () =>
      void server.storage.update(place, (present) => ({ ...present, spec: (count += 1) }));
    server.inject(
      { kind: "before", act: change },
      { times: Infinity, when: ({ method }) => method === "PATCH" },
    );

    const late = client.applyStatus(THINGS, { ...made, status: { a: 1 } }, MANAGER);
    await expect(late).rejects.toMatchObject({ kind: "Conflict" });
    expect(methods().filter((method) => method === "PATCH")).toHaveLength(5);
  });
});

describe("an answer that is not what was asked for is an error", () => {
  test.for([
    "",
    "[]",
    "null",
    "3",
    `{"items":[]}`,
    `{"metadata":{}}`,
    "<html>",
    `{"metadata":null}`,
  ])("%j to a list", async (body) => {
    const { server, client } = await start();
    server.inject({ kind: "answer", code: 200, body });

    await expect(client.list(THINGS)).rejects.toMatchObject({ kind: "Unreadable" });
  });

  test.for(["", "null", "3", "{}", "<html>"])("%j to a get", async (body) => {
    const { server, client } = await start();
    server.inject({ kind: "answer", code: 200, body });

    await expect(client.get(THINGS, NAME)).rejects.toMatchObject({ kind: "Unreadable" });
  });
});

test("a list without items may be null", async () => {
  const { server, client } = await start();
  const body = `{"metadata":{"resourceVersion":"1"},"items":null}`;
  server.inject({ kind: "answer", code: 200, body });

  expect((await client.list(THINGS)).items).toEqual([]);
});
