import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { policyTree, policyWriting, writePolicy } from "../../test/support/policy-documents.ts";
import { POLICY_LAWS } from "../../test/support/policy-laws.ts";
import { canonicalForm } from "./canonical.ts";
import { checkPolicy } from "./check.ts";
import { readPolicyDocument } from "./document.ts";
import { mergePolicy } from "./merge.ts";
import type { PolicyStatements } from "./statements.ts";

const RUNS = { numRuns: 500 };
const NOISE_RUNS = { numRuns: 3_000 };

const source = fc
  .tuple(policyTree, policyWriting)
  .map(([tree, writing]) => writePolicy(tree, writing));

const statements: fc.Arbitrary<PolicyStatements> = fc.record(
  {
    resource: fc.constantFrom(
      "api://orders",
      "6dd8ab30-7d4b-4c1e-9e43-3c3a3b1c7a55",
      `api://a&b"<c>'`,
    ),
    clientId: fc.constantFrom("other", "c&d"),
    removeHeaders: fc.subarray(["Ocp-Apim-Subscription-Key", "X-Key"]),
    removeQueryParameters: fc.subarray(["subscription-key", "a&b"]),
  },
  { requiredKeys: ["resource", "removeHeaders", "removeQueryParameters"] },
);

describe("of documents that the service could hold", () => {
  test.each(Object.entries(POLICY_LAWS))("%s", (_name, law) => {
    fc.assert(
      fc.property(source, statements, (text, asked) => {
        const { found, wanted } = law(text, asked);
        expect(found).toEqual(wanted);
      }),
      RUNS,
    );
  });

  test("each is read, and merged unless it is in conflict", () => {
    fc.assert(
      fc.property(source, statements, (text, wanted) => {
        const codes = checkPolicy(text, wanted).findings.map(({ code }) => code);

        expect(readPolicyDocument(text).readable).toBe(true);
        expect(mergePolicy(text, wanted).outcome).toBe(
          codes.includes("identity-conflict") ? "conflict" : "merged",
        );
      }),
      RUNS,
    );
  });

  test("the escaped form is judged and merged like the raw form", () => {
    fc.assert(
      fc.property(policyTree, policyWriting, statements, (tree, writing, wanted) => {
        const raw = writePolicy(tree, { ...writing, form: "raw" });
        const escaped = writePolicy(tree, { ...writing, form: "escaped" });

        expect(judgement(escaped, wanted)).toEqual(judgement(raw, wanted));
        expect(canonicalForm(escaped)).toBe(canonicalForm(raw));
        expect(mergedForm(escaped, wanted)).toBe(mergedForm(raw, wanted));
      }),
      RUNS,
    );
  });
});

describe("of texts that are hardly documents", () => {
  const scraps = [
    ..."< > / = ' \" @ ) } & a".split(" "),
    " ",
    "\n",
    ...'@( @{ &quot; <!-- --> <![CDATA[ ]]> <? ?> /> </ $" // /* */ """'.split(" "),
    ..."<policies> </policies> <inbound> </inbound> <base/>".split(" "),
  ];
  const noise = fc
    .array(fc.constantFrom(...scraps), { maxLength: 40 })
    .map((pieces) => pieces.join(""));
  const inside = noise.map((text) => `<policies><inbound>${text}</inbound></policies>`);

  test.each(Object.entries(POLICY_LAWS))("%s", (_name, law) => {
    fc.assert(
      fc.property(fc.oneof(noise, inside), statements, (text, asked) => {
        const { found, wanted } = law(text, asked);
        expect(found).toEqual(wanted);
      }),
      NOISE_RUNS,
    );
  });
});

function judgement(text: string, wanted: PolicyStatements): unknown {
  const { findings, ...rest } = checkPolicy(text, wanted);
  return { ...rest, findings: findings.map(({ code }) => code).toSorted() };
}

function mergedForm(text: string, wanted: PolicyStatements): string {
  const result = mergePolicy(text, wanted);
  return result.outcome === "merged" ? canonicalForm(result.text) : result.outcome;
}
