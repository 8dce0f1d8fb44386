import { describe, expect, test } from "vitest";
import { describeFound, describeProblem } from "./problem.ts";

describe("describeFound", () => {
  test.each([
    ["an absent value", undefined, "nothing"],
    ["null", null, "null"],
    ["text", 'a "b"\n', String.raw`"a \"b\"\n"`],
    ["a number", 1.5, "1.5"],
    ["a list", ["a", 1], '["a", 1]'],
    ["a map", { a: { b: [] } }, "{a: {b: []}}"],
    ["what lies too deep", { a: { b: { c: { d: 1 } } } }, "{a: {b: {c: {…}}}}"],
  ])("shows %s", (_what, value, shown) => {
    expect(describeFound(value)).toBe(shown);
  });

  test("cuts what is long", () => {
    const shown = describeFound("a".repeat(1000));
    expect(shown).toHaveLength(160);
    expect(shown).toMatch(/^"a+…$/);
  });
});

describe("describeProblem", () => {
  const problem = { found: '"Watch"', allowed: "one of Enforce, Observe", message: "is not known" };

  test("names field, finding and what is allowed", () => {
    expect(describeProblem({ ...problem, path: "spec.mode" })).toBe(
      'spec.mode: is not known (found: "Watch"; allowed: one of Enforce, Observe)',
    );
  });

  test("names the manifest where there is no field", () => {
    expect(describeProblem({ ...problem, path: "" })).toMatch(/^manifest: /);
  });
});

test("what is named like a secret is not shown", () => {
  expect(describeFound({ name: "orders", primaryKey: "5f0f5e6a" })).toBe(
    '{name: "orders", primaryKey: …}',
  );
});
