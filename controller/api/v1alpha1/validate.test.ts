import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manifest, type Manifest } from "../../../test/support/manifest.ts";
import { describeProblem } from "./problem.ts";
import type { SecuredFunctionBackend } from "./types.generated.ts";
import { validateManifest } from "./validate.ts";

function accepted(value: unknown): SecuredFunctionBackend {
  const result = validateManifest(value);
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join("\n"));
  return result.object;
}

function refusedPaths(value: unknown, previous?: SecuredFunctionBackend): string[] {
  const result = validateManifest(value, previous);
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

describe("defaults", () => {
  test("fill every field that has one", () => {
    expect(accepted(manifest()).spec).toMatchObject({
      identity: { type: "SystemAssigned", management: "Ensure" },
      registration: { tokenVersion: "Auto" },
      authentication: {
        unauthenticatedAction: "Return401",
        allowedCallers: [],
        allowedAudiences: [],
        excludedPaths: [],
      },
      subscriptionKey: "Remove",
      verification: { direct: "Enabled", gateway: [] },
      rollout: { gatewayCheck: "Require", enforcement: "Automatic" },
      mode: "Enforce",
      ignoreDifferences: [],
      resyncInterval: "10m",
      suspend: false,
    });
  });

  test("are not shared between objects", () => {
    accepted(manifest()).spec.authentication.excludedPaths.push("/api/health");
    expect(accepted(manifest()).spec.authentication.excludedPaths).toEqual([]);
  });

  test("put an object without a namespace into default", () => {
    const named = manifest((draft) => (draft.metadata = { name: "orders" }));
    expect(accepted(named).metadata.namespace).toBe("default");
  });
});

describe("nulls", () => {
  test("become the default where there is one", () => {
    const draft = manifest(({ spec }) => Object.assign(spec, { identity: null, mode: null }));
    expect(accepted(draft).spec).toMatchObject({
      identity: { type: "SystemAssigned" },
      mode: "Enforce",
    });
  });

  test("count as absent elsewhere", () => {
    const draft = manifest(({ spec }) => Object.assign(spec.registration, { tenantId: null }));
    expect(accepted(draft).spec.registration).not.toHaveProperty("tenantId");
    expect(refusedPaths(manifest((draft) => Object.assign(draft, { spec: null })))).toEqual([
      "spec",
    ]);
  });

  test("are refused in lists", () => {
    const draft = manifest(({ spec }) => Object.assign(spec, { ignoreDifferences: [null] }));
    expect(refusedPaths(draft)).toEqual(["spec.ignoreDifferences[0]"]);
  });
});

describe("what is submitted", () => {
  test("loses its status, as on the API server", () => {
    const draft = manifest((draft) => Object.assign(draft, { status: { audience: 1 } }));
    expect(accepted(draft)).not.toHaveProperty("status");
  });

  test.each([
    ["the manifest", (draft: Manifest) => Object.assign(draft, { extra: 1 }), "extra"],
    ["spec", ({ spec }: Manifest) => Object.assign(spec, { slot: "a" }), "spec.slot"],
    [
      "an entry of a list",
      ({ spec }: Manifest) => Object.assign(spec.apis[0] ?? {}, { version: "v2" }),
      "spec.apis[0].version",
    ],
    [
      "status",
      (draft: Manifest) => Object.assign(draft, { status: { phase: "Ready" } }),
      "status.phase",
    ],
    [
      "a name that every object inherits",
      ({ spec }: Manifest) => Object.assign(spec, { constructor: {} }),
      "spec.constructor",
    ],
  ])("is refused with an unknown field in %s", (_place, change, path) => {
    expect(refusedPaths(manifest(change))).toEqual([path]);
  });

  test.each([[null], [[]], ["text"], [1], [true]])("is refused when it is %j", (value) => {
    expect(refusedPaths(value)).toEqual([""]);
  });

  test("is told what is supported when it is something else", () => {
    expect(validateManifest({ apiVersion: "v1", kind: "Secret" })).toEqual({
      ok: false,
      problems: [
        {
          path: "apiVersion",
          found: '"v1"',
          allowed: "securedbackend.dev/v1alpha1",
          message: "is not supported",
        },
      ],
    });
  });

  test("gets all its problems at once", () => {
    const draft = manifest(({ metadata, spec }) => {
      metadata["name"] = "Orders";
      Object.assign(spec, { resyncInterval: "1s", mode: "Watch", slot: "a" });
    });
    expect(refusedPaths(draft).sort()).toEqual([
      "metadata.name",
      "spec.mode",
      "spec.resyncInterval",
      "spec.slot",
    ]);
  });
});

describe("changes", () => {
  const before = accepted(manifest());

  test("of the function app are refused", () => {
    const draft = manifest(({ spec }) => (spec.functionApp["name"] = "payments-func"));
    expect(refusedPaths(draft, before)).toEqual(["spec.functionApp"]);
    const slot = manifest(({ spec }) => (spec.functionApp["slot"] = "staging"));
    expect(refusedPaths(slot, before)).toEqual(["spec.functionApp"]);
    expect(refusedPaths(draft)).toEqual([]);
  });

  test("of the order of fields, and of other fields, are accepted", () => {
    const draft = manifest(({ spec }) => {
      spec.functionApp = Object.fromEntries(Object.entries(spec.functionApp).toReversed());
      spec.registration["clientId"] = "99999999-9999-4999-8999-999999999999";
    });
    expect(refusedPaths(draft, before)).toEqual([]);
  });
});

describe("laws", () => {
  const wrongValue = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(null, "", "/*", "1h", "Observe", "UserAssigned", 200, 1e300, Number.NaN),
  );

  test("any JSON gets a verdict", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(validateManifest(value).ok).toBe(false);
      }),
    );
  });

  test("any value in any field gets a verdict, and what is accepted is accepted again unchanged", () => {
    fc.assert(
      fc.property(fc.nat(), wrongValue, (choice, value) => {
        const result = validateManifest(manifest((draft) => replaceOneField(draft, choice, value)));
        if (!result.ok) return;
        expect(accepted(structuredClone(result.object))).toEqual(result.object);
      }),
      { numRuns: 2000 },
    );
  });

  test("the submitted manifest stays as it is", () => {
    fc.assert(
      fc.property(fc.nat(), wrongValue, (choice, value) => {
        const draft = manifest((draft) => replaceOneField(draft, choice, value));
        const before = structuredClone(draft);
        validateManifest(draft);
        expect(draft).toEqual(before);
      }),
    );
  });

  test("nesting however deep is refused, not a stack overflow", () => {
    let deep: unknown = [];
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    const draft = manifest(({ spec }) => Object.assign(spec, { mode: deep, extra: deep }));
    expect(refusedPaths(draft).sort()).toEqual(["spec.extra", "spec.mode"]);
  });
});

/** Puts `value` into the field that `choice` picks among all fields of `target`, however deep. */
function replaceOneField(target: object, choice: number, value: unknown): void {
  const places = placesIn(target);
  const place = places[choice % places.length];
  if (place !== undefined) Object.assign(place.holder, { [place.key]: value });
}

function placesIn(holder: object): { holder: object; key: string }[] {
  return Object.entries(holder).flatMap(([key, child]: [string, unknown]) => [
    { holder, key },
    ...(typeof child === "object" && child !== null ? placesIn(child) : []),
  ]);
}

test("a key that somebody wrote into a manifest is not repeated in the error", () => {
  const key = "5f0f5e6a1c0d4c3f9d2a";
  const result = validateManifest(
    manifest(({ spec }) => Object.assign(spec, { subscriptionKey: "Remove", apiKey: key })),
  );
  expect(result).toMatchObject({
    ok: false,
    problems: [{ path: "spec.apiKey", message: "is an unknown field" }],
  });
  expect(JSON.stringify(result)).not.toContain(key);
});
