import { isObject, textOf, type Answer } from "../http/message.ts";
import {
  currentRevision,
  type Api,
  type ApiManagementService,
  type ApiOperation,
  type ApiProperties,
  type ApiRevision,
  type Product,
} from "../world/service.ts";
import { writeUnderLock } from "./api-lock.ts";
import { parameter, type ArmCall } from "./call.ts";
import { crlfJsonAnswer, etagHeader } from "./crlf-json.ts";
import { pageAnswer } from "./paging.ts";
import { entityNotFound, preconditionFailed, validationError } from "./errors.ts";
import { findService } from "./service.ts";

const REVISION_SUFFIX = /;rev=(\d+)$/iu;

/** What the members that the gateway relies on must be. */
const API_MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  displayName: (value) => typeof value === "string",
  path: (value) => typeof value === "string",
  serviceUrl: (value) => typeof value === "string",
  subscriptionRequired: (value) => typeof value === "boolean",
  subscriptionKeyParameterNames: (value) =>
    isObject(value) && typeof value["header"] === "string" && typeof value["query"] === "string",
};

const CREATED_AT = "2026-01-12T10:00:00.0000000Z";

/**
 * The API that the path names, whatever the revision.
 *
 * @throws ArmError 404.
 */
export function findApi(call: ArmCall): Api {
  const name = parameter(call, "api").replace(REVISION_SUFFIX, "").toLowerCase();
  const api = findService(call).apis.get(name);
  if (!api) throw entityNotFound("API");
  return api;
}

/**
 * The revision that the path names: `{api};rev=N`, or the current one.
 *
 * @throws ArmError 404.
 */
export function findApiRevision(call: ArmCall): ApiRevision {
  const api = findApi(call);
  const number = REVISION_SUFFIX.exec(parameter(call, "api"))?.[1];
  if (number === undefined) return currentRevision(api);
  const revision = api.revisions.get(Number(number));
  if (!revision) throw entityNotFound("API");
  return revision;
}

/** @throws ArmError 404. */
export function findOperation(call: ArmCall): ApiOperation {
  const operation = findApiRevision(call).operations.get(
    parameter(call, "operation").toLowerCase(),
  );
  if (!operation) throw entityNotFound("Operation");
  return operation;
}

/** @throws ArmError 404. */
export function findProduct(call: ArmCall): Product {
  const product = findService(call).products.get(parameter(call, "product").toLowerCase());
  if (!product) throw entityNotFound("Product");
  return product;
}

export function getApi(call: ArmCall): Answer {
  const api = findApi(call);
  return crlfJsonAnswer(
    200,
    apiDocument(findService(call), api, findApiRevision(call), parameter(call, "api")),
    etagHeader(api.etag),
  );
}

export function headApi(call: ArmCall): Answer {
  return { status: 200, headers: etagHeader(findApi(call).etag) };
}

export function listApis(call: ArmCall): Answer {
  const service = findService(call);
  return pageAnswer(
    call,
    [...service.apis.values()].map((api) =>
      apiDocument(service, api, currentRevision(api), api.name),
    ),
  );
}

/** PATCH of an API: the members sent replace those there. */
export function updateApi(call: ArmCall): Promise<Answer> {
  const api = findApi(call);
  const condition = call.http.headers["if-match"];
  return writeUnderLock(call, api, () => {
    if (condition !== undefined && condition !== "*" && condition !== `"${api.etag}"`) {
      throw preconditionFailed();
    }
    Object.assign(api.properties, sentApiProperties(call));
    api.etag = call.world.nextEtag();
    return getApi(call);
  });
}

/** @throws ArmError 400 when a member has the wrong type. */
function sentApiProperties(call: ArmCall): Partial<ApiProperties> {
  const sent = isObject(call.body) ? call.body["properties"] : undefined;
  if (!isObject(sent)) return {};
  for (const [name, isRight] of Object.entries(API_MEMBERS)) {
    if (sent[name] === undefined || isRight(sent[name])) continue;
    throw validationError([
      { code: "ValidationError", target: name, message: `The value of '${name}' is invalid.` },
    ]);
  }
  return sent;
}

export function listRevisions(call: ArmCall): Answer {
  const service = findService(call);
  const api = findApi(call);
  return pageAnswer(
    call,
    [...api.revisions.values()].map((revision) => ({
      apiId: `${service.id}/apis/${api.name};rev=${revision.revision}`,
      apiRevision: String(revision.revision),
      createdDateTime: CREATED_AT,
      updatedDateTime: CREATED_AT,
      isOnline: revision.isOnline,
      isCurrent: revision.revision === api.currentRevision,
    })),
  );
}

/** PUT of a release: makes its revision the current one, which is always online. */
export function putRelease(call: ArmCall): Answer {
  const service = findService(call);
  const api = findApi(call);
  const properties = isObject(call.body) ? call.body["properties"] : undefined;
  const apiId = isObject(properties) ? textOf(properties["apiId"]) : "";
  const number = Number(REVISION_SUFFIX.exec(apiId)?.[1]);
  const revision = api.revisions.get(number);
  if (!revision) throw entityNotFound("API");
  revision.isOnline = true;
  api.currentRevision = number;
  api.etag = call.world.nextEtag();
  const name = parameter(call, "release");
  return crlfJsonAnswer(201, {
    id: `${service.id}/apis/${api.name}/releases/${name}`,
    type: "Microsoft.ApiManagement/service/apis/releases",
    name,
    properties: { apiId, notes: null, createdDateTime: CREATED_AT, updatedDateTime: CREATED_AT },
  });
}

export function listOperations(call: ArmCall): Answer {
  const operations = [...findApiRevision(call).operations.values()];
  return pageAnswer(
    call,
    operations.map((operation) => operationDocument(call, operation)),
  );
}

export function getOperation(call: ArmCall): Answer {
  return crlfJsonAnswer(
    200,
    operationDocument(call, findOperation(call)),
    etagHeader(findApi(call).etag),
  );
}

export function listProducts(call: ArmCall): Answer {
  const service = findService(call);
  return pageAnswer(
    call,
    [...service.products.values()].map((product) => productDocument(service, product, "products")),
  );
}

export function getProduct(call: ArmCall): Answer {
  return crlfJsonAnswer(200, productDocument(findService(call), findProduct(call), "products"));
}

export function listApiProducts(call: ArmCall): Answer {
  const service = findService(call);
  const products = [...findApi(call).products].flatMap((name) => service.products.get(name) ?? []);
  return pageAnswer(
    call,
    products.map((product) => productDocument(service, product, "apis/products")),
  );
}

export function listProductApis(call: ArmCall): Answer {
  const service = findService(call);
  const product = findProduct(call).name.toLowerCase();
  const apis = [...service.apis.values()].filter((api) => api.products.has(product));
  return pageAnswer(
    call,
    apis.map((api) => apiDocument(service, api, currentRevision(api), api.name)),
  );
}

function apiDocument(
  service: ApiManagementService,
  api: Api,
  revision: ApiRevision,
  name: string,
): Record<string, unknown> {
  return {
    id: `${service.id}/apis/${name}`,
    type: "Microsoft.ApiManagement/service/apis",
    name,
    properties: {
      ...api.properties,
      apiRevision: String(revision.revision),
      isOnline: revision.isOnline,
      ...(revision.revision === api.currentRevision && { isCurrent: true }),
    },
  };
}

function operationDocument(call: ArmCall, operation: ApiOperation): Record<string, unknown> {
  const names = [...operation.urlTemplate.matchAll(/\{([^}]+)\}/gu)].map((match) => match[1] ?? "");
  return {
    id: `${findService(call).id}/apis/${parameter(call, "api")}/operations/${operation.name}`,
    type: "Microsoft.ApiManagement/service/apis/operations",
    name: operation.name,
    properties: {
      displayName: operation.name,
      method: operation.method,
      urlTemplate: operation.urlTemplate,
      templateParameters: names.map((name) => ({
        name,
        type: "string",
        required: true,
        values: [],
      })),
      description: null,
      responses: [],
      policies: null,
    },
  };
}

function productDocument(
  service: ApiManagementService,
  product: Product,
  under: string,
): Record<string, unknown> {
  return {
    id: `${service.id}/products/${product.name}`,
    type: `Microsoft.ApiManagement/service/${under}`,
    name: product.name,
    properties: {
      displayName: product.name,
      description: "",
      subscriptionRequired: product.subscriptionRequired,
      approvalRequired: false,
      state: "published",
    },
  };
}
