import type { Fault } from "./faults.ts";

/**
 * Answers of the real services that go with no state of the simulator, ready to be injected. The
 * bodies are as recorded or reported.
 */
export const KNOWN_FAULTS = {
  /** App Service while it works on the same site: 429 without `Retry-After`, connection closed. */
  siteLockedExclusively: {
    status: 429,
    headers: { connection: "close" },
    body: {
      Code: "429",
      Message:
        "Cannot acquire exclusive lock to create, update or delete this site. Retry the request later.",
      Target: null,
      Details: [{ ErrorEntity: { ExtendedCode: "59206", Code: "429" } }],
      Innererror: null,
    },
  },
  /** API Management while the instance is being updated. */
  managementApiRequestFailed: {
    status: 422,
    body: {
      error: {
        code: "ManagementApiRequestFailed",
        message: "Request to the management API failed. Please try again later.",
        details: null,
      },
    },
  },
  /** API Management while another write of the same API runs. */
  pessimisticConcurrencyConflict: {
    status: 409,
    body: {
      error: {
        code: "PessimisticConcurrencyConflict",
        message: "Operation on the API is in progress",
        details: null,
      },
    },
  },
  /** ARM when the provider did not answer in time; the write may be done. */
  gatewayTimeout: {
    status: 504,
    headers: { "x-ms-failure-cause": "service" },
    body: {
      error: {
        code: "GatewayTimeout",
        message:
          "The gateway did not receive a response from 'Microsoft.Web' within the specified time period.",
      },
    },
  },
  /** Microsoft Graph's throttling; identity services may leave `Retry-After` out. */
  graphThrottled: { status: 429, headers: { "retry-after": "10" }, body: graphThrottling() },
  graphThrottledWithoutRetryAfter: { status: 429, body: graphThrottling() },
  serverTimeout: {
    status: 503,
    body: { error: { code: "ServerTimeout", message: "The request timed out." } },
  },
} as const satisfies Readonly<Record<string, Fault>>;

function graphThrottling() {
  return {
    error: {
      code: "TooManyRequests",
      message: "Too many requests.",
      innerError: { date: "2026-01-01T00:00:00" },
    },
  };
}
