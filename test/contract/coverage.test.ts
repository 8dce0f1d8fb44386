import { describe, expect, test } from "vitest";
import { coverageTable, statusesMet, timesPlayed, unlistedOperations } from "./coverage.ts";
import type { Judgement } from "./judge.ts";
import { POLICY_GET } from "./sample-exchanges.ts";

const OPERATION = { operation: "ApiPolicy_Get", successes: [200] };

function judged(
  exchange: Partial<Judgement["exchange"]> = {},
  operation = OPERATION.operation,
): Judgement {
  return { exchange: { ...POLICY_GET, ...exchange }, operation, faults: [], allowances: [] };
}

function refused(status: number, code: string, headers: Record<string, string> = {}): Judgement {
  return judged({ status, responseHeaders: headers, responseBody: { error: { code } } });
}

describe("the statuses that the controller met", () => {
  test("are each named once, in order", () => {
    const judgements = [judged({ status: 404 }), judged(), judged({ status: 404 })];
    expect(statusesMet(OPERATION, judgements)).toEqual([200, 404]);
  });

  test.each([
    ["somebody else's", judged({ userAgent: "node" })],
    ["another operation's", judged({}, "Policy_Get")],
  ])("are not %s", (_whose, judgement) => {
    expect(statusesMet(OPERATION, [judgement])).toEqual([]);
  });
});

test("an operation of the controller that is not on the list is named, once", () => {
  const judgements = [judged(), judged({}, "Api_Delete"), judged({ status: 204 }, "Api_Delete")];
  expect(unlistedOperations(judgements)).toEqual(["Api_Delete"]);
  expect(unlistedOperations([judged({ userAgent: "node" }, "Api_Delete")])).toEqual([]);
});

describe("a failure was played", () => {
  const failure = { operation: /^ApiPolicy_/u, status: 429, code: "Throttled" };

  test.each([
    ["with its status and code", failure, refused(429, "Throttled"), 1],
    ["not with another code", failure, refused(429, "Conflict"), 0],
    ["not with another status", failure, refused(409, "Throttled"), 0],
    ["not by another operation", { ...failure, operation: /^Api_/u }, refused(429, "Throttled"), 0],
    [
      "with Retry-After where that matters",
      { ...failure, retryAfter: true },
      refused(429, "Throttled", { "retry-after": "1" }),
      1,
    ],
    ["not without it then", { ...failure, retryAfter: true }, refused(429, "Throttled"), 0],
    [
      "nor with it where it must be absent",
      { ...failure, retryAfter: false },
      refused(429, "Throttled", { "retry-after": "1" }),
      0,
    ],
    [
      "in Microsoft.Web's own form",
      failure,
      judged({ status: 429, responseBody: { Code: "Throttled" } }),
      1,
    ],
  ])("%s", (_how, wanted, judgement, times) => {
    expect(timesPlayed(wanted, [judgement])).toBe(times);
  });
});

test("the table shows what the controller got beside what anybody got", () => {
  const table = coverageTable([judged(), judged({ userAgent: "node", status: 404 })]);
  expect(table).toMatch(/^ApiPolicy_Get +200 +200 404$/mu);
  expect(table).toMatch(/^404 ResourceNotFound +Api_Get +0$/mu);
  expect(table).toMatch(/^2 distinct exchanges, 1 operations$/mu);
});
