import { describe, expect, test } from "vitest";
import { summaryOf, type ReportedFile } from "./summary-reporter.ts";

type State = "passed" | "failed" | "skipped";

function file(states: readonly State[], state = states.includes("failed") ? "failed" : "passed") {
  const tests = states.map((each) => ({ result: () => ({ state: each }) }));
  return { state: () => state, children: { allTests: () => tests } } as ReportedFile;
}

describe("the line that ends a run", () => {
  test.each([
    ["nothing ran", [], [], "0 passed, 0 failed"],
    ["all passed", [file(["passed", "passed"]), file(["passed"])], [], "3 passed, 0 failed"],
    ["one failed", [file(["passed", "failed"])], [], "1 passed, 1 failed"],
    ["one skipped", [file(["passed", "skipped"])], [], "1 passed, 0 failed, 1 skipped"],
    ["a file did not load", [file([], "failed"), file(["passed"])], [], "1 passed, 1 failed"],
    ["an error outside of tests", [file(["passed"])], [new Error("late")], "1 passed, 1 failed"],
  ])("%s", (_situation, files, errors, line) => {
    expect(summaryOf(files, errors)).toBe(line);
  });
});
