import { expect, test } from "vitest";
import { findStale } from "./stale.ts";

test("finds what differs and what is missing, and nothing else", () => {
  const generated = new Map([
    ["same", "1"],
    ["different", "2"],
    ["missing", "3"],
  ]);
  const present = new Map([
    ["same", "1"],
    ["different", "0"],
    ["unrelated", "4"],
  ]);
  expect(findStale(generated, (path) => present.get(path))).toEqual([
    ["different", "2"],
    ["missing", "3"],
  ]);
});
