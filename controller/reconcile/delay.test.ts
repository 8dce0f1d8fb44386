import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { delayInMs } from "./delay.ts";

const MINUTE = 60_000;
const random = fc.double({ min: 0, max: 1, noNaN: true });

describe("delayInMs", () => {
  test.each([
    { next: { kind: "at once" }, backOffs: 0, random: 0.5, inMs: 250 },
    { next: { kind: "after", inMs: 7000 }, backOffs: 0, random: 0.5, inMs: 7000 },
    { next: { kind: "after", inMs: 0 }, backOffs: 0, random: 0.5, inMs: 250 },
    { next: { kind: "back off" }, backOffs: 1, random: 1, inMs: 1000 },
    { next: { kind: "back off" }, backOffs: 1, random: 0, inMs: 500 },
    { next: { kind: "back off" }, backOffs: 4, random: 1, inMs: 8000 },
    { next: { kind: "back off" }, backOffs: 60, random: 1, inMs: 5 * MINUTE },
    { next: { kind: "resync" }, backOffs: 0, random: 0, inMs: 9 * MINUTE },
    { next: { kind: "resync" }, backOffs: 0, random: 1, inMs: 11 * MINUTE },
  ] as const)("$next.kind, back-off $backOffs, random $random", ({ next, inMs, ...pace }) => {
    expect(delayInMs(next, { ...pace, resyncIntervalInMs: 10 * MINUTE })).toBeCloseTo(inMs);
  });

  test("backing off never hurries and never stops", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), random, (backOffs, random) => {
        const inMs = delayInMs({ kind: "back off" }, { backOffs, random, resyncIntervalInMs: 0 });
        expect(inMs).toBeGreaterThanOrEqual(500);
        expect(inMs).toBeLessThanOrEqual(5 * MINUTE);
      }),
    );
  });
});
