import {
  getApi,
  getOperation,
  getProduct,
  headApi,
  listApiProducts,
  listApis,
  listOperations,
  listProductApis,
  listProducts,
  listRevisions,
  putRelease,
  updateApi,
} from "./apis.ts";
import { listBackends } from "./backends.ts";
import { parameter, type ArmHandler, type ArmRoute } from "./call.ts";
import { orPendingWrite, putFragment, putNamedValue } from "./asynchronous-writes.ts";
import { getNamedValue, listNamedValues } from "./named-values.ts";
import {
  deletePolicy,
  getPolicy,
  headPolicy,
  listAllPolicies,
  listPolicies,
  putPolicy,
  type PolicyKind,
} from "./policies.ts";
import { getService, listServices, updateService } from "./service.ts";
import { getTenantAccess, updateTenantAccess } from "./tenant-access.ts";

const SUBSCRIPTION = "/subscriptions/{subscriptionId}";
const PROVIDER = "providers/Microsoft.ApiManagement";
const SERVICE = `${SUBSCRIPTION}/resourceGroups/{resourceGroup}/${PROVIDER}/service/{service}`;
const API = `${SERVICE}/apis/{api}`;
const OPERATION = `${API}/operations/{operation}`;
const PRODUCT = `${SERVICE}/products/{product}`;
const NAMED_VALUE = `${SERVICE}/namedValues/{namedValue}`;
const FRAGMENT = `${SERVICE}/policyFragments/{fragment}`;
const ACTION = "Microsoft.ApiManagement/service";

export const API_MANAGEMENT_ROUTES: readonly ArmRoute[] = [
  get(`${SUBSCRIPTION}/${PROVIDER}/service`, `${ACTION}/read`, listServices),
  get(
    `${SUBSCRIPTION}/resourceGroups/{resourceGroup}/${PROVIDER}/service`,
    `${ACTION}/read`,
    listServices,
  ),
  get(SERVICE, `${ACTION}/read`, getService),
  { method: "PATCH", pattern: SERVICE, action: `${ACTION}/write`, handler: updateService },
  get(
    `${SUBSCRIPTION}/${PROVIDER}/locations/{location}/operationResults/{id}`,
    "Microsoft.ApiManagement/locations/operationResults/read",
    (call) => call.operations.result(parameter(call, "id"), call.http.url.href),
  ),
  get(
    `${SUBSCRIPTION}/${PROVIDER}/locations/{location}/operationStatuses/{id}`,
    "Microsoft.ApiManagement/locations/operationStatuses/read",
    (call) => call.operations.status(parameter(call, "id")),
  ),
  get(`${SERVICE}/apis`, `${ACTION}/apis/read`, listApis),
  get(API, `${ACTION}/apis/read`, getApi),
  { method: "HEAD", pattern: API, action: `${ACTION}/apis/read`, handler: headApi },
  { method: "PATCH", pattern: API, action: `${ACTION}/apis/write`, handler: updateApi },
  get(`${API}/revisions`, `${ACTION}/apis/revisions/read`, listRevisions),
  {
    method: "PUT",
    pattern: `${API}/releases/{release}`,
    action: `${ACTION}/apis/releases/write`,
    handler: putRelease,
  },
  get(`${API}/operations`, `${ACTION}/apis/operations/read`, listOperations),
  get(OPERATION, `${ACTION}/apis/operations/read`, getOperation),
  get(`${API}/products`, `${ACTION}/apis/products/read`, listApiProducts),
  get(`${SERVICE}/products`, `${ACTION}/products/read`, listProducts),
  get(PRODUCT, `${ACTION}/products/read`, getProduct),
  get(`${PRODUCT}/apis`, `${ACTION}/products/apis/read`, listProductApis),
  get(`${SERVICE}/backends`, `${ACTION}/backends/read`, listBackends),
  get(`${SERVICE}/namedValues`, `${ACTION}/namedValues/read`, listNamedValues),
  get(NAMED_VALUE, `${ACTION}/namedValues/read`, orPendingWrite(getNamedValue)),
  {
    method: "PUT",
    pattern: NAMED_VALUE,
    action: `${ACTION}/namedValues/write`,
    handler: putNamedValue,
  },
  get(`${SERVICE}/tenant/access`, `${ACTION}/tenant/read`, getTenantAccess),
  {
    method: "PATCH",
    pattern: `${SERVICE}/tenant/access`,
    action: `${ACTION}/tenant/write`,
    handler: updateTenantAccess,
  },
  get(`${SERVICE}/allPolicies`, `${ACTION}/allPolicies/read`, listAllPolicies),
  ...policyRoutes("global", SERVICE, `${ACTION}/policies`),
  ...policyRoutes("product", PRODUCT, `${ACTION}/products/policies`),
  ...policyRoutes("api", API, `${ACTION}/apis/policies`),
  ...policyRoutes("operation", OPERATION, `${ACTION}/apis/operations/policies`),
  get(FRAGMENT, `${ACTION}/policyFragments/read`, orPendingWrite(getPolicy("fragment"))),
  {
    method: "PUT",
    pattern: FRAGMENT,
    action: `${ACTION}/policyFragments/write`,
    handler: putFragment,
  },
];

function policyRoutes(kind: PolicyKind, owner: string, action: string): readonly ArmRoute[] {
  const pattern = `${owner}/policies/{policy}`;
  return [
    get(`${owner}/policies`, `${action}/read`, listPolicies(kind)),
    get(pattern, `${action}/read`, getPolicy(kind)),
    { method: "HEAD", pattern, action: `${action}/read`, handler: headPolicy(kind) },
    { method: "PUT", pattern, action: `${action}/write`, handler: putPolicy(kind) },
    { method: "DELETE", pattern, action: `${action}/delete`, handler: deletePolicy(kind) },
  ];
}

function get(pattern: string, action: string, handler: ArmHandler): ArmRoute {
  return { method: "GET", pattern, action, handler };
}
