import type {
  Hardening,
  HardeningMode,
  SecuredFunctionBackend,
  SecuredFunctionBackendSpec,
  SecuredFunctionBackendStatus,
} from "../../controller/api/v1alpha1/types.generated.ts";
import type { AccessToken, Service, TokenClaims } from "../../controller/azure/door.ts";
import type { Owner } from "../../controller/safeguards/owner-marker.ts";
import type { Change, Facts, GatewayFacts } from "../../controller/safeguards/safeguard.ts";

export const SUBSCRIPTION = "11111111-1111-4111-8111-111111111111";
export const TENANT = "22222222-2222-4222-8222-222222222222";
export const AUDIENCE = "33333333-3333-4333-8333-333333333333";
export const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;

/** The ids of the gateway's identity: its object id and its client id. */
export const GATEWAY = {
  principalId: "44444444-4444-4444-8444-44444444444a",
  clientId: "55555555-5555-4555-8555-55555555555a",
};
/** The identity of somebody whom no spec names. */
export const STRANGER = {
  principalId: "66666666-6666-4666-8666-66666666666a",
  clientId: "77777777-7777-4777-8777-77777777777a",
};

/** Where the gateway calls from. */
export const GATEWAY_ADDRESS = "198.51.100.20";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop`;
export const SERVICE = `${GROUP}/providers/Microsoft.ApiManagement/service/contoso-apim`;
export const API = `${SERVICE}/apis/orders`;
export const POLICY = `${API}/policies/policy`;
export const SITE = `${GROUP}/providers/Microsoft.Web/sites/orders-func`;
export const AUTH_SETTINGS = `${SITE}/config/authsettingsV2`;

/** A time to start from, RFC 3339. */
export const START = "2026-01-01T00:00:00.000Z";

/** A spec with its defaults filled in, as validation hands it out. */
export function aSpec(
  overrides: Partial<SecuredFunctionBackendSpec> = {},
): SecuredFunctionBackendSpec {
  const place = { subscriptionId: SUBSCRIPTION, resourceGroup: "shop" };
  return {
    functionApp: { ...place, name: "orders-func" },
    apis: [{ ...place, serviceName: "contoso-apim", name: "orders" }],
    revisions: "AllOnline",
    identity: { type: "SystemAssigned", management: "Ensure" },
    registration: { clientId: AUDIENCE, tokenVersion: "Auto" },
    authentication: anAuthentication(),
    subscriptionKey: "Remove",
    network: { mode: "Unmanaged", additionalCidrs: [] },
    hardening: aHardening("Report"),
    verification: {
      direct: "Enabled",
      gateway: [{ api: "orders", path: "/health", expectedStatus: 200 }],
    },
    rollout: { gatewayCheck: "Require", enforcement: "Automatic" },
    mode: "Enforce",
    ignoreDifferences: [],
    resyncInterval: "10m",
    suspend: false,
    deletionPolicy: "Retain",
    ...overrides,
  };
}

/** What a spec says of the ways in beside the front door, all alike. */
export function aHardening(mode: HardeningMode): Hardening {
  return {
    httpsOnly: mode,
    ftp: mode,
    scmBasicAuth: mode,
    adminIsolation: mode,
    remoteDebugging: mode,
    minimumTls: { mode, version: "1.2" },
  };
}

/** The part of a spec that speaks about the function's callers. */
export function anAuthentication(
  overrides: Partial<SecuredFunctionBackendSpec["authentication"]> = {},
): SecuredFunctionBackendSpec["authentication"] {
  return {
    unauthenticatedAction: "Return401",
    allowedCallers: [],
    allowedAudiences: [],
    excludedPaths: [],
    ...overrides,
  };
}

/** Who writes, where a test does not care. */
export const OWNER: Owner = { installation: "here", namespace: "shop", name: "orders" };

/** An object in its first generation, with some of its spec replaced. */
export function aBackend({
  spec,
  metadata,
  status,
}: {
  readonly spec?: Partial<SecuredFunctionBackendSpec>;
  readonly metadata?: Partial<SecuredFunctionBackend["metadata"]>;
  readonly status?: SecuredFunctionBackendStatus;
} = {}): SecuredFunctionBackend {
  return {
    apiVersion: "securedbackend.dev/v1alpha1",
    kind: "SecuredFunctionBackend",
    metadata: { name: "orders", namespace: "shop", generation: 1, ...metadata },
    spec: aSpec(spec),
    ...(status && { status }),
  };
}

/** One gateway as the safeguards see it when its identity is there. */
export function gatewayFacts(overrides: Partial<GatewayFacts> = {}): GatewayFacts {
  return {
    serviceId: SERVICE,
    ...GATEWAY,
    tenantId: TENANT,
    url: "https://contoso-apim.azure-api.net",
    identities: [],
    hosts: ["contoso-apim.azure-api.net"],
    ...overrides,
  };
}

/** What is known once every safeguard has looked, on a function that is closed. */
export function facts(overrides: Partial<Facts> = {}): Facts {
  return {
    gateways: [gatewayFacts()],
    registration: { audience: AUDIENCE, tenantId: TENANT, issuer: ISSUER, token: undefined },
    apis: [
      {
        id: API,
        serviceId: SERVICE,
        name: "orders",
        path: "orders",
        keyHeader: "Ocp-Apim-Subscription-Key",
        running: [],
      },
    ],
    site: {
      hostName: "orders-func.azurewebsites.net",
      hostNames: ["orders-func.azurewebsites.net"],
      settings: {},
      state: "Running",
      publicNetworkAccess: undefined,
      accepts: { clientId: AUDIENCE, issuer: ISSUER },
      enforced: true,
    },
    ...overrides,
  };
}

/** A service at rest with an identity of its own. */
export function aService(overrides: Partial<Service> = {}): Service {
  return {
    id: SERVICE,
    provisioningState: "Succeeded",
    targetProvisioningState: undefined,
    identityTypes: ["SystemAssigned"],
    principalId: GATEWAY.principalId,
    tenantId: TENANT,
    userAssignedIdentities: [],
    gatewayUrl: "https://contoso-apim.azure-api.net",
    gatewayHosts: ["contoso-apim.azure-api.net"],
    sku: "Developer",
    addresses: [GATEWAY_ADDRESS],
    ...overrides,
  };
}

/** A token of the operator's own identity for the function. */
export function aToken(claims: Partial<TokenClaims> = {}): AccessToken {
  return {
    bearer: "header.payload.signature",
    claims: {
      issuer: ISSUER,
      audience: AUDIENCE,
      tenantId: TENANT,
      version: "V2",
      objectId: "88888888-8888-4888-8888-88888888888a",
      clientId: "99999999-9999-4999-8999-99999999999a",
      ...claims,
    },
  };
}

/** A difference in the authentication settings. */
export function aChange(overrides: Partial<Change> = {}): Change {
  return {
    safeguard: "authentication",
    resource: AUTH_SETTINGS,
    path: "authentication:/platform/enabled",
    desired: true,
    observed: false,
    danger: "Weakens",
    patch: { kind: "auth-settings", pointer: "/platform/enabled", value: true },
    ...overrides,
  };
}
