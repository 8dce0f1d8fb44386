import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { describeProblem } from "./problem.ts";
import { validateManifest } from "./validate.ts";

const EXAMPLES = new URL("../../../examples/", import.meta.url);
const EXPECTATION = /^# expect: (.+)$/m;

function manifestsIn(folder: URL): { name: string; text: string }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  return names.map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));
}

describe("examples", () => {
  const examples = manifestsIn(EXAMPLES);

  test("exist", () => {
    expect(examples.map(({ name }) => name)).toContain("orders.yaml");
  });

  test.each(examples)("$name is accepted", ({ text }) => {
    expect(validateManifest(parse(text))).toMatchObject({ ok: true });
  });

  test("every-field.yaml holds every field of the spec that can stand beside the others", () => {
    const everyField = examples.find(({ name }) => name === "every-field.yaml");
    const result = validateManifest(parse(everyField?.text ?? ""));
    expect(result.ok && result.object).toEqual(parse(everyField?.text ?? ""));
  });
});

describe("examples/invalid", () => {
  const examples = manifestsIn(new URL("invalid/", EXAMPLES));

  test("holds one file per mistake", () => {
    expect(examples.length).toBeGreaterThanOrEqual(14);
  });

  test.each(examples)("$name is refused with the message it expects", ({ text }) => {
    const expected = EXPECTATION.exec(text)?.[1];
    const result = validateManifest(parse(text));
    const messages = result.ok ? [] : result.problems.map(describeProblem);
    expect(expected).toBeTypeOf("string");
    expect(messages).toContainEqual(expect.stringContaining(expected ?? ""));
  });
});
