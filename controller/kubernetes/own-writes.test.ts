import { expect, test } from "vitest";
import { OwnWrites } from "./own-writes.ts";

function object(resourceVersion: string, uid = "u1") {
  return { metadata: { namespace: "a", name: "b", uid, resourceVersion } };
}

test.each([
  { what: "the cache lags behind", cached: object("99"), written: object("100"), isWritten: true },
  { what: "the cache has caught up", cached: object("100"), written: object("100") },
  { what: "the cache is ahead", cached: object("101"), written: object("100") },
  { what: "it was recreated", cached: object("99", "u2"), written: object("100") },
  { what: "versions are no numbers", cached: object("x"), written: object("100") },
])("latest, when $what", ({ cached, written, isWritten = false }) => {
  const writes = new OwnWrites();
  writes.note(written);
  expect(writes.latest(cached)).toBe(isWritten ? written : cached);
});

test("once the cache has caught up, it is believed for good", () => {
  const writes = new OwnWrites();
  writes.note(object("100"));
  writes.latest(object("100"));
  const old = object("99");
  expect(writes.latest(old)).toBe(old);
});

test("what has gone is forgotten", () => {
  const writes = new OwnWrites();
  writes.note(object("100"));
  writes.forget("a/b");
  const cached = object("99");
  expect(writes.latest(cached)).toBe(cached);
});
