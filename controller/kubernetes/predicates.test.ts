import { expect, test } from "vitest";
import { asksForPass } from "./predicates.ts";

const REQUESTED = "example.test/requested-at";
const METADATA = {
  name: "a",
  uid: "u1",
  generation: 3,
  resourceVersion: "7",
  finalizers: ["example.test/cleanup"],
  annotations: { [REQUESTED]: "monday", team: "a" },
  labels: { team: "a" },
};

test.each([
  { what: "nothing", change: {}, isAsking: false },
  { what: "the status, and so the version", change: { resourceVersion: "8" }, isAsking: false },
  { what: "a label", change: { labels: { team: "b" } }, isAsking: false },
  {
    what: "another annotation",
    change: { annotations: { [REQUESTED]: "monday", team: "b" } },
    isAsking: false,
  },
  { what: "the spec", change: { generation: 4 }, isAsking: true },
  { what: "its deletion", change: { deletionTimestamp: "2026-01-01T00:00:00Z" }, isAsking: true },
  { what: "a finalizer", change: { finalizers: [] }, isAsking: true },
  { what: "the request", change: { annotations: { [REQUESTED]: "now" } }, isAsking: true },
  { what: "the request, taken back", change: { annotations: {} }, isAsking: true },
  { what: "the object itself", change: { uid: "u2" }, isAsking: true },
])("a change of $what asks for a pass: $isAsking", ({ change, isAsking }) => {
  const [old, object] = [{ metadata: METADATA }, { metadata: { ...METADATA, ...change } }];
  expect(asksForPass(old, object, [REQUESTED])).toBe(isAsking);
});

test("a new object asks for a pass", () => {
  expect(asksForPass(undefined, { metadata: METADATA })).toBe(true);
});
