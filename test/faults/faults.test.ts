import { describe, expect, test } from "vitest";
import { buildPlan } from "./plan.ts";
import { playSeeds } from "./seeds.ts";

test("a seed gives the same plan each time, and another seed another", () => {
  expect(buildPlan(7)).toEqual(buildPlan(7));
  expect(buildPlan(7)).not.toEqual(buildPlan(8));
});

/** Seeds that once found a defect. */
const REGRESSIONS = [
  11, // a failed operation taken for a refused request
  16, // authentication written every second while ARM still answered the old settings
  104, // nothing given back, because ARM still answered the settings from before
  41, // no roll-back after an enforcement whose answer was lost
];

describe("whole lives of an operator keep every promise", { timeout: 900_000 }, () => {
  test.each([
    { name: "that failed once", seeds: REGRESSIONS },
    { name: "1 to 50", seeds: Array.from({ length: 50 }, (_, index) => index + 1) },
  ])("seeds $name", async ({ seeds }) => {
    const failures: string[] = [];
    const { failed, summary } = await playSeeds(seeds, (line) => failures.push(line));
    console.log(summary);
    expect(failures).toEqual([]);
    expect(failed).toBe(0);
  });
});
