import { describe, expect, test } from "vitest";
import { aBackend, SITE, START } from "../../test/support/builders.ts";
import { temporaryFolder, type TemporaryFolder } from "../../test/support/temporary-folder.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import type { Next } from "../reconcile/outcome.ts";
import type { Pass } from "../reconcile/report.ts";
import { keyOf } from "./object-key.ts";
import { Rounds, type Visit } from "./rounds.ts";
import { StateFolder } from "./state.ts";

/** A pass that ends like this. */
function passOf(object: SecuredFunctionBackend, driftCount: number, next: Next): Pass {
  return {
    status: { ...object.status, driftCount },
    outcome: { kind: "suspended" },
    next,
    plan: undefined,
    newDrift: [],
    corrections: [],
  };
}

/** Rounds over objects of these names. */
async function roundsOver(
  folder: TemporaryFolder,
  names: readonly string[],
  reconcile: (object: SecuredFunctionBackend) => Promise<Pass>,
) {
  const state = new StateFolder(folder.path);
  let sweeps = 0;
  const beginSweep = () => {
    sweeps += 1;
  };
  const rounds = new Rounds({ state, beginSweep, reconcile, random: () => 1 });
  for (const name of names) await rounds.take(aBackend({ metadata: { name } }));
  const run = async (signal = new AbortController().signal, only?: () => boolean) => {
    const visits: Visit[] = [];
    await rounds.run({ signal, ...(only && { only }) }, (visit) => visits.push(visit));
    return visits.map(({ kind, object }) => `${object.metadata.name} ${kind}`).toSorted();
  };
  return { rounds, state, run, sweepCount: () => sweeps };
}

const RESYNC: Next = { kind: "resync" };

describe("a round", () => {
  test("visits what is due, stores the status, and leaves the rest alone", async () => {
    await using folder = await temporaryFolder();
    const { run, state, sweepCount } = await roundsOver(folder, ["a", "b"], async (object) =>
      passOf(object, 3, RESYNC),
    );
    expect(await run()).toEqual(["a passed", "b passed"]);
    expect(await run()).toEqual([]);
    expect((await state.list()).get("shop/a")?.status).toEqual({ driftCount: 3 });
    expect(sweepCount()).toBe(2);
  });

  test("begins with the most endangered objects, whatever their order", async () => {
    await using folder = await temporaryFolder();
    const begun: string[] = [];
    const { rounds, run } = await roundsOver(folder, [], async (object) => {
      begun.push(object.metadata.name ?? "");
      return passOf(object, 0, RESYNC);
    });
    for (const danger of [undefined, "Cosmetic", "Hardens", "Weakens"] as const) {
      const drift =
        danger === undefined ? [] : [{ path: "x", resource: SITE, danger, detectedAt: START }];
      const name = danger?.toLowerCase() ?? "in-sync";
      await rounds.take(aBackend({ metadata: { name }, status: { drift } }));
    }
    await run();
    expect(begun).toEqual(["weakens", "hardens", "cosmetic", "in-sync"]);
  });

  test("goes on from the status of the last pass", async () => {
    await using folder = await temporaryFolder();
    const seen: unknown[] = [];
    const { rounds, run } = await roundsOver(folder, ["a"], async (object) => {
      seen.push(object.status);
      return passOf(object, seen.length, { kind: "resync" });
    });
    await run();
    await rounds.take(
      aBackend({ metadata: { name: "a", generation: 2 }, status: { driftCount: 1 } }),
    );
    await run();
    expect(seen).toEqual([undefined, { driftCount: 1 }]);
  });

  test("goes on with the others when one breaks off, and comes back to it later", async () => {
    await using folder = await temporaryFolder();
    const { rounds, run } = await roundsOver(folder, ["a", "b"], async (object) => {
      if (object.metadata.name === "a") throw new TypeError("a bug");
      return passOf(object, 0, RESYNC);
    });
    const before = Date.now();
    expect(await run()).toEqual(["a failed", "b passed"]);
    expect(rounds.nextDueAt()).toBeGreaterThanOrEqual(before + 1000);
    expect(rounds.nextDueAt()).toBeLessThanOrEqual(Date.now() + 1000);
  });

  test("a status that cannot be stored is a failure of that object", async () => {
    await using folder = await temporaryFolder();
    const { run, state } = await roundsOver(folder, ["a"], async (object) =>
      passOf(object, 1, RESYNC),
    );
    state.save = async () => await Promise.reject(new Error("disk full"));
    expect(await run()).toEqual(["a failed"]);
  });

  test("stores nothing when the status is the same", async () => {
    await using folder = await temporaryFolder();
    const { rounds, run, state } = await roundsOver(folder, [], async (object) =>
      passOf(object, 1, RESYNC),
    );
    await rounds.take(aBackend({ status: { driftCount: 1 } }));
    state.save = async () => await Promise.reject(new Error("must not be called"));
    expect(await run()).toEqual(["orders passed"]);
  });

  test("visits eight at a time", async () => {
    await using folder = await temporaryFolder();
    let running = 0;
    let most = 0;
    const names = Array.from({ length: 30 }, (_, index) => `o${index}`);
    const { run } = await roundsOver(folder, names, async (object) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return passOf(object, 0, RESYNC);
    });
    expect(await run()).toHaveLength(30);
    expect(most).toBe(8);
  });

  test("once aborted it begins nothing, and what was cut off is neither told nor stored", async () => {
    await using folder = await temporaryFolder();
    const stop = new AbortController();
    const begun: string[] = [];
    const names = Array.from({ length: 10 }, (_, index) => `o${index}`);
    const { run, state } = await roundsOver(folder, names, async (object) => {
      begun.push(keyOf(object));
      stop.abort();
      await Promise.resolve();
      return passOf(object, 9, RESYNC);
    });
    expect(await run(stop.signal)).toEqual([]);
    expect(begun).toEqual(["shop/o0"]);
    const stored = [...(await state.list()).values()];
    expect(stored.filter(({ status }) => status !== undefined)).toEqual([]);
  });
});

describe("an object", () => {
  test("that is taken again unchanged is not due; changed, it is", async () => {
    await using folder = await temporaryFolder();
    const { rounds, run } = await roundsOver(folder, ["a"], async (object) =>
      passOf(object, 0, RESYNC),
    );
    await run();
    await rounds.take(aBackend({ metadata: { name: "a" } }));
    expect(await run()).toEqual([]);
    await rounds.take(aBackend({ metadata: { name: "a", annotations: { request: "now" } } }));
    expect(await run()).toEqual(["a passed"]);
  });

  test("that was dropped is visited no more", async () => {
    await using folder = await temporaryFolder();
    const { rounds, run } = await roundsOver(folder, ["a"], async (object) =>
      passOf(object, 0, RESYNC),
    );
    rounds.drop(aBackend({ metadata: { name: "a" } }));
    expect(await run()).toEqual([]);
    expect(rounds.nextDueAt()).toBe(Infinity);
  });

  test("that is not asked for stays due", async () => {
    await using folder = await temporaryFolder();
    const { rounds, run } = await roundsOver(folder, ["a"], async (object) =>
      passOf(object, 0, RESYNC),
    );
    expect(await run(undefined, () => false)).toEqual([]);
    expect(rounds.nextDueAt()).toBe(0);
  });
});
