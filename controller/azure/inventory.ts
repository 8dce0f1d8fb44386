import type { Arm } from "./arm.ts";
import { AzureError } from "./errors.ts";
import { isJsonObject, listAt, valueAt, type Json, type JsonObject } from "./json.ts";
import { apiRevisionId, authSettingsId } from "./resource-ids.ts";

const API_MANAGEMENT_VERSION = "2024-05-01";
const WEB_VERSION = "2025-05-01";
const AUTHORIZATION_VERSION = "2022-04-01";

/**
 * What lies around a function and its APIs: many things, most of them other people's, that seldom
 * change. Answers may be kept for a while, so that nothing that is written rests on them. The contract
 * of the door holds here too.
 */
export interface Inventory {
  /** Ids of the policies of a service at every scope, `…/policies/policy`; not those of fragments. */
  listPolicyIds(serviceId: string): Promise<readonly string[]>;
  /** A policy's text in `rawxml` form, or undefined when it is gone. */
  getPolicyText(policyId: string): Promise<string | undefined>;
  /** The current revisions of a service's APIs. */
  listApis(serviceId: string): Promise<readonly ListedApi[]>;
  /** Ids of the operations of an API's current revision. */
  listOperationIds(apiId: string): Promise<readonly string[]>;
  /** Ids of the revisions of an API that callers reach besides the current one. */
  listOtherOnlineRevisionIds(apiId: string): Promise<readonly string[]>;
  /** Names of the products that hold an API. */
  listProductNames(apiId: string): Promise<readonly string[]>;
  listBackends(serviceId: string): Promise<readonly Backend[]>;
  listNamedValues(serviceId: string): Promise<readonly NamedValue[]>;
  /** Whether the service has a management API of its own, which knows no Azure roles. */
  isDirectManagementOn(serviceId: string): Promise<boolean>;
  /** The deployment slots of a Function App, without the app itself. */
  listSlots(appId: string): Promise<readonly Slot[]>;
  /** The `properties` of authsettingsV2 of a slot, raw. */
  getSlotAuthSettings(slotId: string): Promise<JsonObject>;
  /** The functions of a Function App or slot. */
  listFunctions(siteId: string): Promise<readonly ListedFunction[]>;
  /** What the operator's own roles let it do at a resource, inherited ones among them. */
  listPermissions(resourceId: string): Promise<readonly Permission[]>;
}

export interface ListedApi {
  readonly id: string;
  readonly serviceUrl: string | undefined;
  /** Whether it says that its callers sign in by OAuth 2.0 or OpenID Connect. */
  readonly hasSignIn: boolean;
}

/** A backend entity. Its credentials are secrets: only their names are kept. */
export interface Backend {
  readonly id: string;
  readonly name: string;
  readonly url: string | undefined;
  /** ARM id of what stands behind it, where it says so. */
  readonly resourceId: string | undefined;
  /** Names of the headers and query parameters that it adds to requests. */
  readonly credentialNames: readonly string[];
  /** What it gets a token for, with the service's identity or the one of `clientId`. */
  readonly token: { readonly resource: string; readonly clientId: string | undefined } | undefined;
}

/** A named value, without the value. */
export interface NamedValue {
  readonly id: string;
  readonly name: string;
  readonly isSecret: boolean;
  readonly tags: readonly string[];
}

/** A function, as its host has read it. */
export interface ListedFunction {
  readonly name: string;
  readonly isDisabled: boolean;
  readonly bindings: readonly FunctionBinding[];
}

/** What a function is triggered by or works with. */
export interface FunctionBinding {
  /** Such as `httpTrigger`, in lower case. */
  readonly type: string;
  /** What an HTTP trigger asks for, in lower case: `anonymous`, `function`, `admin`. */
  readonly authLevel: string | undefined;
  /** Where a blob trigger learns of blobs, in lower case: `eventgrid`, or by looking itself. */
  readonly source: string | undefined;
}

/** One role: what it allows, but for what it takes out again. Patterns, in which `*` is anything. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
}

export interface Slot {
  readonly id: string;
  readonly hostName: string;
}

/** What lies around, through ARM. */
export function inventory(arm: Arm): Inventory {
  const list = (id: string) => arm.list(id, API_MANAGEMENT_VERSION);
  return {
    async listPolicyIds(serviceId) {
      const policies = await list(`${serviceId}/allPolicies`);
      return policies.flatMap((each) => textAt(each, "/properties/referencePolicyId") ?? []);
    },

    async getPolicyText(policyId) {
      try {
        const { body } = await arm.send(policyId, {
          method: "GET",
          apiVersion: API_MANAGEMENT_VERSION,
          query: { format: "rawxml" },
        });
        return isJsonObject(body) ? textAt(body, "/properties/value") : undefined;
      } catch (error) {
        if (error instanceof AzureError && error.status === 404) return undefined;
        throw error;
      }
    },

    async listApis(serviceId) {
      const apis = await list(`${serviceId}/apis`);
      return apis.flatMap((each) => {
        const id = textAt(each, "/id");
        if (id === undefined) return [];
        return {
          id,
          serviceUrl: textAt(each, "/properties/serviceUrl"),
          hasSignIn: hasSignIn(each),
        };
      });
    },

    listOperationIds: async (apiId) =>
      (await list(`${apiId}/operations`)).flatMap((each) => textAt(each, "/id") ?? []),

    async listOtherOnlineRevisionIds(apiId) {
      const revisions = await list(`${apiId}/revisions`);
      return revisions
        .filter((each) => each["isOnline"] === true && each["isCurrent"] !== true)
        .flatMap((each) => textAt(each, "/apiRevision") ?? [])
        .map((revision) => apiRevisionId(apiId, revision));
    },

    listProductNames: async (apiId) =>
      (await list(`${apiId}/products`)).flatMap((each) => textAt(each, "/name") ?? []),

    listBackends: async (serviceId) => (await list(`${serviceId}/backends`)).flatMap(readBackend),

    listNamedValues: async (serviceId) =>
      (await list(`${serviceId}/namedValues`)).flatMap(readNamedValue),

    async isDirectManagementOn(serviceId) {
      const { body } = await arm.send(`${serviceId}/tenant/access`, {
        method: "GET",
        apiVersion: API_MANAGEMENT_VERSION,
      });
      return isJsonObject(body) && valueAt(body, "/properties/enabled") === true;
    },

    async listSlots(appId) {
      const slots = await arm.list(`${appId}/slots`, WEB_VERSION);
      return slots.flatMap((each) => {
        const id = textAt(each, "/id");
        const hostName = textAt(each, "/properties/defaultHostName");
        return id === undefined || hostName === undefined ? [] : { id, hostName };
      });
    },

    async getSlotAuthSettings(slotId) {
      const { body } = await arm.send(authSettingsId(slotId), {
        method: "GET",
        apiVersion: WEB_VERSION,
      });
      const properties = isJsonObject(body) ? body["properties"] : undefined;
      return isJsonObject(properties) ? properties : {};
    },

    listFunctions: async (siteId) =>
      (await arm.list(`${siteId}/functions`, WEB_VERSION)).flatMap(readFunction),

    // "Permissions - List For Resource", Microsoft Learn.
    async listPermissions(resourceId) {
      const id = `${resourceId}/providers/Microsoft.Authorization/permissions`;
      const roles = await arm.list(id, AUTHORIZATION_VERSION);
      return roles.map((role) => ({
        actions: textsAt(role, "/actions"),
        notActions: textsAt(role, "/notActions"),
      }));
    },
  };
}

/** A function is named `app/function`, one of a slot `app/slot/function`. */
function readFunction(entry: JsonObject): ListedFunction | [] {
  const name = textAt(entry, "/name")?.split("/").at(-1);
  if (name === undefined) return [];
  return {
    name,
    isDisabled: valueAt(entry, "/properties/isDisabled") === true,
    bindings: listAt(entry, "/properties/config/bindings").flatMap((binding) => {
      const type = textAt(binding, "/type")?.toLowerCase();
      if (type === undefined) return [];
      return {
        type,
        authLevel: textAt(binding, "/authLevel")?.toLowerCase(),
        source: textAt(binding, "/source")?.toLowerCase(),
      };
    }),
  };
}

function hasSignIn(api: JsonObject): boolean {
  const settings = valueAt(api, "/properties/authenticationSettings");
  const isOne = (pointer: string) => isJsonObject(valueAt(settings, pointer));
  const isAny = (pointer: string) => listAt(settings, pointer).length > 0;
  return (
    isOne("/oAuth2") ||
    isOne("/openid") ||
    isAny("/oAuth2AuthenticationSettings") ||
    isAny("/openidAuthenticationSettings")
  );
}

function readBackend(entry: JsonObject): Backend | [] {
  const id = textAt(entry, "/id");
  const name = textAt(entry, "/name");
  if (id === undefined || name === undefined) return [];
  // The typed schema does not know this member; the service does.
  const resource = textAt(entry, "/properties/credentials/managedIdentity/resource");
  return {
    id,
    name,
    url: textAt(entry, "/properties/url"),
    resourceId: textAt(entry, "/properties/resourceId"),
    credentialNames: ["header", "query"].flatMap((kind) =>
      namesAt(entry, `/properties/credentials/${kind}`),
    ),
    token:
      resource === undefined
        ? undefined
        : {
            resource,
            clientId: textAt(entry, "/properties/credentials/managedIdentity/clientId"),
          },
  };
}

function readNamedValue(entry: JsonObject): NamedValue | [] {
  const id = textAt(entry, "/id");
  const name = textAt(entry, "/properties/displayName") ?? textAt(entry, "/name");
  if (id === undefined || name === undefined) return [];
  const tags = valueAt(entry, "/properties/tags");
  return {
    id,
    name,
    isSecret: valueAt(entry, "/properties/secret") === true,
    tags: Array.isArray(tags) ? tags.map(String) : [],
  };
}

function textAt(document: Json, pointer: string): string | undefined {
  const value = valueAt(document, pointer);
  return typeof value === "string" ? value : undefined;
}

function namesAt(document: Json, pointer: string): readonly string[] {
  const value = valueAt(document, pointer);
  return isJsonObject(value) ? Object.keys(value) : [];
}

function textsAt(document: Json, pointer: string): readonly string[] {
  return listAt(document, pointer).filter((each) => typeof each === "string");
}
