/**
 * The one way to Azure. Everything the operator knows of Azure it reads through a {@link Door},
 * everything it changes it changes through one.
 *
 * The contract of every method: it makes at most one attempt, ends within a time limit, never
 * sleeps, and fails with an {@link AzureError} that is already classified. Reads never write.
 * Documents are raw JSON, because the typed clients drop members they do not know and invent others.
 */
import type { Inventory } from "./inventory.ts";
import type { JsonObject } from "./json.ts";
import type { SubscriptionKey } from "./subscription-key.ts";

export interface Door {
  readonly apiManagement: ApiManagement;
  readonly webApps: WebApps;
  readonly inventory: Inventory;
  readonly entra: Entra;
  readonly graph: Graph;
  readonly traffic: Traffic;
}

export interface ApiManagement {
  /** An API Management service. */
  getService(serviceId: string): Promise<Service>;
  /** The service's own identity with its client id, or undefined while it has none. */
  getSystemIdentity(serviceId: string): Promise<Principal | undefined>;
  /**
   * Sends the identity, and only it: a PATCH with other members resets those it leaves out.
   * Answers the operation to look at while the service works on it, or undefined when it is done.
   */
  updateIdentity(serviceId: string, identity: IdentityUpdate): Promise<Operation | undefined>;
  /** Looks once at an operation that was begun on a service. */
  getOperation(serviceId: string, url: string): Promise<OperationState>;
  getApi(apiId: string): Promise<Api>;
  /** The revisions of an API, the current one among them. */
  listRevisions(apiId: string): Promise<readonly ApiRevision[]>;
  /** The API's own policy document in `rawxml` form, or undefined when it has none. */
  getPolicy(apiId: string): Promise<PolicyDocument | undefined>;
  /**
   * Writes the API's policy document. With an etag, only if the document is still the one that was
   * read; without, only if there is none. A lost race is an AzureError with reason `StaleRead`.
   */
  putPolicy(apiId: string, text: string, etag: string | undefined): Promise<void>;
  /** Removes the API's policy document, if it is still the one that was read. Absent is success. */
  deletePolicy(apiId: string, etag: string): Promise<void>;
}

/** Function Apps and their deployment slots: a slot's id is a site's id too. */
export interface WebApps {
  getSite(siteId: string): Promise<Site>;
  /** Whether site authentication is on in either of its generations (`config/web`). */
  isAuthenticationOn(siteId: string): Promise<boolean>;
  /** The `properties` of authsettingsV2, raw. */
  getAuthSettings(siteId: string): Promise<JsonObject>;
  /** Replaces the `properties` of authsettingsV2: send all of what was read. Restarts the app. */
  putAuthSettings(siteId: string, properties: JsonObject): Promise<void>;
  /** The `properties` of `config/web`, raw. */
  getWebConfig(siteId: string): Promise<JsonObject>;
  /** Sets members of `config/web`; those that are not sent stay. A list is sent as a whole. */
  updateWebConfig(siteId: string, members: JsonObject): Promise<void>;
  /** Sets members of the site's `properties`; those that are not sent stay. */
  updateSite(siteId: string, members: JsonObject): Promise<void>;
  /** Which ways of publishing take a user name and a password. */
  getBasicPublishing(siteId: string): Promise<BasicPublishing>;
  setBasicPublishing(siteId: string, method: keyof BasicPublishing, allow: boolean): Promise<void>;
}

export interface Entra {
  /** The authority that tokens come from, e.g. `https://login.microsoftonline.com/`. */
  readonly authorityHost: string;
  /**
   * A token of the operator's own identity for an audience, to call a function with.
   * Never write it anywhere. Fails with `CredentialUnavailable` where Entra gives none.
   */
  getToken(audience: string): Promise<AccessToken>;
}

/** Microsoft Graph; asked for nothing where the spec names a registration. */
export interface Graph {
  /** The application of a unique name, or undefined where Graph shows none. */
  getApplication(uniqueName: string): Promise<Application | undefined>;
  /**
   * Creates the application of a unique name, or updates it where it exists already. Answers where it
   * will be seen: not at once. A deleted one is an AzureError with reason `RegistrationDeleted`.
   */
  createApplication(uniqueName: string, application: JsonObject): Promise<Operation>;
  /** Sends members of an application, by its object id; the others stay. */
  updateApplication(id: string, members: JsonObject): Promise<void>;
  /** Deletes an application, by its object id. Entra keeps it for 30 days. Absent is success. */
  deleteApplication(id: string): Promise<void>;
  /** The service principal of an application, or undefined where Graph shows none. */
  getServicePrincipal(clientId: string): Promise<ServicePrincipal | undefined>;
  /** Creates the service principal; answers where it will be seen. Present already is success. */
  createServicePrincipal(clientId: string): Promise<Operation>;
}

export interface Traffic {
  /**
   * One GET, anonymous or with a bearer, without redirects or cookies; answers also when refused. Of
   * a body nothing is kept but whether it is the gateway's. A key is sent over HTTPS and to the hosts that it is for; elsewhere nothing is sent.
   */
  call(url: string, token?: AccessToken, key?: KeyForGateway): Promise<Answer>;
}

/** A subscription key, and where it may be sent. */
export interface KeyForGateway {
  readonly key: SubscriptionKey;
  /** The header under which the API takes it. */
  readonly header: string;
  /** Host names, with a port that is not 443, in lower case. */
  readonly hosts: readonly string[];
}

export interface Principal {
  readonly principalId: string;
  readonly clientId: string;
  readonly tenantId: string;
}

export interface Service {
  readonly id: string;
  readonly provisioningState: string | undefined;
  readonly targetProvisioningState: string | undefined;
  /** Identity types as a list, whatever the spelling (`SystemAssigned, UserAssigned`). */
  readonly identityTypes: readonly string[];
  readonly principalId: string | undefined;
  readonly tenantId: string | undefined;
  readonly userAssignedIdentities: readonly UserAssignedIdentity[];
  readonly gatewayUrl: string | undefined;
  /** The hosts that the service lists as its gateway's, with a port that is not 443, in lower case. */
  readonly gatewayHosts: readonly string[];
  /** The tier, such as `Premium` or `Consumption`. */
  readonly sku: string | undefined;
  /** The addresses that its gateways call from, in all locations; NAT gateways' are prefixes. */
  readonly addresses: readonly string[];
}

export interface UserAssignedIdentity {
  readonly resourceId: string;
  readonly principalId: string | undefined;
  readonly clientId: string | undefined;
}

export interface IdentityUpdate {
  readonly type: string;
  readonly userAssignedIdentities?: { readonly [resourceId: string]: JsonObject };
}

export interface Operation {
  readonly url: string;
  readonly retryAfterInMs: number | undefined;
}

export interface OperationState {
  readonly state: "InProgress" | "Succeeded" | "Failed";
  /** The service's own words about a failure. */
  readonly message?: string;
  readonly retryAfterInMs?: number;
}

export interface Api {
  readonly id: string;
  readonly path: string;
  readonly subscriptionRequired: boolean;
  /** The names under which the API takes its subscription key. */
  readonly keyNames: { readonly header: string; readonly query: string };
}

export interface ApiRevision {
  readonly revision: string;
  /** Whether callers reach it: the current one under the API's path, others with `;rev=N` behind it. */
  readonly isOnline: boolean;
  readonly isCurrent: boolean;
}

export interface PolicyDocument {
  readonly text: string;
  readonly etag: string;
}

export interface Site {
  readonly id: string;
  readonly state: string | undefined;
  readonly defaultHostName: string;
  /** All host names under which it answers, the default one among them. */
  readonly hostNames: readonly string[];
  readonly publicNetworkAccess: string | undefined;
  /** Its `properties`, raw: some of them no SDK type knows. */
  readonly properties: JsonObject;
}

/** Whether a user name and a password are enough to publish by each of the two ways. */
export interface BasicPublishing {
  readonly ftp: boolean;
  readonly scm: boolean;
}

export interface AccessToken {
  /** The bearer itself: a secret. */
  readonly bearer: string;
  readonly claims: TokenClaims;
}

/** An app registration as its owner sees it. */
export interface Application {
  /** Its object id. */
  readonly id: string;
  readonly clientId: string;
  /** Whose accounts may sign in, e.g. `AzureADMyOrg`. */
  readonly signInAudience: string;
  readonly tokenVersion: TokenClaims["version"];
  /** What can sign in as the application, by kind and name: never the credentials themselves. */
  readonly credentials: readonly string[];
}

/** What stands for an application in its tenant: without it nobody gets a token for it. */
export interface ServicePrincipal {
  readonly clientId: string;
  /** The tenant that holds the application. */
  readonly tenantId: string;
}

/** The claims of an access token that tell its generation and its owner. */
export interface TokenClaims {
  readonly issuer: string;
  readonly audience: string;
  readonly tenantId: string;
  readonly version: "V1" | "V2";
  readonly objectId: string | undefined;
  readonly clientId: string | undefined;
}

/** What a caller of a function or a gateway got. */
export type Answer =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** Lower-case names; only what diagnosis needs is kept. */
      readonly headers: { readonly [name: string]: string };
      /** Whose words an error is, where its body says so. */
      readonly origin?: "gateway";
    }
  | { readonly kind: "unreachable"; readonly cause: string };
