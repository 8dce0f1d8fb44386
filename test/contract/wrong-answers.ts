import {
  APPLICATION_UPSERT,
  IN_SOMEBODYS_NAME,
  POLICY_GET,
  POLICY_PUT,
  policy,
  withUrl,
  type WrongSample,
} from "./sample-exchanges.ts";

/** Answers that no service gives. */
export const WRONG_ANSWERS: readonly WrongSample[] = [
  {
    name: "an unknown member",
    exchange: { ...POLICY_GET, responseBody: policy({ etag: "1" }) },
    fault: /answer 200: OBJECT_ADDITIONAL_PROPERTIES at \/etag/,
  },
  {
    name: "a number for a string",
    exchange: { ...POLICY_GET, responseBody: policy({ name: 1 }) },
    fault: /answer 200: INVALID_TYPE at \/name/,
  },
  {
    name: "a policy without text",
    exchange: { ...POLICY_GET, responseBody: policy({ properties: {} }) },
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
    name: "an application with a member that the type does not have",
    exchange: { ...APPLICATION_UPSERT, responseBody: { id: "1", clientId: "2" } },
    fault: /answer 201: OBJECT_ADDITIONAL_PROPERTIES at \/clientId/,
  },
  {
    name: "a body where Graph sends none",
    exchange: { ...APPLICATION_UPSERT, status: 204 },
    fault: /answer 204: INVALID_TYPE/,
  },
  {
    name: "a success that Graph does not declare",
    exchange: { ...APPLICATION_UPSERT, status: 200 },
    fault: /answer 200: INVALID_RESPONSE_CODE/,
  },
  {
    name: "a refusal of Graph in another form",
    exchange: { ...APPLICATION_UPSERT, status: 403, responseBody: { error: "No." } },
    fault: /answer 403: TYPE at \/error/,
  },
  {
    name: "an answer to somebody else",
    exchange: {
      ...POLICY_GET,
      ...IN_SOMEBODYS_NAME,
      responseBody: policy({ etag: "1" }),
    },
    fault: /answer 200: OBJECT_ADDITIONAL_PROPERTIES at \/etag/,
  },
  {
    name: "an answer of an operation that nobody knows",
    exchange: { ...withUrl(POLICY_GET, "/apis/", "/apees/"), ...IN_SOMEBODYS_NAME },
    fault: /know no such operation/,
  },
];
