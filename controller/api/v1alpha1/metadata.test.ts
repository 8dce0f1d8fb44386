import { describe, expect, test } from "vitest";
import { manifest } from "../../../test/support/manifest.ts";
import { validateManifest } from "./validate.ts";

function judge(metadata: unknown): ReturnType<typeof validateManifest> {
  return validateManifest(manifest((draft) => Object.assign(draft, { metadata })));
}

function refusedPaths(metadata: unknown): string[] {
  const result = judge(metadata);
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

describe("metadata", () => {
  test.each([
    ["a namespace", { namespace: "shop-2" }],
    ["labels", { labels: { "app.kubernetes.io/name": "orders", tier: "", Team_1: "a.b-c_D" } }],
    ["annotations", { annotations: { "Example.com/note": "any text\nat all" } }],
    ["what a cluster adds", { uid: "1", resourceVersion: "2", generation: 3, managedFields: [{}] }],
    ["times", { creationTimestamp: "2026-01-31T12:00:00Z" }],
    ["a null time, as generators write it", { creationTimestamp: null }],
    ["finalizers", { finalizers: ["securedbackend.dev/release"] }],
    ["owners", { ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "a", uid: "b" }] }],
  ])("may hold %s", (_what, fields) => {
    expect(refusedPaths({ name: "orders", ...fields })).toEqual([]);
  });

  test.each([
    ["no name", { name: undefined }, "metadata.name"],
    ["a null name", { name: null }, "metadata.name"],
    ["a name with a period", { name: "orders.v2" }, "metadata.name"],
    ["a name of 64 characters", { name: "a".repeat(64) }, "metadata.name"],
    ["a name with a line end", { name: "orders\n" }, "metadata.name"],
    ["an unknown field", { label: {} }, "metadata.label"],
    ["an unknown field without value", { label: null }, "metadata.label"],
    ["a namespace with capitals", { namespace: "Shop" }, "metadata.namespace"],
    ["a namespace of 64 characters", { namespace: "a".repeat(64) }, "metadata.namespace"],
    ["a number as label", { labels: { team: 1 } }, "metadata.labels"],
    ["a label value with a space", { labels: { team: "a b" } }, "metadata.labels.team"],
    ["a label key with a space", { labels: { "a b": "c" } }, "metadata.labels"],
    ["a label key with a prefix in capitals", { labels: { "A.b/c": "d" } }, "metadata.labels"],
    [
      "a label prefix of 254 characters",
      { labels: { [`${"a".repeat(254)}/b`]: "" } },
      "metadata.labels",
    ],
    [
      "an annotation key of 64 characters",
      { annotations: { ["a".repeat(64)]: "" } },
      "metadata.annotations",
    ],
    [
      "257 KiB of annotations",
      { annotations: { a: "b".repeat(257 * 1024) } },
      "metadata.annotations",
    ],
    ["a date without time", { creationTimestamp: "2026-01-31" }, "metadata.creationTimestamp"],
    [
      "a month that does not exist",
      { creationTimestamp: "2026-13-31T12:00:00Z" },
      "metadata.creationTimestamp",
    ],
    ["a fraction as generation", { generation: 1.5 }, "metadata.generation"],
    ["a finalizer that is no name", { finalizers: ["a b"] }, "metadata.finalizers"],
    [
      "an owner without uid",
      { ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "a" }] },
      "metadata.ownerReferences",
    ],
  ])("must not hold %s", (_what, fields, path) => {
    expect(refusedPaths({ name: "orders", ...fields })).toEqual([path]);
  });

  test.each([[[]], ["orders"], [1]])("must not be %j", (metadata) => {
    expect(refusedPaths(metadata)).toContain("metadata");
  });

  test("loses its nulls and gets the namespace default, as on the API server", () => {
    const metadata = { name: "orders", namespace: "", uid: null, labels: { team: null } };
    expect(judge(metadata)).toMatchObject({
      ok: true,
      object: { metadata: { name: "orders", namespace: "default", labels: { team: "" } } },
    });
  });
});
