import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import {
  APPLICATION_UPSERT,
  IDENTITY_PATCH,
  IN_SOMEBODYS_NAME,
  POLICY_DELETE,
  POLICY_GET,
  POLICY_PUT,
  SETTINGS_PUT,
  policy,
  settings,
  withUrl,
  type Sample,
} from "./sample-exchanges.ts";

/** Exchanges with which nothing is wrong. */
export const RIGHT: readonly Sample[] = [
  { name: "a policy read", exchange: POLICY_GET },
  { name: "a policy written", exchange: POLICY_PUT },
  { name: "a policy deleted", exchange: POLICY_DELETE },
  { name: "an identity switched on", exchange: IDENTITY_PATCH },
  { name: "settings written", exchange: SETTINGS_PUT },
  { name: "an application created", exchange: APPLICATION_UPSERT },
  {
    name: "an application changed",
    exchange: withoutAnswerBody({ ...APPLICATION_UPSERT, status: 204 }),
  },
  {
    name: "a refusal of Graph",
    exchange: {
      ...APPLICATION_UPSERT,
      status: 403,
      responseBody: { error: { code: "Authorization_RequestDenied", message: "No." } },
    },
  },
  {
    name: "letter case of a path",
    exchange: withUrl(POLICY_GET, "resourceGroups", "RESOURCEGROUPS"),
  },
  {
    name: "null in an answer",
    exchange: { ...POLICY_GET, responseBody: policy({ name: null }) },
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
    name: "somebody else's address that means nothing",
    exchange: {
      ...APPLICATION_UPSERT,
      ...IN_SOMEBODYS_NAME,
      url: "//%zz",
      status: 400,
      responseBody: { error: { code: "Request_BadRequest", message: "" } },
    },
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

function withoutAnswerBody(exchange: RecordedExchange): RecordedExchange {
  const { responseBody: _body, ...rest } = exchange;
  return rest;
}
