import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aBackend, aSpec, STRANGER } from "../../test/support/builders.ts";
import type {
  ObjectMetadata,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import { conflictOf } from "./ownership.ts";

const OLD = { name: "older", creationTimestamp: "2026-01-01T00:00:00Z", uid: "a" };
const YOUNG = { name: "younger", creationTimestamp: "2026-01-02T00:00:00Z", uid: "b" };
const OTHER_APP = { functionApp: { ...aSpec().functionApp, name: "stock-func" } };
const STAGING = { ...aSpec().functionApp, slot: "staging" };
const OTHER_AUDIENCE = { registration: { ...aSpec().registration, clientId: STRANGER.clientId } };
const OTHER_IDENTITY = {
  identity: { type: "UserAssigned", resourceId: "/identities/orders", management: "Ensure" },
} as const;
const MANAGED = { registration: { tokenVersion: "Auto" } } as const;
const OTHER_API = { apis: aSpec().apis.map((api) => ({ ...api, name: "stock" })) };

describe("what two objects cannot share", () => {
  test.each<{ name: string; spec: Partial<SecuredFunctionBackendSpec>; conflicts: boolean }>([
    { name: "the same function", spec: {}, conflicts: true },
    {
      name: "the same function in another letter case",
      spec: { functionApp: { ...aSpec().functionApp, name: "ORDERS-FUNC" } },
      conflicts: true,
    },
    { name: "an app and its slot", spec: { functionApp: STAGING }, conflicts: false },
    { name: "the same function behind other APIs", spec: OTHER_API, conflicts: true },
    {
      name: "an API with two audiences: it sends one token only",
      spec: { ...OTHER_APP, ...OTHER_AUDIENCE },
      conflicts: true,
    },
    { name: "an API in front of two functions of one audience", spec: OTHER_APP, conflicts: false },
    {
      name: "an API with a given audience and a managed one",
      spec: { ...OTHER_APP, ...MANAGED },
      conflicts: true,
    },
    {
      name: "an API with two identities: it calls as one only",
      spec: { ...OTHER_APP, ...OTHER_IDENTITY },
      conflicts: true,
    },
    { name: "nothing", spec: { ...OTHER_APP, ...OTHER_AUDIENCE, ...OTHER_API }, conflicts: false },
  ])("$name", ({ spec, conflicts }) => {
    const older = aBackend({ metadata: OLD });
    const younger = aBackend({ metadata: YOUNG, spec });
    expect(conflictOf(younger, [older, younger]) !== undefined).toBe(conflicts);
    expect(conflictOf(older, [older, younger])).toBeUndefined();
  });

  test("an API in front of two functions, each with a managed registration", () => {
    const older = aBackend({ metadata: OLD, spec: MANAGED });
    const younger = aBackend({ metadata: YOUNG, spec: { ...OTHER_APP, ...MANAGED } });
    expect(conflictOf(younger, [older])?.message).toMatch(/apis\/orders\./);
  });

  test("the same slot, in another letter case", () => {
    const older = aBackend({ metadata: OLD, spec: { functionApp: STAGING } });
    const functionApp = { ...STAGING, slot: "Staging" };
    const younger = aBackend({ metadata: YOUNG, spec: { functionApp } });
    expect(conflictOf(younger, [older])?.message).toMatch(/orders-func\/slots\/Staging\./);
  });

  test("across namespaces", () => {
    const older = aBackend({ metadata: { ...OLD, namespace: "warehouse" } });
    const younger = aBackend({ metadata: YOUNG, spec: { ...OTHER_APP, ...OTHER_AUDIENCE } });
    expect(conflictOf(younger, [older, younger])?.message).toMatch(/^warehouse\/older is older/);
  });

  test("the message names the other and what is shared", () => {
    const conflict = conflictOf(aBackend({ metadata: YOUNG }), [aBackend({ metadata: OLD })]);
    expect(conflict).toMatchObject({ kind: "blocked", reason: "Conflict" });
    expect(conflict?.message).toMatch(
      /^shop\/older is older and governs \/subscriptions\/.*orders-func\./,
    );
  });
});

describe("who has the better claim", () => {
  test.each<{ name: string; winner: Partial<ObjectMetadata>; loser: Partial<ObjectMetadata> }>([
    { name: "the older", winner: { ...OLD, uid: "z" }, loser: YOUNG },
    {
      name: "of one age the smaller UID",
      winner: { ...OLD, uid: "a" },
      loser: { ...OLD, uid: "b" },
    },
    {
      name: "one that the cluster knows before one that it does not",
      winner: OLD,
      loser: { name: "a" },
    },
    { name: "without a cluster the first by name", winner: { name: "a" }, loser: { name: "b" } },
  ])("$name", ({ winner, loser }) => {
    const [better, worse] = [aBackend({ metadata: winner }), aBackend({ metadata: loser })];
    expect(conflictOf(worse, [better, worse])).toBeDefined();
    expect(conflictOf(better, [better, worse])).toBeUndefined();
  });

  test("of any that share a function exactly one wins, in whatever order they are looked at", () => {
    const metadata = fc.record(
      {
        name: fc.stringMatching(/^[a-z]{1,4}$/),
        uid: fc.stringMatching(/^[0-9a-f]{2}$/),
        creationTimestamp: fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
      },
      { requiredKeys: ["name"] },
    );
    const objects = fc.uniqueArray(metadata, {
      minLength: 1,
      maxLength: 5,
      selector: ({ name }) => name,
    });
    fc.assert(
      fc.property(objects, (all) => {
        const backends = all.map((each) => aBackend({ metadata: each }));
        const winnersOf = (order: typeof backends) =>
          backends.filter((each) => conflictOf(each, order) === undefined);
        expect(winnersOf(backends)).toHaveLength(1);
        expect(winnersOf(backends.toReversed())).toEqual(winnersOf(backends));
      }),
    );
  });
});
