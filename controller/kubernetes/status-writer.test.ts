import { describe, expect, test } from "vitest";
import { MemoryClient } from "../../test/support/memory-client.ts";
import { KubernetesError } from "./errors.ts";
import type { Resource } from "./resource.ts";
import { Store } from "./store.ts";
import { StatusWriter, type WithStatus } from "./status-writer.ts";

interface Thing extends WithStatus {
  readonly status?: { readonly phase: string; readonly note?: string | undefined };
}

const THINGS: Resource<Thing> = {
  group: "example.test",
  version: "v1",
  plural: "things",
  kind: "Thing",
  isNamespaced: true,
};
const NAME = { namespace: "a", name: "b" };

async function setUp() {
  const client = new MemoryClient();
  const store = new Store<Thing>({ name: "things", onHandlerError: () => {} });
  const writer = new StatusWriter({ client, resource: THINGS, fieldManager: "tests", store });
  const created = await client.create(THINGS, { metadata: NAME });
  store.put(created);
  const sent = () => client.calls.filter(({ verb }) => verb === "applyStatus").length;
  const stored = async () => (await client.get(THINGS, NAME)).status;
  return { client, store, writer, created, sent, stored };
}

describe("StatusWriter", () => {
  test("writes what is new, and answers the object with it", async () => {
    const { writer, created, stored } = await setUp();
    const written = await writer.write(created, { phase: "new" });
    expect(written).toMatchObject({ kind: "written", object: { status: { phase: "new" } } });
    expect(await stored()).toEqual({ phase: "new" });
  });

  test("sends nothing when the status is there already, members without a value aside", async () => {
    const { client, store, writer, created, sent } = await setUp();
    await writer.write(created, { phase: "new" });
    const cached = await client.get(THINGS, NAME);
    store.put(cached);
    const again = await writer.write(cached, { note: undefined, phase: "new" });
    expect(again).toEqual({ kind: "unchanged", object: cached });
    expect(sent()).toBe(1);
  });

  test("sends nothing when the cache does not show yet that the same was written", async () => {
    const { writer, created, sent } = await setUp();
    await writer.write(created, { phase: "new" });
    expect(await writer.write(created, { phase: "new" })).toMatchObject({ kind: "unchanged" });
    expect(sent()).toBe(1);
  });

  test("writes what the cache holds still and the server no longer", async () => {
    const { client, store, writer, created, stored } = await setUp();
    await writer.write(created, { phase: "old" });
    const cached = await client.get(THINGS, NAME);
    store.put(cached);
    await writer.write(cached, { phase: "new" });
    await writer.write(cached, { phase: "old" });
    expect(await stored()).toEqual({ phase: "old" });
  });

  test("an object that has gone is not brought back", async () => {
    const { client, writer, created } = await setUp();
    await client.delete(THINGS, NAME);
    expect(await writer.write(created, { phase: "new" })).toEqual({ kind: "gone" });
    expect(client.all(THINGS)).toEqual([]);
  });

  test("its successor does not get its status", async () => {
    const { client, writer, created, stored } = await setUp();
    await client.delete(THINGS, NAME);
    await client.create(THINGS, { metadata: NAME });
    expect(await writer.write(created, { phase: "new" })).toEqual({ kind: "recreated" });
    expect(await stored()).toBeUndefined();
  });

  test("nor does one that the store shows already", async () => {
    const { client, store, writer, created, sent } = await setUp();
    await client.delete(THINGS, NAME);
    store.put(await client.create(THINGS, { metadata: NAME }));
    expect(await writer.write(created, { phase: "new" })).toEqual({ kind: "recreated" });
    expect(sent()).toBe(0);
  });

  test("a conflict with those who edit too fast comes out, so that it is tried again", async () => {
    const { client, writer, created } = await setUp();
    client.around = async ({ verb }, proceed) => {
      if (verb !== "applyStatus") return proceed();
      throw new KubernetesError("Conflict", "it has changed", { code: 409 });
    };
    await expect(writer.write(created, { phase: "new" })).rejects.toThrow("it has changed");
  });

  test("other failures come out", async () => {
    const { client, writer, created } = await setUp();
    client.around = async () => {
      throw new KubernetesError("Busy", "too many requests", { code: 429 });
    };
    await expect(writer.write(created, { phase: "new" })).rejects.toThrow("too many requests");
  });
});
