import * as fc from "fast-check";
import { expect, test } from "vitest";

import { canonicalForm } from "../../controller/policy/canonical.ts";
import { checkPolicy } from "../../controller/policy/check.ts";
import { mergePolicy } from "../../controller/policy/merge.ts";
import type { PolicyStatements } from "../../controller/policy/statements.ts";
import { policyTree, policyWriting, writePolicy } from "../support/policy-documents.ts";

const STATEMENTS: PolicyStatements = {
  resource: "api://orders",
  removeHeaders: ["Ocp-Apim-Subscription-Key"],
  removeQueryParameters: ["subscription-key"],
};

const DOCUMENTS = fc
  .sample(fc.tuple(policyTree, policyWriting), { numRuns: 500, seed: 1 })
  .map(([tree, writing]) => writePolicy(tree, writing));
const STATEMENT = `<set-variable name="a" value="@(context.Request.Body.As<JObject>()["b"] != null && true)" />\n`;
const MEGABYTE = documentOf(2 ** 20);
const QUARTER = documentOf(2 ** 18);

/** What a merge may cost beside a check: it reads the document again after it has edited it. */
const MOST_FOR_A_MERGE = 20;
/** Four times the text may take a little more than four times as long; a quadratic reading takes 16 times. */
const MOST_FOR_FOUR_TIMES = 10;

// Documents per second are 500 times the runs per second.
test(`${DOCUMENTS.length} generated documents of ${kilobytes(DOCUMENTS.join(""))} kB together`, async ({
  bench,
}) => {
  const check = await bench("check", () =>
    DOCUMENTS.forEach((text) => checkPolicy(text, STATEMENTS))).run();
  const merge = await bench("merge", () =>
    DOCUMENTS.forEach((text) => mergePolicy(text, STATEMENTS))).run();

  expect(check.throughput.mean / merge.throughput.mean).toBeLessThan(MOST_FOR_A_MERGE);
});

// Megabytes per second are the runs per second of the larger document.
test.for<[string, (text: string) => unknown]>([
  ["check", (text) => checkPolicy(text, STATEMENTS)],
  ["merge", (text) => mergePolicy(text, STATEMENTS)],
  ["canonical form", canonicalForm],
])("%s of a document of 1 MB and of a quarter of it", async ([name, read], { bench }) => {
  const whole = await bench(`${name}, 1 MB`, () => void read(MEGABYTE)).run();
  const quarter = await bench(`${name}, 256 kB`, () => void read(QUARTER)).run();

  expect(quarter.throughput.mean / whole.throughput.mean).toBeLessThan(MOST_FOR_FOUR_TIMES);
});

function documentOf(bytes: number): string {
  return `<policies><inbound>\n${STATEMENT.repeat(bytes / STATEMENT.length)}</inbound></policies>`;
}

function kilobytes(text: string): number {
  return Math.round(Buffer.byteLength(text) / 1024);
}
