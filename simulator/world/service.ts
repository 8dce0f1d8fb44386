import type { PolicySlot } from "./policy-slot.ts";

/** An identity of a service: its object id and its client id. */
export interface IdentityPair {
  readonly principalId: string;
  readonly clientId: string;
}

/** The managed identities of a service; both members empty: no identity. */
export interface ServiceIdentity {
  readonly system?: IdentityPair;
  /** By ARM id as it was written. */
  readonly userAssigned: ReadonlyMap<string, IdentityPair>;
}

export interface ApiOperation {
  readonly name: string;
  readonly method: string;
  readonly urlTemplate: string;
  readonly policy: PolicySlot;
}

export interface ApiRevision {
  readonly revision: number;
  isOnline: boolean;
  readonly policy: PolicySlot;
  readonly operations: Map<string, ApiOperation>;
}

export interface Api {
  readonly name: string;
  readonly revisions: Map<number, ApiRevision>;
  currentRevision: number;
  /** Members of `properties` that are the same for all revisions. */
  readonly properties: ApiProperties;
  etag: string;
  readonly products: Set<string>;
  /** Until when its writes answer 409, by the simulator's clock. */
  lockedUntil: number;
}

/** The mutable part of an API's `properties`; unknown members are kept as sent. */
export interface ApiProperties {
  displayName: string;
  path: string;
  serviceUrl: string;
  subscriptionRequired: boolean;
  subscriptionKeyParameterNames: { header: string; query: string };
  [further: string]: unknown;
}

export interface Product {
  readonly name: string;
  readonly subscriptionRequired: boolean;
  readonly policy: PolicySlot;
}

/** A backend entity: an address, and what the gateway adds to the requests for it. */
export interface BackendEntity {
  readonly name: string;
  url: string;
  readonly header: Readonly<Record<string, readonly string[]>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly tags: readonly string[];
}

export interface SubscriptionKey {
  readonly name: string;
  readonly key: string;
  readonly product?: string;
}

/** An API Management service. */
export interface ApiManagementService {
  readonly id: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly sku: string;
  tags: Readonly<Record<string, string>>;
  /** Set when its gateway listens: `https://localhost:PORT`. */
  gatewayUrl: string;
  identity: ServiceIdentity;
  etag: string;
  provisioningState: string;
  targetProvisioningState: string;
  /** Settable members of `properties`, as sent. */
  readonly properties: Record<string, unknown>;
  readonly policy: PolicySlot;
  readonly products: Map<string, Product>;
  readonly apis: Map<string, Api>;
  readonly subscriptions: SubscriptionKey[];
  readonly fragments: Map<string, PolicySlot>;
  readonly backends: Map<string, BackendEntity>;
  namedValues: readonly NamedValue[];
  hasDirectManagement: boolean;
}

/** The revision a callers' plain `apis/{name}` means. */
export function currentRevision(api: Api): ApiRevision {
  const revision = api.revisions.get(api.currentRevision);
  if (!revision) throw new Error(`API ${api.name} has no revision ${api.currentRevision}.`);
  return revision;
}
