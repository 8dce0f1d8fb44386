import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

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
const MEGABYTE = `<policies><inbound>\n${STATEMENT.repeat(2 ** 20 / STATEMENT.length)}</inbound></policies>`;

/** Per second; far below what a slow machine does, far above what a quadratic reading does. */
const LEAST_RUNS = 1;

type Run = () => void;

// Documents per second are 500 times the runs per second.
describe(`${DOCUMENTS.length} generated documents of ${kilobytes(DOCUMENTS.join(""))} kB together`, () => {
  test.for<[string, Run]>([
    ["check", () => DOCUMENTS.forEach((text) => checkPolicy(text, STATEMENTS))],
    ["merge", () => DOCUMENTS.forEach((text) => mergePolicy(text, STATEMENTS))],
  ])("%s", async ([name, run], { bench }) => {
    const { throughput } = await bench(name, run).run();

    expect(throughput.mean).toBeGreaterThan(LEAST_RUNS);
  });
});

// Megabytes per second are the runs per second.
describe("a document of 1 MB", () => {
  test.for<[string, Run]>([
    ["check", () => checkPolicy(MEGABYTE, STATEMENTS)],
    ["merge", () => mergePolicy(MEGABYTE, STATEMENTS)],
    ["canonical form", () => canonicalForm(MEGABYTE)],
  ])("%s", async ([name, run], { bench }) => {
    const { throughput } = await bench(name, run).run();

    expect(throughput.mean).toBeGreaterThan(LEAST_RUNS);
  });
});

function kilobytes(text: string): number {
  return Math.round(Buffer.byteLength(text) / 1024);
}
