import { describe, expect, test } from "vitest";
import { claim, decideOn, release, sight, type LeaseSpec } from "./lease-record.ts";
import { microTime } from "./time.ts";

const AT = Date.UTC(2026, 10, 27, 18, 0, 0, 7);
const HELD: LeaseSpec = {
  holderIdentity: "other",
  leaseDurationSeconds: 15,
  acquireTime: "2026-11-27T17:00:00.000000Z",
  renewTime: "2026-11-27T17:59:00.000000Z",
  leaseTransitions: 4,
};

function lease(spec?: LeaseSpec) {
  return { metadata: { name: "operator", namespace: "system" }, ...(spec && { spec }) };
}

describe("decideOn", () => {
  test.each([
    { what: "no Lease", spec: "none", now: 0, move: { kind: "claim" } },
    { what: "a Lease without a record", spec: undefined, now: 0, move: { kind: "claim" } },
    { what: "a Lease let go", spec: release(HELD, AT), now: 0, move: { kind: "claim" } },
    { what: "one's own", spec: { ...HELD, holderIdentity: "me" }, now: 0, move: { kind: "claim" } },
    {
      what: "one alive",
      spec: HELD,
      now: 14_999,
      move: { kind: "wait", inMs: 1, holder: "other" },
    },
    { what: "one expired", spec: HELD, now: 15_000, move: { kind: "claim" } },
    {
      what: "one that asks for longer",
      spec: { ...HELD, leaseDurationSeconds: 60 },
      now: 15_000,
      move: { kind: "wait", inMs: 45_000, holder: "other" },
    },
    {
      what: "one that does not say how long",
      spec: { holderIdentity: "other" },
      now: 19_000,
      move: { kind: "wait", inMs: 1000, holder: "other" },
    },
  ] as const)("$what", ({ spec, now, move }) => {
    const sighting = spec === "none" ? undefined : sight(undefined, lease(spec), 0);
    expect(decideOn(sighting, { identity: "me", now, fallbackInMs: 20_000 })).toEqual(move);
  });
});

describe("sight", () => {
  test("a record counts from when it was first seen, a changed one anew", () => {
    const first = sight(undefined, lease(HELD), 1000);
    const again = sight(first, { ...lease({ ...HELD }), kind: "Lease" }, 9000);
    expect(again.seenAt).toBe(1000);
    const renewed = { ...HELD, renewTime: "2026-11-27T17:59:02.000000Z" };
    expect(sight(again, lease(renewed), 9500).seenAt).toBe(9500);
  });
});

describe("claim", () => {
  const mine = { identity: "me", durationInMs: 15_000, at: AT };

  test.each([
    { what: "the first", before: undefined, acquired: microTime(AT), transitions: 0 },
    { what: "from another", before: HELD, acquired: microTime(AT), transitions: 5 },
    { what: "after a release", before: release(HELD, AT), acquired: microTime(AT), transitions: 5 },
    {
      what: "a renewal",
      before: { ...HELD, holderIdentity: "me" },
      acquired: HELD.acquireTime,
      transitions: 4,
    },
  ])("$what", ({ before, acquired, transitions }) => {
    expect(claim(before, mine)).toEqual({
      holderIdentity: "me",
      leaseDurationSeconds: 15,
      acquireTime: acquired,
      renewTime: microTime(AT),
      leaseTransitions: transitions,
    });
  });
});

test("times have six digits after the point", () => {
  expect(microTime(AT)).toBe("2026-11-27T18:00:00.007000Z");
});
