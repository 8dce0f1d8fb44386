import { beforeAll, describe, expect, test } from "vitest";
import { Judge } from "./judge.ts";
import { describeMissingDocuments } from "./official-documents.ts";
import { RIGHT } from "./right-exchanges.ts";
import { WRONG_ANSWERS } from "./wrong-answers.ts";
import { WRONG_REQUESTS } from "./wrong-requests.ts";

const missing = describeMissingDocuments();

test("Azure's OpenAPI documents are there to be bitten with", ({ skip }) => {
  skip(missing !== undefined, missing);
  expect(missing).toBeUndefined();
});

describe.skipIf(missing !== undefined)("the judge", () => {
  let judge: Judge;

  beforeAll(async () => {
    judge = await Judge.load();
  });

  test.each(RIGHT)("lets pass: $name", async ({ exchange }) => {
    expect((await judge.judge(exchange)).faults).toEqual([]);
  });

  test.each(WRONG_REQUESTS)("refuses the request: $name", async ({ exchange, fault }) => {
    expect((await judge.judge(exchange)).faults).toContainEqual(expect.stringMatching(fault));
  });

  test.each(WRONG_ANSWERS)("refuses the answer: $name", async ({ exchange, fault }) => {
    expect((await judge.judge(exchange)).faults).toContainEqual(expect.stringMatching(fault));
  });
});
