import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forEachBounded } from "./bounded.ts";

describe("forEachBounded", () => {
  test("does all, each once, begun in order, and never more than the limit at a time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 3 })),
        fc.integer({ min: 1, max: 5 }),
        async (turns, limit) => {
          const begun: number[] = [];
          let running = 0;
          let most = 0;
          await forEachBounded([...turns.entries()], limit, async ([index, turnsToTake]) => {
            begun.push(index);
            running += 1;
            most = Math.max(most, running);
            for (let turn = 0; turn < turnsToTake; turn += 1) await Promise.resolve();
            running -= 1;
          });
          expect(begun).toEqual([...turns.keys()]);
          expect(most).toBeLessThanOrEqual(limit);
          expect(most).toBe(Math.min(most, turns.length));
          expect(running).toBe(0);
        },
      ),
    );
  });

  test("uses the limit", async () => {
    let running = 0;
    let most = 0;
    await forEachBounded([1, 2, 3, 4, 5], 3, async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    });
    expect(most).toBe(3);
  });
});
