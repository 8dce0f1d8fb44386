import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareResourceVersions } from "./resource-version.ts";

test("resource versions are ordered as the numbers they are, however big", () => {
  const number = fc.bigInt({ min: 0n, max: 2n ** 80n });
  fc.assert(
    fc.property(number, number, (a, b) => {
      const order = compareResourceVersions(String(a), String(b));
      expect(Math.sign(order ?? Number.NaN)).toBe(a < b ? -1 : Number(a > b));
    }),
  );
});

test.for([
  ["abc", "1"],
  ["1", "01"],
  ["1", "-1"],
  ["1", "1.5"],
  ["", "1"],
  [undefined, "1"],
])("%s and %s cannot be told apart", ([a, b]) => {
  expect(compareResourceVersions(a, b)).toBeUndefined();
  expect(compareResourceVersions(b, a)).toBeUndefined();
});
