import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { formatPolicy } from "../policy/format.ts";
import { Propagated } from "../propagated.ts";
import { defaultAuthentication } from "./default-authentication.ts";
import { demoWorld } from "./demo-world.ts";
import { Directory } from "./directory.ts";
import { PolicySlot } from "./policy-slot.ts";
import type {
  ApiSeed,
  FunctionAppSeed,
  GraphPermission,
  LockSeed,
  OperationSeed,
  PolicyDenialSeed,
  ServiceSeed,
  UserAssignedIdentitySeed,
  WorldSeed,
} from "./seed.ts";
import type {
  Api,
  ApiManagementService,
  ApiOperation,
  BackendEntity,
  IdentityPair,
} from "./service.ts";
import type { Site, SiteAuthentication } from "./site.ts";

const LOCATION = "West Europe";
const DEFAULT_GLOBAL_POLICY =
  "<policies><inbound></inbound><backend><forward-request /></backend><outbound></outbound></policies>";

const DEFAULT_GATEWAY_ADDRESS = "198.51.100.20";

/** A lock as it stands: removed and added through the portal in real life. */
export type Lock = LockSeed;

/** Everything the simulated Azure knows. */
export class World {
  readonly clock: Clock;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly resourceGroups: readonly string[];
  readonly directory: Directory;
  readonly userAssignedIdentities = new Map<string, UserAssignedIdentitySeed>();
  readonly services = new Map<string, ApiManagementService>();
  readonly sites = new Map<string, Site>();
  locks: readonly Lock[];
  policyDenials: readonly PolicyDenialSeed[];
  deniedActions: readonly string[];
  /** What the operator may do in Microsoft Graph. */
  graphPermissions: readonly GraphPermission[];
  #etags = 2000;

  constructor(seed: WorldSeed, clock: Clock) {
    const full = { ...demoWorld(), ...seed };
    this.clock = clock;
    this.tenantId = full.tenantId;
    this.subscriptionId = full.subscriptionId;
    this.resourceGroups = full.resourceGroups;
    this.locks = full.locks;
    this.policyDenials = full.policyDenials;
    this.deniedActions = full.operator.deniedActions ?? [];
    this.graphPermissions = full.operator.graphPermissions ?? ["Application.ReadWrite.OwnedBy"];
    this.directory = new Directory(full.tenantId, full.operator, full.registrations, clock);
    for (const identity of full.userAssignedIdentities) this.#addUserAssignedIdentity(identity);
    for (const { slots = [], ...app } of full.functionApps) {
      this.#addSite(app, undefined);
      const { resourceGroup } = app;
      for (const slot of slots) {
        this.#addSite({ ...slot, resourceGroup, name: `${app.name}/${slot.name}` }, app.name);
      }
    }
    for (const service of full.services) this.#addService(service);
  }

  /** A new ETag as API Management writes them: base64 of a counter. */
  nextEtag(): string {
    this.#etags += 1;
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(this.#etags, 4);
    return bytes.toString("base64");
  }

  service(resourceGroup: string, name: string): ApiManagementService | undefined {
    return this.services.get(resourceKey(resourceGroup, name));
  }

  /** @param name of a Function App, or `app/slot`. */
  site(resourceGroup: string, name: string): Site | undefined {
    return this.sites.get(resourceKey(resourceGroup, name));
  }

  /** A new identity pair, known to the directory under the given name. */
  createIdentity(name: string): IdentityPair {
    const pair = { principalId: randomUUID(), clientId: randomUUID() };
    this.addSystemIdentity(name, pair);
    return pair;
  }

  /** Makes a service's identity known to the directory. */
  addSystemIdentity(name: string, { principalId, clientId }: IdentityPair): void {
    this.directory.addManagedIdentity({ name, objectId: principalId, clientId });
  }

  resourceId(resourceGroup: string, type: string, name: string): string {
    return `/subscriptions/${this.subscriptionId}/resourceGroups/${resourceGroup}/providers/${type}/${name}`;
  }

  #addUserAssignedIdentity(identity: UserAssignedIdentitySeed): void {
    const id = this.resourceId(
      identity.resourceGroup,
      "Microsoft.ManagedIdentity/userAssignedIdentities",
      identity.name,
    );
    this.userAssignedIdentities.set(id.toLowerCase(), identity);
    this.directory.addManagedIdentity({
      name: identity.name,
      objectId: identity.principalId,
      clientId: identity.clientId,
    });
  }

  #addSite(seed: FunctionAppSeed, slotOf: string | undefined): void {
    const authentication = seedAuthentication(seed);
    const accessRules = seed.ipSecurityRestrictions ?? [];
    this.sites.set(resourceKey(seed.resourceGroup, seed.name), {
      id: this.resourceId(
        seed.resourceGroup,
        "Microsoft.Web/sites",
        slotOf === undefined ? seed.name : seed.name.replace("/", "/slots/"),
      ),
      resourceGroup: seed.resourceGroup,
      name: seed.name,
      slotOf,
      kind: seed.kind ?? "functionapp,linux",
      location: LOCATION,
      hostName: "",
      customHostNames: seed.hostNames ?? [],
      state: seed.state ?? "Running",
      functions: seed.functions ?? [],
      functionKey: seed.functionKey,
      otherFunctions: seed.otherFunctions ?? [],
      files: seed.files ?? {},
      appSettings: seed.appSettings ?? {},
      tags: {},
      properties: {
        httpsOnly: seed.httpsOnly ?? false,
        publicNetworkAccess:
          seed.publicNetworkAccess === undefined ? "Enabled" : seed.publicNetworkAccess,
        sku: seed.sku ?? "ElasticPremium",
      },
      webConfig: { ...seed.webConfig },
      basicPublishing: { ftp: true, scm: true },
      authentication,
      readAuthentication: new Propagated(this.clock, authentication),
      enforcedAuthentication: new Propagated(this.clock, authentication),
      accessRules,
      enforcedAccessRules: new Propagated(this.clock, accessRules),
    });
  }

  #addService(seed: ServiceSeed): void {
    const userAssigned = new Map<string, IdentityPair>();
    for (const name of seed.identity?.userAssigned ?? []) {
      const id = this.resourceId(
        seed.resourceGroup,
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        name,
      );
      const identity = this.userAssignedIdentities.get(id.toLowerCase());
      if (!identity) throw new Error(`The seed names no user-assigned identity ${id}.`);
      userAssigned.set(id, { principalId: identity.principalId, clientId: identity.clientId });
    }
    const system = seed.identity?.system;
    if (system) this.addSystemIdentity(seed.name, system);
    this.services.set(resourceKey(seed.resourceGroup, seed.name), {
      id: this.resourceId(seed.resourceGroup, "Microsoft.ApiManagement/service", seed.name),
      resourceGroup: seed.resourceGroup,
      name: seed.name,
      location: LOCATION,
      sku: seed.sku ?? "Developer",
      tags: {},
      gatewayUrl: "",
      identity: { ...(system && { system }), userAssigned },
      etag: this.nextEtag(),
      provisioningState: "Succeeded",
      targetProvisioningState: "",
      properties: seedAddresses(seed),
      policy: this.#policySlot(seed.policy ?? DEFAULT_GLOBAL_POLICY),
      products: new Map(
        (seed.products ?? []).map((product) => [
          product.name.toLowerCase(),
          {
            name: product.name,
            subscriptionRequired: product.subscriptionRequired ?? true,
            policy: this.#policySlot(product.policy),
          },
        ]),
      ),
      apis: new Map((seed.apis ?? []).map((api) => [api.name.toLowerCase(), this.#api(api)])),
      subscriptions: [...(seed.subscriptions ?? [])],
      fragments: new Map(
        Object.entries(seed.fragments ?? {}).map(([name, text]) => [
          name.toLowerCase(),
          this.#policySlot(text),
        ]),
      ),
      backends: seedBackends(seed),
      namedValues: (seed.namedValues ?? []).map((one) => ({ secret: false, tags: [], ...one })),
      hasDirectManagement: seed.hasDirectManagement ?? false,
    });
  }

  #api(seed: ApiSeed): Api {
    const first = { revision: 1, isOnline: true, policy: seed.policy, operations: seed.operations };
    const others = seed.revisions ?? [];
    const current = others.find((revision) => revision.isCurrent)?.revision ?? 1;
    return {
      name: seed.name,
      currentRevision: current,
      revisions: new Map(
        [first, ...others].map((one) => [
          one.revision,
          {
            revision: one.revision,
            isOnline: one.isOnline ?? true,
            policy: this.#policySlot(one.policy),
            operations: this.#operations(one.operations ?? seed.operations ?? []),
          },
        ]),
      ),
      properties: {
        displayName: seed.name,
        path: seed.path,
        serviceUrl: seed.functionApp ? functionAppUrl(seed.functionApp) : (seed.serviceUrl ?? ""),
        subscriptionRequired: seed.subscriptionRequired ?? true,
        subscriptionKeyParameterNames: seed.subscriptionKeyParameterNames ?? {
          header: "Ocp-Apim-Subscription-Key",
          query: "subscription-key",
        },
        protocols: ["https"],
        authenticationSettings: { oAuth2: null, openid: null, ...seed.authenticationSettings },
      },
      etag: this.nextEtag(),
      products: new Set((seed.products ?? []).map((name) => name.toLowerCase())),
      lockedUntil: 0,
    };
  }

  #operations(seeds: readonly OperationSeed[]): Map<string, ApiOperation> {
    return new Map(
      seeds.map((seed) => [
        seed.name.toLowerCase(),
        {
          name: seed.name,
          method: seed.method,
          urlTemplate: seed.urlTemplate,
          policy: this.#policySlot(seed.policy),
        },
      ]),
    );
  }

  #policySlot(text: string | undefined): PolicySlot {
    if (text === undefined) return new PolicySlot(this.clock);
    return new PolicySlot(this.clock, {
      text: formatPolicy(text, "rawxml"),
      etag: this.nextEtag(),
    });
  }
}

function seedBackends({ backends = [] }: ServiceSeed): Map<string, BackendEntity> {
  return new Map(
    backends.map(({ name, functionApp, url = "", header = {}, query = {} }) => [
      name.toLowerCase(),
      { name, url: functionApp === undefined ? url : functionAppUrl(functionApp), header, query },
    ]),
  );
}

/** Stands for a Function App's address until its listener has a port. */
export function functionAppUrl(name: string): string {
  return `function-app:${name}`;
}

function resourceKey(resourceGroup: string, name: string): string {
  return `${resourceGroup}/${name}`.toLowerCase();
}

/** `null` where there are none, as the service shows it. */
function seedAddresses(seed: ServiceSeed): Record<string, unknown> {
  const hasOwn = !/^Consumption$|V2$/u.test(seed.sku ?? "");
  return {
    publicIPAddresses: seed.publicIPAddresses ?? (hasOwn ? [DEFAULT_GATEWAY_ADDRESS] : null),
    outboundPublicIPAddresses: seed.outboundPublicIPAddresses ?? null,
    additionalLocations:
      seed.additionalLocations?.map((one) => ({
        ...one,
        sku: { name: seed.sku ?? "Developer", capacity: 1 },
        gatewayRegionalUrl: null,
      })) ?? null,
  };
}

function seedAuthentication(seed: FunctionAppSeed): SiteAuthentication {
  if (seed.authentication === undefined) return { version: "none", document: {} };
  const { version, properties } = seed.authentication;
  return { version, document: version === "v2" ? defaultAuthentication(properties) : properties };
}
