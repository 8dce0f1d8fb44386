import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { aBackend } from "../../test/support/builders.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { EMPTY_SNAPSHOT, type Snapshot } from "../reconcile/snapshot.ts";
import { readManifests } from "./read.ts";
import { StateError } from "./state-error.ts";
import { StateFolder } from "./state.ts";

const SNAPSHOT: Snapshot = {
  resources: { "/site": { kind: "auth-settings", values: [{ pointer: "/platform/enabled" }] } },
};

/** Every file below a folder, by path. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

describe("StateFolder", () => {
  test("gives back what was saved, and no temporary file stays", async () => {
    await using folder = await temporaryFolder();
    const orders = aBackend({ status: { driftCount: 1 } });
    const other = aBackend({ metadata: { name: "orders", namespace: "stage" } });
    await new StateFolder(folder.path).save(other);
    await new StateFolder(folder.path).save(orders);
    expect(await new StateFolder(folder.path).list()).toEqual(
      new Map([
        ["shop/orders", orders],
        ["stage/orders", other],
      ]),
    );
    expect(await filesBelow(folder.path)).toEqual([
      "objects/shop_orders.json",
      "objects/stage_orders.json",
    ]);
  });

  test("is empty where there is no folder, and makes none by being asked", async () => {
    await using folder = await temporaryFolder();
    const state = new StateFolder(join(folder.path, "absent"));
    expect((await state.list()).size).toBe(0);
    expect(await state.snapshots(aBackend()).load()).toEqual(EMPTY_SNAPSHOT);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test("keeps names apart that a simpler join would not", async () => {
    await using folder = await temporaryFolder();
    const state = new StateFolder(folder.path);
    await state.save(aBackend({ metadata: { namespace: "a-b", name: "c" } }));
    await state.save(aBackend({ metadata: { namespace: "a", name: "b-c" } }));
    expect([...(await state.list()).keys()].toSorted()).toEqual(["a-b/c", "a/b-c"]);
  });

  test("forgets an object and keeps its snapshot; twice is the same", async () => {
    await using folder = await temporaryFolder();
    const state = new StateFolder(folder.path);
    await state.save(aBackend());
    await state.snapshots(aBackend()).store(SNAPSHOT);
    await state.remove(aBackend());
    await state.remove(aBackend());
    expect((await state.list()).size).toBe(0);
    expect(await state.snapshots(aBackend()).load()).toEqual(SNAPSHOT);
  });

  test.each(["", "{", "[]", "{}", '{"object": 1}', '{"object": {"metadata": {}}}'])(
    "a damaged file (%j) is told, and stays as it is",
    async (text) => {
      await using folder = await temporaryFolder({ "objects/shop_orders.json": text });
      const state = new StateFolder(folder.path);
      await expect(state.list()).rejects.toThrow(StateError);
      await expect(state.list()).rejects.toThrow(/shop_orders\.json cannot be read \(.+\): repair/);
      expect(await readFile(join(folder.path, "objects/shop_orders.json"), "utf8")).toBe(text);
    },
  );

  test("a damaged snapshot cannot be loaded: nothing is overwritten then", async () => {
    await using folder = await temporaryFolder({ "snapshots/shop_orders.json": "{}" });
    await expect(new StateFolder(folder.path).snapshots(aBackend()).load()).rejects.toThrow(
      /snapshots\/shop_orders\.json cannot be read/,
    );
  });

  test("a place that cannot be written to is told, for objects and snapshots", async () => {
    await using folder = await temporaryFolder({ objects: "a file", snapshots: "a file" });
    const state = new StateFolder(folder.path);
    await expect(state.save(aBackend())).rejects.toThrow(/cannot be written .* writable/);
    await expect(state.snapshots(aBackend()).store(SNAPSHOT)).rejects.toThrow(/snapshots/);
  });

  test("looks like no manifest, should it lie among them", async () => {
    await using folder = await temporaryFolder();
    const state = new StateFolder(join(folder.path, "state"));
    await state.save(aBackend());
    await state.snapshots(aBackend()).store(SNAPSHOT);
    await writeFile(join(folder.path, "empty.yaml"), "");
    expect(await readManifests([folder.path])).toEqual({ manifests: [], problems: [] });
  });
});
