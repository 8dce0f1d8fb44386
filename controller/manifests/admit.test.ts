import { describe, expect, test } from "vitest";
import { aBackend, aSpec } from "../../test/support/builders.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { conflictOf } from "../reconcile/ownership.ts";
import { admit } from "./admit.ts";
import { keyOf } from "./object-key.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const BORN = { uid: "uid-1", creationTimestamp: "2025-01-01T00:00:00.000Z", generation: 3 };

function admitOne(object: SecuredFunctionBackend, ...stored: SecuredFunctionBackend[]) {
  const manifest = { object, file: "/a.yaml", line: 1, column: 1 };
  const known = new Map(stored.map((each) => [keyOf(each), each]));
  return admit([manifest], known, { createUid: () => "new-uid", now: NOW });
}

/** A manifest as a person writes it: nobody writes a generation. */
function written(spec: Parameters<typeof aSpec>[0] = {}): SecuredFunctionBackend {
  return { ...aBackend({ spec }), metadata: { name: "orders", namespace: "shop" } };
}

describe("admit", () => {
  test("gives a new object its identity", () => {
    const { manifests, problems } = admitOne(written());
    expect(problems).toEqual([]);
    expect(manifests[0]).toMatchObject({ file: "/a.yaml", line: 1 });
    expect(manifests[0]?.object.metadata).toEqual({
      name: "orders",
      namespace: "shop",
      uid: "new-uid",
      creationTimestamp: "2026-01-01T00:00:00.000Z",
      generation: 1,
    });
  });

  test("a known object keeps identity, generation and status while its spec is the same", () => {
    const status = { driftCount: 0 };
    const stored = aBackend({ metadata: BORN, status });
    const { manifests } = admitOne(written(), stored);
    expect(manifests[0]?.object).toEqual({ ...stored, spec: aSpec() });
  });

  test("another spec is another generation", () => {
    const { manifests } = admitOne(written({ mode: "Observe" }), aBackend({ metadata: BORN }));
    expect(manifests[0]?.object.metadata).toMatchObject({ ...BORN, generation: 4 });
  });

  test("new annotations are taken, and are no new generation", () => {
    const object = written();
    object.metadata.annotations = { team: "orders" };
    const { manifests } = admitOne(object, aBackend({ metadata: BORN }));
    expect(manifests[0]?.object.metadata).toMatchObject({
      ...BORN,
      annotations: { team: "orders" },
    });
  });

  test("an identity that somebody wrote into a manifest counts for nothing", () => {
    const { manifests } = admitOne(aBackend({ metadata: BORN }));
    expect(manifests[0]?.object.metadata).toMatchObject({ uid: "new-uid", generation: 1 });
  });

  test("of two new objects the earlier is the older, whatever their ids", () => {
    const uids = ["z", "a"];
    const place = { file: "/a.yaml", line: 1, column: 1 };
    const manifests = ["first", "second"].map((name) => ({
      ...place,
      object: aBackend({ metadata: { name } }),
    }));
    const birth = { createUid: () => uids.shift() ?? "", now: NOW };
    const { manifests: admitted } = admit(manifests, new Map(), birth);
    const all = admitted.map(({ object }) => object);
    expect(all.map((object) => conflictOf(object, all)?.reason)).toEqual([undefined, "Conflict"]);
  });

  test("the function of an object cannot be changed", () => {
    const moved = written({ functionApp: { ...aSpec().functionApp, name: "other-func" } });
    const { manifests, problems } = admitOne(moved, aBackend({ metadata: BORN }));
    expect(manifests).toEqual([]);
    expect(problems).toEqual([
      {
        file: "/a.yaml",
        line: 1,
        column: 1,
        message: expect.stringMatching(/^spec\.functionApp: is immutable/),
      },
    ]);
  });
});
