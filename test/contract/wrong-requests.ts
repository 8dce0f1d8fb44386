import {
  APPLICATION_UPSERT,
  IDENTITY_PATCH,
  POLICY_DELETE,
  POLICY_GET,
  POLICY_PUT,
  SETTINGS_PUT,
  settings,
  withUrl,
  type WrongSample,
} from "./sample-exchanges.ts";

/** Requests that the controller must never send. */
export const WRONG_REQUESTS: readonly WrongSample[] = [
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
    name: "an application without a name",
    exchange: { ...APPLICATION_UPSERT, requestBody: { api: {} } },
    fault: /request: REQUIRED.*displayName/,
  },
  {
    name: "a misspelt member of an application",
    exchange: {
      ...APPLICATION_UPSERT,
      requestBody: { displayName: "orders", api: { requestedTokenVersion: 2 } },
    },
    fault: /request: OBJECT_ADDITIONAL_PROPERTIES at \/api\/requestedTokenVersion/,
  },
  {
    name: "a query that Graph does not know there",
    exchange: withUrl(APPLICATION_UPSERT, "')", "')?$filter=x"),
    fault: /request: UNDECLARED_QUERY_PARAMETER/,
  },
  {
    name: "an application by a key that it does not have",
    exchange: withUrl(APPLICATION_UPSERT, "uniqueName", "name"),
    fault: /know no such operation/,
  },
  {
    name: "a wrong request that got no answer",
    exchange: { ...IDENTITY_PATCH, requestBody: { identity: { type: 1 } } },
    fault: /request: INVALID_TYPE at \/identity\/type/,
  },
];
