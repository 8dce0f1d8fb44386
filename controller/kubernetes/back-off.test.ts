import { expect, test } from "vitest";
import { backOffInMs } from "./back-off.ts";

const BACK_OFF = { firstInMs: 1000, longestInMs: 15 * 60_000 };

test.each([
  { failures: 1, random: 0.5, inMs: 1000 },
  { failures: 1, random: 0, inMs: 800 },
  { failures: 1, random: 1, inMs: 1200 },
  { failures: 2, random: 0.5, inMs: 2000 },
  { failures: 10, random: 0.5, inMs: 512_000 },
  { failures: 11, random: 0.5, inMs: 900_000 },
  { failures: 5000, random: 1, inMs: 1_080_000 },
])("after failure $failures, random $random: $inMs ms", ({ failures, random, inMs }) => {
  expect(backOffInMs(failures, random, BACK_OFF)).toBeCloseTo(inMs);
});
