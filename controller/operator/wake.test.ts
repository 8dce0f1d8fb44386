import { describe, expect, test } from "vitest";
import { aBackend, aSpec, START } from "../../test/support/builders.ts";
import type { ObjectMetadata } from "../api/v1alpha1/types.generated.ts";
import { isSomebodysChange, placeOfNew } from "./wake.ts";

const SECURED = {
  observedGeneration: 1,
  rollout: { step: "Completed", startedAt: START },
} as const;
const DRIFT = { path: "p", resource: "r", detectedAt: START } as const;

describe("the place of a new object", () => {
  test.each([
    { name: "that nobody has looked at", status: {}, place: { lane: "user" } },
    { name: "that is secured", status: SECURED, place: { lane: "sweep", urgency: 0 } },
    {
      name: "that somebody gets into",
      status: { ...SECURED, drift: [{ ...DRIFT, danger: "Weakens" as const }] },
      place: { lane: "sweep", urgency: 3 },
    },
    {
      name: "whose spec is new",
      status: { ...SECURED, observedGeneration: 0 },
      place: { lane: "user" },
    },
  ])("$name", ({ status, place }) => {
    expect(placeOfNew(aBackend({ metadata: { generation: 1 }, status }))).toEqual(place);
  });

  test("that is being deleted", () => {
    const metadata = { generation: 1, deletionTimestamp: START };
    expect(placeOfNew(aBackend({ metadata, status: SECURED }))).toEqual({ lane: "user" });
  });
});

describe("a change is somebody's", () => {
  const metadata: Partial<ObjectMetadata> = {
    generation: 1,
    resourceVersion: "1",
    finalizers: ["a"],
    annotations: { "example.com/team": "shop" },
  };
  const old = aBackend({ metadata });

  test.each<{ name: string; change: Partial<ObjectMetadata>; is: boolean }>([
    { name: "generation", change: { generation: 2 }, is: true },
    { name: "deletion", change: { deletionTimestamp: START }, is: true },
    { name: "finalizers", change: { finalizers: [] }, is: true },
    {
      name: "a request",
      change: { annotations: { "reconcile.fluxcd.io/requestedAt": "now" } },
      is: true,
    },
    {
      name: "an annotation of ours",
      change: { annotations: { "securedbackend.dev/release": "4f2a" } },
      is: true,
    },
    {
      name: "somebody else's annotation",
      change: { annotations: { "example.com/team": "stock" } },
      is: false,
    },
    { name: "labels", change: { labels: { a: "b" } }, is: false },
    { name: "nothing but a new version", change: { resourceVersion: "2" }, is: false },
  ])("$name: $is", ({ change, is }) => {
    expect(isSomebodysChange(aBackend({ metadata: { ...metadata, ...change } }), old)).toBe(is);
  });

  test("status alone: false", () => {
    const written = aBackend({ metadata, spec: aSpec(), status: SECURED });
    expect(isSomebodysChange(written, old)).toBe(false);
  });
});
