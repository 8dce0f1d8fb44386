import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  classifyAnswer,
  classifyFailure,
  type AzureErrorReason,
  type ErrorClass,
  type FailedAnswer,
} from "./errors.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

function answered(overrides: Partial<FailedAnswer> = {}): FailedAnswer {
  return { request: "PUT /subscriptions/s/x", status: 500, body: undefined, ...overrides };
}

interface Row {
  readonly signal: string;
  readonly status: number;
  readonly code?: string;
  readonly reason: AzureErrorReason;
  readonly errorClass: ErrorClass;
  /** What the message tells the reader to do. */
  readonly remedy: RegExp;
}

const again = /tried again/;

const ROWS: readonly Row[] = [
  { signal: "throttled", status: 429, reason: "Throttled", errorClass: "Wait", remedy: again },
  {
    signal: "the service is being changed",
    status: 409,
    code: "PessimisticConcurrencyConflict",
    reason: "GatewayBusy",
    errorClass: "Wait",
    remedy: again,
  },
  {
    signal: "the service is being updated",
    status: 422,
    code: "ManagementApiRequestFailed",
    reason: "GatewayBusy",
    errorClass: "Wait",
    remedy: again,
  },
  {
    signal: "the service is in transition",
    status: 409,
    code: "ServiceInTransition",
    reason: "GatewayBusy",
    errorClass: "Wait",
    remedy: again,
  },
  {
    signal: "some other conflict",
    status: 409,
    code: "Conflict",
    reason: "GatewayBusy",
    errorClass: "Wait",
    remedy: again,
  },
  {
    signal: "a lock, which does not go by itself although it is a 409",
    status: 409,
    code: "ScopeLocked",
    reason: "ScopeLocked",
    errorClass: "Terminal",
    remedy: /Remove the ARM lock/,
  },
  {
    signal: "a right is missing",
    status: 403,
    code: "AuthorizationFailed",
    reason: "PermissionMissing",
    errorClass: "Permission",
    remedy: /Grant the operator's identity/,
  },
  {
    signal: "Azure Policy, which is no missing right although it is a 403",
    status: 403,
    code: "RequestDisallowedByPolicy",
    reason: "PolicyDenied",
    errorClass: "Terminal",
    remedy: /Exempt the resource/,
  },
  {
    signal: "a lost race",
    status: 412,
    reason: "StaleRead",
    errorClass: "BackOff",
    remedy: /merged again/,
  },
  {
    signal: "a document that Azure refuses",
    status: 400,
    code: "ValidationError",
    reason: "PolicyRejected",
    errorClass: "Terminal",
    remedy: /correct what it names/,
  },
  {
    signal: "a body that Azure refuses",
    status: 400,
    code: "InvalidIdentityValues",
    reason: "RequestRejected",
    errorClass: "Terminal",
    remedy: /what it wants/,
  },
  {
    signal: "nothing there",
    status: 404,
    code: "ResourceNotFound",
    reason: "TargetNotFound",
    errorClass: "Terminal",
    remedy: /correct the name/,
  },
  {
    signal: "the operator's token is not accepted",
    status: 401,
    reason: "CredentialUnavailable",
    errorClass: "BackOff",
    remedy: /check its tenant/,
  },
  {
    signal: "a time-out",
    status: 504,
    code: "GatewayTimeout",
    reason: "AzureTimeout",
    errorClass: "BackOff",
    remedy: again,
  },
  {
    signal: "a time-out on our side",
    status: 408,
    reason: "AzureTimeout",
    errorClass: "BackOff",
    remedy: again,
  },
  {
    signal: "a server error",
    status: 503,
    code: "ServerTimeout",
    reason: "AzureUnavailable",
    errorClass: "BackOff",
    remedy: again,
  },
  {
    signal: "a code that is also a member of every JavaScript object",
    status: 404,
    code: "constructor",
    reason: "TargetNotFound",
    errorClass: "Terminal",
    remedy: /correct the name/,
  },
];

const FORMS = [
  {
    form: "ARM's form",
    bodyOf: (code: string | undefined) => ({
      error: { code, message: "In Azure's words", details: null },
    }),
  },
  {
    form: "Microsoft.Web's form",
    bodyOf: (code: string | undefined) => ({
      Code: code,
      Message: "In Azure's words",
      Details: [],
    }),
  },
];

describe.each(FORMS)("classifyAnswer, $form", ({ bodyOf }) => {
  test.each(ROWS)("$status $code: $signal", ({ status, code, reason, errorClass, remedy }) => {
    const error = classifyAnswer(answered({ status, body: bodyOf(code) }), NOW);
    expect(error).toMatchObject({ reason, errorClass, status });
    expect(error.message).toMatch(/^PUT \/subscriptions\/s\/x answered \d+ \(.*In Azure's words/);
    expect(error.message).toMatch(remedy);
  });
});

describe("classifyAnswer", () => {
  test("says the details too: they name the line of a policy", () => {
    const body = {
      error: {
        code: "ValidationError",
        message: "One or more fields contain incorrect values:",
        details: [
          { message: "Error in element 'set-header' on line 19, column 7" },
          { code: "x" },
          1,
        ],
      },
    };
    const { message } = classifyAnswer(answered({ status: 400, body }), NOW);
    expect(message).toContain(
      "incorrect values: Error in element 'set-header' on line 19, column 7.",
    );
  });

  test.each([
    { name: "an error page", body: "<html>secret</html>" },
    { name: "a list", body: ["secret"] },
    { name: "nothing", body: undefined },
    { name: "a code and a message of other types", body: { error: { code: 1, message: {} } } },
  ])("ignores a body that is no error document: $name", ({ body }) => {
    const { message } = classifyAnswer(answered({ status: 502, body }), NOW);
    expect(message).toBe("PUT /subscriptions/s/x answered 502. It is tried again.");
  });

  test.each([
    { header: undefined, inMs: undefined, reason: "absent" },
    { header: "17", inMs: 17_000, reason: "seconds" },
    { header: "0", inMs: 0, reason: "at once" },
    { header: "-3", inMs: 0, reason: "no time is in the past" },
    { header: "Thu, 01 Jan 2026 00:01:00 GMT", inMs: 60_000, reason: "an HTTP date" },
    { header: "Wed, 31 Dec 2025 23:00:00 GMT", inMs: 0, reason: "a date that has passed" },
    { header: "soon", inMs: undefined, reason: "garbage" },
    { header: "", inMs: undefined, reason: "an empty header says nothing, not: at once" },
    { header: "1e999", inMs: undefined, reason: "no end" },
  ])("Retry-After $header: $reason", ({ header, inMs }) => {
    const error = classifyAnswer(answered({ status: 429, retryAfter: header }), NOW);
    expect(error.retryAfterInMs).toBe(inMs);
  });
});

describe("classifyFailure", () => {
  function named(name: string, message: string, code?: string): Error {
    return Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });
  }

  test.each<{ cause: unknown; reason: AzureErrorReason; says: RegExp }>([
    { cause: named("AbortError", "aborted"), reason: "AzureTimeout", says: /no answer in time/ },
    { cause: named("TimeoutError", "time"), reason: "AzureTimeout", says: /no answer in time/ },
    {
      cause: named("RestError", "getaddrinfo ENOTFOUND", "ENOTFOUND"),
      reason: "AzureUnavailable",
      says: /ENOTFOUND/,
    },
    { cause: "a text", reason: "AzureUnavailable", says: /a text/ },
    {
      cause: named("CredentialUnavailableError", "no federated token"),
      reason: "CredentialUnavailable",
      says: /AZURE_CLIENT_ID/,
    },
    {
      cause: named("AggregateAuthenticationError", "all failed"),
      reason: "CredentialUnavailable",
      says: /az login/,
    },
  ])("$cause", ({ cause, reason, says }) => {
    const error = classifyFailure("GET /x", cause);
    expect(error).toMatchObject({ reason, errorClass: "BackOff" });
    expect(error.message).toMatch(says);
  });

  test("what is classified stays as it is", () => {
    const error = classifyAnswer(answered(), NOW);
    expect(classifyFailure("GET /x", error)).toBe(error);
  });

  test("Entra's code is kept, however long the chain of credentials that were tried before", () => {
    const tried = "EnvironmentCredential is unavailable. No environment configured. ".repeat(20);
    const cause = named("AggregateAuthenticationError", `${tried}\nAADSTS500011: no principal`);
    expect(classifyFailure("audience a", cause).message).toContain("AADSTS500011: no principal");
  });
});

test("no token gets into a message, wherever it came from", () => {
  const base64url = fc.stringMatching(/^[\w-]{8,40}$/);
  const token = fc
    .tuple(base64url, base64url, base64url)
    .map(([a, b, c]) => `eyJ${a}.eyJ${b}.${c}`);
  fc.assert(
    fc.property(token, fc.string(), (secret, text) => {
      const message = `${text} Bearer ${secret} ${text}`;
      const cause = Object.assign(new Error(message), { name: "AuthenticationError" });
      for (const error of [
        classifyAnswer(answered({ status: 401, body: { error: { code: "x", message } } }), NOW),
        classifyFailure("GET /x", cause),
        classifyFailure("GET /x", new Error(message)),
      ]) {
        expect(error.message).not.toContain(secret);
        expect(error.message).toContain("(token)");
      }
    }),
  );
});
