import { beforeAll, describe, expect, test } from "vitest";
import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import { DeclaredValues } from "./declared-values.ts";
import { Judge } from "./judge.ts";
import { describeMissingDocuments } from "./official-documents.ts";
import { OfficialValidator } from "./official-validator.ts";
import {
  IDENTITY_PATCH,
  POLICY_DELETE,
  POLICY_GET,
  POLICY_PUT,
  settings,
  SETTINGS_PUT,
} from "./sample-exchanges.ts";

interface Case {
  readonly name: string;
  readonly exchange: RecordedExchange;
}
type WrongCase = Case & { readonly fault: RegExp };

const POLICY_ANSWER = POLICY_GET.responseBody as Record<string, unknown>;
const IN_SOMEBODYS_NAME = { userAgent: "node" };

function withUrl(exchange: RecordedExchange, from: string | RegExp, to: string): RecordedExchange {
  return { ...exchange, url: exchange.url.replace(from, to) };
}

const RIGHT: readonly Case[] = [
  { name: "a policy read", exchange: POLICY_GET },
  { name: "a policy written", exchange: POLICY_PUT },
  { name: "a policy deleted", exchange: POLICY_DELETE },
  { name: "an identity switched on", exchange: IDENTITY_PATCH },
  { name: "settings written", exchange: SETTINGS_PUT },
  {
    name: "letter case of a path",
    exchange: withUrl(POLICY_GET, "resourceGroups", "RESOURCEGROUPS"),
  },
  {
    name: "null in an answer",
    exchange: { ...POLICY_GET, responseBody: { ...POLICY_ANSWER, name: null } },
  },
  {
    name: "an unknown member that was read before",
    exchange: {
      ...SETTINGS_PUT,
      requestBody: settings({ unheardOf: { a: 1 } }),
      readBefore: settings({ unheardOf: { a: 1 } }),
    },
  },
  {
    name: "somebody else's wrong request",
    exchange: { ...POLICY_PUT, ...IN_SOMEBODYS_NAME, requestBody: { valu: 1 } },
  },
  {
    name: "an answer that a fault made up",
    exchange: { ...POLICY_GET, responseBody: { whatever: 1 }, isInjected: true },
  },
  {
    name: "an operation exempted by name",
    exchange: withUrl(
      POLICY_GET,
      /\/apis.*$/u,
      "/providers/Microsoft.ManagedIdentity/identities/default?api-version=2023-01-31",
    ),
  },
  {
    name: "somebody else's misspelt path, refused at the front door",
    exchange: {
      ...withUrl(POLICY_GET, "/apis/", "/apees/"),
      ...IN_SOMEBODYS_NAME,
      status: 404,
      responseBody: { error: { code: "InvalidResourceType", message: "" } },
    },
  },
];

const WRONG_REQUESTS: readonly WrongCase[] = [
  {
    name: "a misspelt path",
    exchange: withUrl(POLICY_GET, "/apis/", "/apees/"),
    fault: /know no such operation/,
  },
  {
    name: "another API version",
    exchange: withUrl(POLICY_GET, "2024-05-01", "2099-05-01"),
    fault: /know no such operation/,
  },
  {
    name: "a method that a path does not have",
    exchange: { ...POLICY_GET, method: "POST" },
    fault: /know no such operation/,
  },
  {
    name: "a subscription that is no UUID",
    exchange: withUrl(POLICY_GET, /subscriptions\/[^/]+/u, "subscriptions/mine"),
    fault: /request: INVALID_FORMAT/,
  },
  {
    name: "a policy of another name",
    exchange: withUrl(POLICY_GET, "policies/policy", "policies/mine"),
    fault: /request: UNDECLARED_VALUE: policyId is mine/,
  },
  {
    name: "a format that cannot be asked for",
    exchange: withUrl(POLICY_GET, "format=rawxml", "format=json"),
    fault: /request: UNDECLARED_VALUE: format is json/,
  },
  {
    name: "a misspelt query parameter",
    exchange: withUrl(POLICY_GET, "format=", "fromat="),
    fault: /request: UNDECLARED_QUERY_PARAMETER: .*fromat/,
  },
  {
    name: "a policy without text",
    exchange: { ...POLICY_PUT, requestBody: { properties: { format: "rawxml" } } },
    fault: /request: OBJECT_MISSING_REQUIRED_PROPERTY.*value/,
  },
  {
    name: "a format that cannot be sent",
    exchange: { ...POLICY_PUT, requestBody: { properties: { format: "raw-xml", value: "" } } },
    fault: /request: UNDECLARED_VALUE at \/properties\/format/,
  },
  {
    name: "a policy deleted without If-Match",
    exchange: { ...POLICY_DELETE, requestHeaders: {} },
    fault: /request: MISSING_REQUIRED_PARAMETER.*if-match/,
  },
  {
    name: "an identity of an unheard-of type",
    exchange: { ...IDENTITY_PATCH, requestBody: { identity: { type: "System" } } },
    fault: /request: UNDECLARED_VALUE at \/identity\/type/,
  },
  {
    name: "an identity without a type",
    exchange: { ...IDENTITY_PATCH, requestBody: { identity: {} } },
    fault: /request: OBJECT_MISSING_REQUIRED_PROPERTY.*type/,
  },
  {
    name: "an identity with ids that only the service sets",
    exchange: {
      ...IDENTITY_PATCH,
      requestBody: {
        identity: { type: "SystemAssigned", principalId: "44444444-4444-4444-8444-444444444444" },
      },
    },
    fault: /request: READONLY_PROPERTY_NOT_ALLOWED_IN_REQUEST/,
  },
  {
    name: "an action in another letter case",
    exchange: {
      ...SETTINGS_PUT,
      requestBody: settings({ globalValidation: { unauthenticatedClientAction: "return401" } }),
    },
    fault: /request: ENUM_CASE_MISMATCH/,
  },
  {
    name: "a string for a boolean",
    exchange: { ...SETTINGS_PUT, requestBody: settings({ platform: { enabled: "true" } }) },
    fault: /request: INVALID_TYPE at \/properties\/platform\/enabled/,
  },
  {
    name: "an unknown member that nobody read",
    exchange: { ...SETTINGS_PUT, requestBody: settings({ unheardOf: 1 }) },
    fault: /request: OBJECT_ADDITIONAL_PROPERTIES at \/properties\/unheardOf/,
  },
  {
    name: "an unknown member that was read with another value",
    exchange: {
      ...SETTINGS_PUT,
      requestBody: settings({ unheardOf: 1 }),
      readBefore: settings({ unheardOf: 2 }),
    },
    fault: /request: OBJECT_ADDITIONAL_PROPERTIES at \/properties\/unheardOf/,
  },
  {
    name: "an unknown member of null that nobody read",
    exchange: { ...SETTINGS_PUT, requestBody: settings({ unheardOf: null }) },
    fault: /request: OBJECT_ADDITIONAL_PROPERTIES at \/properties\/unheardOf/,
  },
  {
    name: "If-Match where the service knows no ETags",
    exchange: { ...SETTINGS_PUT, requestHeaders: { "if-match": '"1"' } },
    fault: /request: UNDECLARED_HEADER: .*if-match/,
  },
  {
    name: "a wrong request that got no answer",
    exchange: { ...IDENTITY_PATCH, requestBody: { identity: { type: 1 } } },
    fault: /request: INVALID_TYPE at \/identity\/type/,
  },
];

const WRONG_ANSWERS: readonly WrongCase[] = [
  {
    name: "an unknown member",
    exchange: { ...POLICY_GET, responseBody: { ...POLICY_ANSWER, etag: "1" } },
    fault: /answer 200: OBJECT_ADDITIONAL_PROPERTIES at \/etag/,
  },
  {
    name: "a number for a string",
    exchange: { ...POLICY_GET, responseBody: { ...POLICY_ANSWER, name: 1 } },
    fault: /answer 200: INVALID_TYPE at \/name/,
  },
  {
    name: "a policy without text",
    exchange: { ...POLICY_GET, responseBody: { ...POLICY_ANSWER, properties: {} } },
    fault: /answer 200: OBJECT_MISSING_REQUIRED_PROPERTY/,
  },
  {
    name: "a success that is not declared",
    exchange: { ...POLICY_PUT, status: 202 },
    fault: /answer 202: INVALID_RESPONSE_CODE/,
  },
  {
    name: "an error of another form",
    exchange: { ...POLICY_GET, status: 404, responseBody: { error: "not found" } },
    fault: /answer 404: INVALID_TYPE at \/error/,
  },
  {
    name: "an answer to somebody else",
    exchange: {
      ...POLICY_GET,
      ...IN_SOMEBODYS_NAME,
      responseBody: { ...POLICY_ANSWER, etag: "1" },
    },
    fault: /answer 200: OBJECT_ADDITIONAL_PROPERTIES at \/etag/,
  },
  {
    name: "an answer of an operation that nobody knows",
    exchange: { ...withUrl(POLICY_GET, "/apis/", "/apees/"), ...IN_SOMEBODYS_NAME },
    fault: /know no such operation/,
  },
];

const missing = describeMissingDocuments();

test("Azure's OpenAPI documents are there to be bitten with", ({ skip }) => {
  skip(missing !== undefined, missing);
  expect(missing).toBeUndefined();
});

describe.skipIf(missing !== undefined)("the judge", () => {
  let judge: Judge;

  beforeAll(async () => {
    judge = new Judge(await OfficialValidator.load(), DeclaredValues.load());
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
