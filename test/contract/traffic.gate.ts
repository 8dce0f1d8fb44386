import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANSWER_ALLOWANCES, REQUEST_ALLOWANCES } from "./allowances.ts";
import { CONTROLLER_OPERATIONS } from "./controller-operations.ts";
import { coverageTable, statusesMet, timesPlayed, unlistedOperations } from "./coverage.ts";
import { Judge, type Judgement } from "./judge.ts";
import { describeMissingDocuments, GRAPH_DOCUMENT, readDocument } from "./official-documents.ts";
import { readTraffic } from "./recorded-traffic.ts";
import { SIMULATED_FAILURES } from "./simulated-failures.ts";

const missing = describeMissingDocuments();

test("Azure's OpenAPI documents are there", ({ skip }) => {
  if (missing !== undefined) console.warn(missing);
  skip(missing !== undefined, missing);
  expect(readDocument(GRAPH_DOCUMENT)).toHaveProperty("paths");
});

describe.skipIf(missing !== undefined)("the traffic of the whole run", () => {
  let judgements: readonly Judgement[] = [];

  beforeAll(async () => {
    const judge = await Judge.load();
    const traffic = readTraffic(process.env["SFB_RECORD_TRAFFIC"]);
    judgements = await Promise.all(traffic.map((exchange) => judge.judge(exchange)));
  });

  afterAll(() => console.log(`The contract with Azure\n\n${coverageTable(judgements)}`));

  test("fits the documents", () => {
    expect([...new Set(judgements.flatMap(({ faults }) => faults))]).toEqual([]);
  });

  test.each(CONTROLLER_OPERATIONS)(
    "holds what the controller does with $operation",
    (operation) => {
      expect(statusesMet(operation, judgements)).toEqual(
        expect.arrayContaining([...operation.successes]),
      );
    },
  );

  test("holds no operation of the controller that is not on the list", () => {
    expect(unlistedOperations(judgements)).toEqual([]);
  });

  test.each(SIMULATED_FAILURES)("holds $status $code of $operation", (failure) => {
    expect(timesPlayed(failure, judgements)).toBeGreaterThan(0);
  });

  test.each([...REQUEST_ALLOWANCES, ...ANSWER_ALLOWANCES])(
    "needs the allowance for $operations $pointer",
    (allowance) => {
      expect(judgements.some(({ allowances }) => allowances.includes(allowance))).toBe(true);
    },
  );
});
