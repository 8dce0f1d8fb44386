import type {
  AccessToken,
  Answer,
  ApiManagement,
  BasicPublishing,
  ApiRevision,
  Door,
  Graph,
  IdentityUpdate,
  OperationState,
  PolicyDocument,
  Service,
  Site,
  WebApps,
} from "../../controller/azure/door.ts";
import { AzureError } from "../../controller/azure/errors.ts";
import type { JsonObject } from "../../controller/azure/json.ts";
import { asAzureAnswers, NEVER_CONFIGURED } from "./auth-settings.ts";
import {
  API,
  AUDIENCE,
  aService,
  aToken,
  GATEWAY,
  ISSUER,
  SERVICE,
  SITE,
  TENANT,
} from "./builders.ts";
import { FakeDirectory } from "./fake-directory.ts";
import { FakeInventory } from "./fake-inventory.ts";
import { answerOf, type Caller } from "./fake-function.ts";

/** The calls of a door that change something. */
const WRITES: ReadonlySet<string> = new Set([
  "updateIdentity",
  "putPolicy",
  "deletePolicy",
  "putAuthSettings",
  "createApplication",
  "updateApplication",
  "deleteApplication",
  "createServicePrincipal",
  "updateWebConfig",
  "updateSite",
  "setBasicPublishing",
]);

/** A failed answer as the door hands it out. */
export function azureError(
  reason: AzureError["reason"],
  errorClass: AzureError["errorClass"] = "BackOff",
  status?: number,
): AzureError {
  return new AzureError({ reason, errorClass, status, message: `Azure says ${reason}.` });
}

/**
 * One API Management service with one API, one function, and an authority, in memory. It has Azure's
 * manners where they matter: what is put comes back rewritten, an identity takes a while, a policy's
 * ETag moves only when its text does.
 */
export class FakeAzure {
  service: Service;
  policy: PolicyDocument | undefined;
  /** Revisions of the API that are not current, with their policies. */
  otherRevisions: readonly (ApiRevision & { readonly policy?: PolicyDocument })[] = [];
  keyNames = { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" };
  site: Site = {
    id: SITE,
    state: "Running",
    defaultHostName: "orders-func.azurewebsites.net",
    hostNames: ["orders-func.azurewebsites.net"],
    publicNetworkAccess: undefined,
    properties: {},
  };
  webConfig: JsonObject = {};
  basicPublishing: BasicPublishing = { ftp: true, scm: true };
  settings: JsonObject;
  guardedByV1 = false;
  token: AccessToken | AzureError = aToken();
  operation: OperationState = { state: "Succeeded" };
  /** What calls through the gateway get, where it is not what the function answers. */
  gatewayStatus: () => number | undefined = () => undefined;
  /** Every call that was made, and those that change something, in order. */
  readonly calls: string[] = [];
  readonly writes: string[] = [];
  /** Runs before a call is carried out: what it throws is what the caller gets. */
  before: (call: string, number: number) => void = () => undefined;
  /** Runs after a call was carried out: what it throws hides a success. */
  after: (call: string, number: number) => void = () => undefined;
  #pollsToGo = 0;
  #etag = 0;

  constructor({
    service = aService({ identityTypes: [], principalId: undefined, tenantId: undefined }),
    policy,
    settings = NEVER_CONFIGURED,
  }: {
    readonly service?: Service;
    readonly policy?: string | undefined;
    readonly settings?: JsonObject;
  } = {}) {
    this.service = service;
    this.settings = settings;
    this.policy = policy === undefined ? undefined : { text: policy, etag: "0" };
  }

  readonly directory = new FakeDirectory();
  /** What lies around the API and the function. */
  readonly inventory = new FakeInventory((name, carryOut) => this.#call(name, carryOut));

  readonly door: Door = {
    graph: this.#graph(),
    inventory: this.inventory,
    apiManagement: this.#apiManagement(),
    webApps: this.#webApps(),
    entra: {
      authorityHost: "https://login.microsoftonline.com/",
      getToken: () =>
        this.#call("getToken", () => {
          if (this.token instanceof AzureError) throw this.token;
          return this.token;
        }),
    },
    traffic: { call: (url, token) => this.#call("call", () => this.#answer(new URL(url), token)) },
  };

  /** Somebody else writes the policy. */
  editPolicy(text: string): void {
    this.#etag += 1;
    this.policy = { text, etag: String(this.#etag) };
  }

  #apiManagement(): ApiManagement {
    return {
      getService: () => this.#call("getService", () => this.service),
      getSystemIdentity: () =>
        this.#call("getSystemIdentity", () =>
          this.service.identityTypes.includes("SystemAssigned")
            ? { ...GATEWAY, tenantId: TENANT }
            : undefined,
        ),
      updateIdentity: (_, identity) => this.#call("updateIdentity", () => this.#update(identity)),
      getOperation: () => this.#call("getOperation", () => this.#poll()),
      getApi: () =>
        this.#call("getApi", () => ({
          id: API,
          path: "orders",
          subscriptionRequired: false,
          keyNames: this.keyNames,
        })),
      listRevisions: () =>
        this.#call("listRevisions", () => [
          { revision: "1", isOnline: true, isCurrent: true },
          ...this.otherRevisions,
        ]),
      getPolicy: (id) => this.#call("getPolicy", () => this.#policyOf(id)),
      putPolicy: (_, text, etag) =>
        this.#call("putPolicy", () => {
          this.#requireEtag(etag);
          const stored = text.replaceAll(/\r?\n/g, "\r\n");
          if (stored !== this.policy?.text) this.editPolicy(stored);
        }),
      deletePolicy: (_, etag) =>
        this.#call("deletePolicy", () => {
          if (this.policy === undefined) return;
          this.#requireEtag(etag);
          this.policy = undefined;
        }),
    };
  }

  #webApps(): WebApps {
    return {
      getSite: () => this.#call("getSite", () => this.site),
      isAuthenticationOn: () => this.#call("isAuthenticationOn", () => this.guardedByV1),
      getAuthSettings: () => this.#call("getAuthSettings", () => this.settings),
      putAuthSettings: (_, properties) =>
        this.#call("putAuthSettings", () => {
          this.settings = asAzureAnswers(properties);
        }),
      getWebConfig: () => this.#call("getWebConfig", () => this.webConfig),
      updateWebConfig: (_, members) =>
        this.#call("updateWebConfig", () => {
          this.webConfig = { ...this.webConfig, ...members };
        }),
      updateSite: (_, members) =>
        this.#call("updateSite", () => {
          this.site = { ...this.site, properties: { ...this.site.properties, ...members } };
        }),
      getBasicPublishing: () => this.#call("getBasicPublishing", () => this.basicPublishing),
      setBasicPublishing: (_, method, allow) =>
        this.#call("setBasicPublishing", () => {
          this.basicPublishing = { ...this.basicPublishing, [method]: allow };
        }),
    };
  }

  #graph(): Graph {
    const { directory } = this;
    return {
      getApplication: (name) => this.#call("getApplication", () => directory.application(name)),
      createApplication: (name, application) =>
        this.#call("createApplication", () => directory.create(name, application)),
      updateApplication: (_, members) =>
        this.#call("updateApplication", () => directory.update(members)),
      deleteApplication: () => this.#call("deleteApplication", () => directory.remove()),
      getServicePrincipal: (id) =>
        this.#call("getServicePrincipal", () => directory.servicePrincipal(id)),
      createServicePrincipal: (id) =>
        this.#call("createServicePrincipal", () => directory.createServicePrincipal(id)),
    };
  }

  async #call<T>(name: string, carryOut: () => T): Promise<T> {
    const number = this.calls.push(name) - 1;
    this.before(name, number);
    const result = carryOut();
    if (WRITES.has(name)) this.writes.push(name);
    this.after(name, number);
    return result;
  }

  #policyOf(apiId: string): PolicyDocument | undefined {
    const revision = /;rev=(.+)$/.exec(apiId)?.[1];
    if (revision === undefined) return this.policy;
    return this.otherRevisions.find((other) => other.revision === revision)?.policy;
  }

  #requireEtag(etag: string | undefined): void {
    if (etag !== this.policy?.etag) throw azureError("StaleRead", "BackOff", 412);
  }

  #update(identity: IdentityUpdate) {
    const identityTypes = identity.type.split(", ");
    this.service = {
      ...this.service,
      identityTypes,
      principalId: identityTypes.includes("SystemAssigned") ? GATEWAY.principalId : undefined,
      tenantId: TENANT,
      targetProvisioningState: "Updating",
      userAssignedIdentities: Object.keys(identity.userAssignedIdentities ?? {}).map(
        (resourceId) => ({ resourceId, ...GATEWAY }),
      ),
    };
    this.#pollsToGo = 2;
    return { url: `https://management.azure.com${SERVICE}/operations/1`, retryAfterInMs: 60_000 };
  }

  #poll(): OperationState {
    this.#pollsToGo -= 1;
    if (this.#pollsToGo > 0) return { state: "InProgress", retryAfterInMs: 60_000 };
    this.service = { ...this.service, targetProvisioningState: undefined };
    return this.operation;
  }

  #answer(url: URL, token: AccessToken | undefined): Answer {
    const isDirect = url.hostname === this.site.defaultHostName;
    const caller = isDirect ? callerOf(token) : this.#gatewayAsCaller();
    const status = answerOf(this.settings, caller);
    if (!isDirect) return answered(this.gatewayStatus() ?? status);
    return answered(status === 200 && url.pathname !== "/" ? 404 : status);
  }

  /** Who the gateway is to the function: nobody while its policy gets no token. */
  #gatewayAsCaller(): Caller | undefined {
    const getsToken = this.policy?.text.includes(`resource="${AUDIENCE}"`) === true;
    const hasIdentity = this.service.identityTypes.length > 0;
    return getsToken && hasIdentity
      ? { ...GATEWAY, audience: AUDIENCE, issuer: this.#issuer() }
      : undefined;
  }

  #issuer(): string {
    return this.token instanceof AzureError ? ISSUER : this.token.claims.issuer;
  }
}

function answered(status: number): Answer {
  return { kind: "answered", status, headers: {} };
}

function callerOf(token: AccessToken | undefined): Caller | undefined {
  if (token === undefined) return undefined;
  const { objectId = "", clientId = "", audience, issuer } = token.claims;
  return { principalId: objectId, clientId, audience, issuer };
}
