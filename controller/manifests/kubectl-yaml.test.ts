import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { KUBECTL_YAML } from "./kubectl-yaml.ts";

// That kubectl reads them so is seen in test/cluster/resource/yaml.test.ts.
test.each([
  ["no", false],
  ["Yes", true],
  ["OFF", false],
  ["nO", "nO"],
  ["noon", "noon"],
  ['"no"', "no"],
  ["0310", 200],
  ["0778", 778],
  ["0b11", 3],
  ["-0x1F", -31],
  ["0b-1", -1],
  ["-0b-1", "-0b-1"],
  ["1_000", 1000],
  ["1_000.5", 1000.5],
  [".6_78", 0.678],
  [".6__78", ".6__78"],
  [".2_", ".2_"],
  ["1:30", "1:30"],
  ["6E4375", "6E4375"],
  ["203.0.113.0/24", "203.0.113.0/24"],
  ["1.0", 1],
  ["~", null],
])("%s is %j", (text, value) => {
  expect(parse(`a: ${text}`, KUBECTL_YAML)).toEqual({ a: value });
});

test("<< merges, and what stands beside it wins", () => {
  expect(parse("<<: { a: 1, b: 1 }\nb: 2", KUBECTL_YAML)).toEqual({ a: 1, b: 2 });
});

test("a manifest that is written for kubectl is read as it was", () => {
  const texts = ["no", "y", "0310", "1_000", "0b11", "1e3", "plain"];
  const written = stringify(texts, { compat: "yaml-1.1" });
  expect(parse(written, KUBECTL_YAML)).toEqual(texts);
});
