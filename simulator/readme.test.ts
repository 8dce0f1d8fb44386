import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const README = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
const SOURCES = ["recorded", "code", "documented", "reported", "assumed"];

const manners = README.split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => cells.length === 5 && cells[1] !== "manner" && !/^-+$/u.test(cells[1] ?? ""))
  .map(([, manner = "", source = "", file = ""]) => ({ manner, source, file }));

describe("the behaviour table", () => {
  test("is found", () => {
    expect(manners.length).toBeGreaterThan(70);
  });

  test.each(manners)("$manner", ({ source, file }) => {
    expect(SOURCES).toContain(source);
    const test = /^`(.+\.test\.ts)`$/u.exec(file)?.[1] ?? "";
    expect(existsSync(join(import.meta.dirname, test))).toBe(true);
    expect(test).not.toBe("");
  });
});
