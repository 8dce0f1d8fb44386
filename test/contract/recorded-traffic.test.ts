import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTraffic } from "./recorded-traffic.ts";
import { POLICY_GET, POLICY_PUT } from "./sample-exchanges.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sfb-traffic-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("exchanges that several simulators had are judged once", () => {
  const [get, put] = [JSON.stringify(POLICY_GET), JSON.stringify(POLICY_PUT)];
  writeFileSync(join(folder, "one.jsonl"), `${get}\n${put}\n`);
  writeFileSync(join(folder, "two.jsonl"), `${get}\n`);
  expect(readTraffic(folder)).toEqual([POLICY_GET, POLICY_PUT]);
});

test.each([
  ["nothing was recorded", () => folder],
  ["nobody recorded", () => undefined],
])("a gate with nothing to judge does not pass: %s", (_why, where) => {
  expect(() => readTraffic(where())).toThrow("No traffic was recorded");
});
