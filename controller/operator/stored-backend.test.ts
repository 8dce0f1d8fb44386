import { describe, expect, test } from "vitest";
import { aBackend, aSpec } from "../../test/support/builders.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { readStored } from "./stored-backend.ts";

const ADDED_BY_THE_SERVER = {
  uid: "uid-1",
  resourceVersion: "17",
  generation: 1,
  creationTimestamp: "2026-01-01T00:00:00Z",
  finalizers: ["example.com/other"],
};

/** An object that a CRD of other days let in. */
function stored(change: (spec: Record<string, unknown>) => void): SecuredFunctionBackend {
  const object = structuredClone(aBackend({ metadata: ADDED_BY_THE_SERVER }));
  change(object.spec as unknown as Record<string, unknown>);
  return object;
}

describe("readStored", () => {
  test("takes what the API server adds, and keeps it", () => {
    const object = stored(() => undefined);
    expect(readStored(object)).toEqual({ object: { ...object, spec: aSpec() } });
  });

  test("fills in what is new since the object was stored", () => {
    const object = stored((spec) => {
      delete spec["hardening"];
      delete spec["deletionPolicy"];
    });
    const { object: read, obstacle } = readStored(object);
    expect(obstacle).toBeUndefined();
    expect(read.spec).toMatchObject({
      deletionPolicy: "Retain",
      hardening: { httpsOnly: "Report" },
    });
  });

  test.each([
    {
      name: "a value that is refused now",
      change: (spec: Record<string, unknown>) => (spec["mode"] = "Force"),
      says: /spec\.mode: .*found: "Force"; allowed: /,
    },
    {
      name: "a field that is gone",
      change: (spec: Record<string, unknown>) => (spec["trustEverybody"] = true),
      says: /spec\.trustEverybody: is an unknown field/,
    },
    {
      name: "a required field that is missing",
      change: (spec: Record<string, unknown>) => delete spec["apis"],
      says: /spec\.apis: is required/,
    },
  ])("does not guess at $name", ({ change, says }) => {
    const { obstacle } = readStored(stored(change));
    expect(obstacle).toMatchObject({
      kind: "blocked",
      reason: "InvalidSpec",
      message: expect.stringMatching(says),
    });
  });
});
