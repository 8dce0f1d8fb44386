import type { Arm } from "./arm.ts";
import type {
  Api,
  ApiManagement,
  IdentityUpdate,
  Operation,
  OperationState,
  PolicyDocument,
  Principal,
  Service,
} from "./door.ts";
import { optionalText, requireText, unexpectedAnswer } from "./answer-shape.ts";
import { AzureError } from "./errors.ts";
import { gatewayHostsOf } from "./gateway-hosts.ts";
import { isJsonObject, listAt, valueAt, type Json, type JsonObject } from "./json.ts";
import { apiPolicyId, nameOf, resourceGroupOf } from "./resource-ids.ts";

const API_VERSION = "2024-05-01";
/** The names under which an API takes its subscription key unless it says otherwise. */
const KEY_HEADER = "Ocp-Apim-Subscription-Key";
const KEY_PARAMETER = "subscription-key";
const IDENTITY_API_VERSION = "2023-01-31";

/** API Management through ARM. */
export function apiManagement(arm: Arm): ApiManagement {
  return {
    async getService(serviceId) {
      const { body } = await arm.send(serviceId, { method: "GET", apiVersion: API_VERSION });
      return readService(serviceId, requireObject(body, serviceId));
    },

    // The system-assigned identity's client id is not in the service; this extension resource has
    // it and needs no right in Microsoft Graph.
    async getSystemIdentity(serviceId) {
      const id = `${serviceId}/providers/Microsoft.ManagedIdentity/identities/default`;
      const answer = await unlessAbsent(
        arm.send(id, { method: "GET", apiVersion: IDENTITY_API_VERSION }),
      );
      return answer && readPrincipal(requireObject(answer.body, id));
    },

    async updateIdentity(serviceId, identity: IdentityUpdate): Promise<Operation | undefined> {
      const answer = await arm.send(serviceId, {
        method: "PATCH",
        apiVersion: API_VERSION,
        body: { identity: { ...identity } },
      });
      if (answer.status !== 202) return undefined;
      const url = answer.header("azure-asyncoperation") ?? answer.header("location");
      return url === undefined
        ? undefined
        : { url, retryAfterInMs: secondsInMs(answer.header("retry-after")) };
    },

    async getOperation(serviceId, url): Promise<OperationState> {
      const answer = await arm.poll(url, serviceId).catch(endOfOperation);
      if ("state" in answer) return answer;
      const retryAfterInMs = secondsInMs(answer.header("retry-after"));
      const wait = retryAfterInMs === undefined ? {} : { retryAfterInMs };
      if (answer.status === 202) return { state: "InProgress", ...wait };
      const body = isJsonObject(answer.body) ? answer.body : {};
      const status = body["status"];
      if (status === undefined || status === "Succeeded") return { state: "Succeeded" };
      if (status === "Failed" || status === "Canceled") {
        return { state: "Failed", message: textAt(body, "/error/message") ?? status };
      }
      return { state: "InProgress", ...wait };
    },

    async getApi(apiId): Promise<Api> {
      const serviceName = nameOf(apiId.slice(0, apiId.lastIndexOf("/apis/")));
      const api = await arm.read(`GET ${apiId}`, (options) =>
        arm.client(apiId).api.get(resourceGroupOf(apiId), serviceName, nameOf(apiId), options),
      );
      const names = api.subscriptionKeyParameterNames;
      return {
        id: apiId,
        path: requirePath(api.path, apiId),
        subscriptionRequired: api.subscriptionRequired ?? true,
        keyNames: {
          header: optionalText(names?.header, apiId, "name of the key's header") ?? KEY_HEADER,
          query: optionalText(names?.query, apiId, "name of the key's parameter") ?? KEY_PARAMETER,
        },
      };
    },

    async listRevisions(apiId) {
      const revisions = await arm.list(`${apiId}/revisions`, API_VERSION);
      return revisions.flatMap((each) => {
        const revision = textAt(each, "/apiRevision");
        if (revision === undefined) return [];
        return {
          revision,
          isOnline: each["isOnline"] === true,
          isCurrent: each["isCurrent"] === true,
        };
      });
    },

    // Raw, because the typed apiPolicy.get never returns the policy (azure-sdk-for-js issue 31566).
    async getPolicy(apiId): Promise<PolicyDocument | undefined> {
      const id = apiPolicyId(apiId);
      const answer = await unlessAbsent(
        arm.send(id, { method: "GET", apiVersion: API_VERSION, query: { format: "rawxml" } }),
      );
      if (answer === undefined) return undefined;
      const text = textAt(requireObject(answer.body, id), "/properties/value");
      const etag = answer.header("etag");
      if (text === undefined || etag === undefined) {
        throw unexpectedAnswer(
          id,
          text === undefined ? "without properties.value" : "without an ETag",
        );
      }
      return { text, etag };
    },

    // A policy that is not there yet has no ETag to match. If-None-Match is not documented for this
    // call: where the service honours it a race is lost, where it does not nothing is.
    async putPolicy(apiId, text, etag) {
      await arm.send(apiPolicyId(apiId), {
        method: "PUT",
        apiVersion: API_VERSION,
        headers: etag === undefined ? { "if-none-match": "*" } : { "if-match": etag },
        body: { properties: { format: "rawxml", value: text } },
      });
    },

    async deletePolicy(apiId, etag) {
      await unlessAbsent(
        arm.send(apiPolicyId(apiId), {
          method: "DELETE",
          apiVersion: API_VERSION,
          headers: { "if-match": etag },
        }),
      );
    },
  };
}

function readService(id: string, body: JsonObject): Service {
  requireText(valueAt(body, "/properties/provisioningState"), id, "properties.provisioningState");
  optionalText(valueAt(body, "/identity/type"), id, "type of identity");
  const userAssigned = valueAt(body, "/identity/userAssignedIdentities");
  return {
    id,
    provisioningState: textAt(body, "/properties/provisioningState"),
    targetProvisioningState: textAt(body, "/properties/targetProvisioningState") || undefined,
    identityTypes: (textAt(body, "/identity/type") ?? "")
      .split(",")
      .map((type) => type.trim())
      .filter((type) => type !== "" && type !== "None"),
    principalId: textAt(body, "/identity/principalId"),
    tenantId: textAt(body, "/identity/tenantId"),
    userAssignedIdentities: Object.entries(isJsonObject(userAssigned) ? userAssigned : {}).map(
      ([resourceId, identity]) => ({
        resourceId,
        principalId: textAt(identity, "/principalId"),
        clientId: textAt(identity, "/clientId"),
      }),
    ),
    gatewayUrl: textAt(body, "/properties/gatewayUrl"),
    gatewayHosts: gatewayHostsOf(body),
    sku: textAt(body, "/sku/name"),
    addresses: addressesOf(body),
  };
}

/** The path of an API; the one at the root of its gateway has an empty one. */
function requirePath(path: unknown, id: string): string {
  return path === "" ? path : requireText(path, id, "properties.path");
}

/** Every location has gateways of its own, and each may call from behind a NAT gateway. */
function addressesOf(body: JsonObject): readonly string[] {
  const places = [body["properties"], ...listAt(body, "/properties/additionalLocations")];
  return places
    .flatMap((place) => [
      ...listAt(place, "/publicIPAddresses"),
      ...listAt(place, "/outboundPublicIPAddresses"),
    ])
    .filter((address) => typeof address === "string");
}

function readPrincipal(body: JsonObject): Principal | undefined {
  const principalId = textAt(body, "/properties/principalId");
  const clientId = textAt(body, "/properties/clientId");
  const tenantId = textAt(body, "/properties/tenantId");
  if (principalId === undefined || clientId === undefined || tenantId === undefined)
    return undefined;
  return { principalId, clientId, tenantId };
}

function textAt(document: Json, pointer: string): string | undefined {
  const value = valueAt(document, pointer);
  return typeof value === "string" ? value : undefined;
}

function secondsInMs(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/**
 * How an operation ended whose address answers with an error: an operation that failed answers with
 * its own ("Track asynchronous Azure operations", Microsoft Learn); one that Azure has forgotten is
 * over, and the states of the service tell how it went.
 * @throws the error, when it is about the request.
 */
function endOfOperation(error: unknown): OperationState {
  if (error instanceof AzureError && error.status === 404) return { state: "Succeeded" };
  if (error instanceof AzureError && error.status === 400) {
    return { state: "Failed", message: error.message };
  }
  throw error;
}

/** The answer, or undefined where ARM says that there is no such resource. */
async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AzureError && error.status === 404) return undefined;
    throw error;
  }
}

function requireObject(body: unknown, id: string): JsonObject {
  if (isJsonObject(body)) return body;
  throw unexpectedAnswer(id, "with something else than a JSON object");
}
