import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDuration } from "./duration.ts";

describe("parseDuration", () => {
  test.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["24h", 86_400_000],
    ["0s", 0],
    ["1m1m", 120_000],
  ])("%s is %i ms", (text, inMs) => {
    expect(parseDuration(text)).toBe(inMs);
  });

  test.each(["", "10", "m", "1d", "1.5h", "-1m", " 1m", "1m ", "1 m", "100000s", "1M", "٣m"])(
    "%j is none",
    (text) => {
      expect(() => parseDuration(text)).toThrow(RangeError);
    },
  );

  test("parts add up", () => {
    const parts = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 99_999 }), fc.constantFrom("s", "m", "h")),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(parts, (pieces) => {
        const texts = pieces.map(([amount, unit]) => `${amount}${unit}`);
        const sum = texts.reduce((total, text) => total + parseDuration(text), 0);
        expect(parseDuration(texts.join(""))).toBe(sum);
      }),
    );
  });
});
