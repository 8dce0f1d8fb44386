import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";

const GROUP = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/shop";
const SERVICE = `${GROUP}/providers/Microsoft.ApiManagement/service/contoso-apim`;
const POLICY = `${SERVICE}/apis/orders/policies/policy`;
const SETTINGS = `${GROUP}/providers/Microsoft.Web/sites/orders-func/config/authsettingsV2`;

const FROM_CONTROLLER = {
  listener: "arm",
  principal: "operator",
  userAgent: "secured-function-backend azsdk-js-arm-apimanagement/10.0.0",
  isInjected: false,
} as const;
const JSON_BODY = { "content-type": "application/json" } as const;

/** Exchanges of the controller that are as the documents want them, to be spoilt by tests. */
export const POLICY_GET: RecordedExchange = {
  ...FROM_CONTROLLER,
  method: "GET",
  url: `${POLICY}?format=rawxml&api-version=2024-05-01`,
  requestHeaders: { accept: "application/json" },
  status: 200,
  responseHeaders: { ...JSON_BODY, etag: '"1"' },
  responseBody: {
    id: POLICY,
    type: "Microsoft.ApiManagement/service/apis/policies",
    name: "policy",
    properties: { format: "rawxml", value: "<policies />" },
  },
};

export const POLICY_PUT: RecordedExchange = {
  ...POLICY_GET,
  method: "PUT",
  url: `${POLICY}?api-version=2024-05-01`,
  requestHeaders: { ...JSON_BODY, "if-match": '"1"' },
  requestBody: { properties: { format: "rawxml", value: "<policies />" } },
};

export const POLICY_DELETE: RecordedExchange = {
  ...FROM_CONTROLLER,
  method: "DELETE",
  url: `${POLICY}?api-version=2024-05-01`,
  requestHeaders: { "if-match": '"1"' },
  status: 204,
  responseHeaders: {},
};

export const IDENTITY_PATCH: RecordedExchange = {
  ...FROM_CONTROLLER,
  method: "PATCH",
  url: `${SERVICE}?api-version=2024-05-01`,
  requestHeaders: { ...JSON_BODY },
  requestBody: { identity: { type: "SystemAssigned" } },
};

export const SETTINGS_PUT: RecordedExchange = {
  ...FROM_CONTROLLER,
  method: "PUT",
  url: `${SETTINGS}?api-version=2025-05-01`,
  requestHeaders: { ...JSON_BODY },
  requestBody: settings({}),
  readBefore: settings({}),
};

export const APPLICATION_UPSERT: RecordedExchange = {
  ...FROM_CONTROLLER,
  listener: "graph",
  method: "PATCH",
  url: "/v1.0/applications(uniqueName='sfb-1')",
  requestHeaders: { ...JSON_BODY, prefer: "create-if-missing" },
  requestBody: { displayName: "orders", api: { requestedAccessTokenVersion: 2 } },
  status: 201,
  responseHeaders: { ...JSON_BODY },
  responseBody: {
    "@odata.context": "#applications/$entity",
    id: "1",
    appId: "2",
    deletedDateTime: null,
  },
};

/** Authentication settings as they are sent and answered, with some properties replaced. */
export function settings(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    properties: {
      platform: { enabled: true },
      globalValidation: { requireAuthentication: true, unauthenticatedClientAction: "Return401" },
      ...properties,
    },
  };
}

/** An exchange to be judged, with what it is about. */
export interface Sample {
  readonly name: string;
  readonly exchange: RecordedExchange;
}

/** A sample with something wrong, and how the judge should say so. */
export interface WrongSample extends Sample {
  readonly fault: RegExp;
}

/** Makes an exchange one of a program that is not the controller. */
export const IN_SOMEBODYS_NAME = { userAgent: "node" } as const;

/** An exchange at another address. */
export function withUrl(
  exchange: RecordedExchange,
  from: string | RegExp,
  to: string,
): RecordedExchange {
  return { ...exchange, url: exchange.url.replace(from, to) };
}

/** A policy as it is answered, with some members replaced. */
export function policy(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...(POLICY_GET.responseBody as object), ...members };
}
