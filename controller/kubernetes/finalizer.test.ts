import { describe, expect, test } from "vitest";
import { MemoryClient } from "../../test/support/memory-client.ts";
import { addFinalizer, removeFinalizer } from "./finalizer.ts";
import type { KubernetesObject } from "./object.ts";
import type { Resource } from "./resource.ts";

const THINGS: Resource = {
  group: "example.test",
  version: "v1",
  plural: "things",
  kind: "Thing",
  isNamespaced: true,
};
const NAME = { namespace: "a", name: "b" };
const OURS = "example.test/cleanup";

async function setUp(finalizers: readonly string[] = []) {
  const client = new MemoryClient();
  const object = await client.create<KubernetesObject>(THINGS, {
    metadata: { ...NAME, finalizers },
  });
  const change = { client, resource: THINGS, finalizer: OURS };
  const stored = () => client.all(THINGS)[0]?.metadata;
  const patches = () => client.calls.filter(({ verb }) => verb === "mergePatch").length;
  return { client, object, change, stored, patches };
}

describe("addFinalizer", () => {
  test("adds to those of others, once", async () => {
    const { object, change, stored, patches } = await setUp(["others/hold"]);
    const held = await addFinalizer(object, change);
    expect(held?.metadata.finalizers).toEqual(["others/hold", OURS]);
    if (held !== undefined) await addFinalizer(held, change);
    expect(stored()?.finalizers).toEqual(["others/hold", OURS]);
    expect(patches()).toBe(1);
  });

  test("not to an object that is being deleted", async () => {
    const { client, change, stored, patches } = await setUp(["others/hold"]);
    await client.delete(THINGS, NAME);
    const deleting = await client.get(THINGS, NAME);
    expect(await addFinalizer(deleting, change)).toEqual(deleting);
    expect([stored()?.finalizers, patches()]).toEqual([["others/hold"], 0]);
  });

  test("not to one whose deletion began meanwhile", async () => {
    const { client, object, change, stored } = await setUp(["others/hold"]);
    await client.delete(THINGS, NAME);
    await addFinalizer(object, change);
    expect(stored()?.finalizers).toEqual(["others/hold"]);
  });
});

describe("removeFinalizer", () => {
  test("lets a deleted object go, and those of others stay", async () => {
    const { client, change } = await setUp([OURS]);
    await client.delete(THINGS, NAME);
    await removeFinalizer(await client.get(THINGS, NAME), change);
    expect(client.all(THINGS)).toEqual([]);
    const other = await setUp([OURS, "others/hold"]);
    await removeFinalizer(other.object, other.change);
    expect(other.stored()?.finalizers).toEqual(["others/hold"]);
  });
});

describe.each([
  { name: "addFinalizer", act: addFinalizer, before: [] },
  { name: "removeFinalizer", act: removeFinalizer, before: [OURS] },
])("$name", ({ act, before }) => {
  test("an object that has gone is success, and stays gone", async () => {
    const { client, object, change } = await setUp();
    await client.delete(THINGS, NAME);
    const known = { ...object, metadata: { ...object.metadata, finalizers: before } };
    expect(await act(known, change)).toBeUndefined();
    expect(client.all(THINGS)).toEqual([]);
  });

  test("its successor is left alone", async () => {
    const { client, object, change, stored } = await setUp();
    await client.delete(THINGS, NAME);
    await client.create<KubernetesObject>(THINGS, { metadata: { ...NAME, finalizers: before } });
    const known = { ...object, metadata: { ...object.metadata, finalizers: before } };
    expect(await act(known, change)).toBeUndefined();
    expect(stored()?.finalizers).toEqual(before);
  });

  test("edits of others in between are not lost", async () => {
    const { client, object, change, stored } = await setUp(before);
    await client.mergePatch(THINGS, NAME, {
      metadata: { labels: { team: "a" }, finalizers: [...before, "others/hold"] },
    });
    await act(object, change);
    expect(stored()?.labels).toEqual({ team: "a" });
    expect(stored()?.finalizers).toContain("others/hold");
    expect(stored()?.finalizers?.includes(OURS)).toBe(act === addFinalizer);
  });

  test("somebody who never stops editing ends it", async () => {
    const { client, object, change } = await setUp(before);
    client.around = async ({ verb }, proceed) => {
      const answer = await proceed();
      if (verb === "get") {
        client.around = async (_, go) => go();
        await client.mergePatch(THINGS, NAME, { metadata: { labels: {} } });
        client.around = edit;
      }
      return answer;
    };
    const edit = client.around;
    await client.mergePatch(THINGS, NAME, { metadata: { labels: {} } });
    await expect(act(object, change)).rejects.toThrow("it has changed");
  });
});
