import type { OtherFunction } from "./site.ts";

/**
 * What a simulated Azure consists of at its start. Everything optional has a default that suits a
 * plain, working resource; members of `WorldSeed` that are left out are the demonstration's.
 */
export interface WorldSeed {
  readonly tenantId?: string;
  readonly subscriptionId?: string;
  readonly resourceGroups?: readonly string[];
  readonly operator?: OperatorSeed;
  readonly registrations?: readonly RegistrationSeed[];
  readonly userAssignedIdentities?: readonly UserAssignedIdentitySeed[];
  readonly functionApps?: readonly FunctionAppSeed[];
  readonly services?: readonly ServiceSeed[];
  readonly locks?: readonly LockSeed[];
  readonly policyDenials?: readonly PolicyDenialSeed[];
}

/** The identity that the tool under test runs as. */
export interface OperatorSeed {
  readonly clientId: string;
  readonly objectId: string;
  /** RBAC actions it may not do, letter case ignored; `*` at the end stands for the rest. */
  readonly deniedActions?: readonly string[];
  /** Its application permissions of Microsoft Graph; `Application.ReadWrite.OwnedBy` unless told. */
  readonly graphPermissions?: readonly GraphPermission[];
}

/** The application permissions of Microsoft Graph that are simulated, from less to more. */
export type GraphPermission =
  | "Application.Read.All"
  | "Application.ReadWrite.OwnedBy"
  | "Application.ReadWrite.All";

/** An app registration in Entra. */
export interface RegistrationSeed {
  readonly clientId: string;
  readonly displayName: string;
  /** `api.requestedAccessTokenVersion`; null is the default of a new registration and means 1. */
  readonly tokenVersion?: 1 | 2 | null;
  /** `api://…` names by which it may be asked for besides its client id. */
  readonly identifierUris?: readonly string[];
  /** Object id of its service principal; `null`: it has none (AADSTS500011). */
  readonly servicePrincipal?: string | null;
  /** With `assignmentRequired`, only the listed principals get a token (AADSTS501051). */
  readonly assignmentRequired?: boolean;
  readonly assignedPrincipals?: readonly string[];
  /** Lets it sign in with a client secret. */
  readonly secret?: string;
}

export interface UserAssignedIdentitySeed {
  readonly resourceGroup: string;
  readonly name: string;
  readonly clientId: string;
  readonly principalId: string;
}

export interface FunctionAppSeed {
  readonly resourceGroup: string;
  readonly name: string;
  /** `functionapp,linux` unless told. */
  readonly kind?: string;
  readonly state?: "Running" | "Stopped";
  readonly httpsOnly?: boolean;
  readonly publicNetworkAccess?: "Enabled" | "Disabled" | null;
  /** Routes below `/api/`; `{name}` stands for one segment. */
  readonly functions?: readonly string[];
  /** Makes the functions ask for this key (`authLevel: function`). */
  readonly functionKey?: string;
  /** Functions with another trigger than HTTP, by their bindings as in `function.json`. */
  readonly otherFunctions?: readonly OtherFunction[];
  readonly authentication?: AuthenticationSeed;
  readonly appSettings?: Readonly<Record<string, string>>;
  readonly ipSecurityRestrictions?: readonly Readonly<Record<string, unknown>>[];
  /** Further members of config/web, such as `minTlsVersion`. */
  readonly webConfig?: Readonly<Record<string, unknown>>;
  /** The plan's SKU as the site shows it; `Dynamic` is Consumption. */
  readonly sku?: string;
  /** Content files by path: what `platform.configFilePath` may name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Custom host names, besides the one that the platform gives. */
  readonly hostNames?: readonly string[];
  /** Deployment slots besides the app itself, each a site of its own. */
  readonly slots?: readonly SlotSeed[];
}

/** A deployment slot; its address and its name elsewhere are `app/slot`. */
export type SlotSeed = Omit<FunctionAppSeed, "resourceGroup" | "slots">;

/** Settings as they were written by someone before; absent on the site: never configured. */
export type AuthenticationSeed =
  | { readonly version: "v1"; readonly properties: Readonly<Record<string, unknown>> }
  | { readonly version: "v2"; readonly properties: Readonly<Record<string, unknown>> };

/** An API Management service. */
export interface ServiceSeed {
  readonly resourceGroup: string;
  readonly name: string;
  readonly sku?: string;
  /** Where its gateway calls from; Consumption and the v2 tiers have none of their own unless told. */
  readonly publicIPAddresses?: readonly string[];
  /** Those of a NAT gateway, which calls leave by where there is one. */
  readonly outboundPublicIPAddresses?: readonly string[];
  readonly additionalLocations?: readonly AdditionalLocationSeed[];
  readonly identity?: ServiceIdentitySeed;
  /** Global policy, in `rawxml` form; the service's own default unless told. */
  readonly policy?: string;
  readonly products?: readonly ProductSeed[];
  readonly apis?: readonly ApiSeed[];
  readonly subscriptions?: readonly SubscriptionKeySeed[];
  /** Policy fragments by name, in `rawxml` form. */
  readonly fragments?: Readonly<Record<string, string>>;
  readonly backends?: readonly BackendSeed[];
  readonly namedValues?: readonly NamedValueSeed[];
  /** Whether the direct management API is switched on. */
  readonly hasDirectManagement?: boolean;
}

/** A backend entity, which policies name by `backend-id`. */
export interface BackendSeed {
  readonly name: string;
  /** The Function App whose `/api` it is; or `url`. */
  readonly functionApp?: string;
  readonly url?: string;
  /** What the gateway adds to the requests, such as a function's key. */
  readonly header?: Readonly<Record<string, readonly string[]>>;
  readonly query?: Readonly<Record<string, readonly string[]>>;
}

export interface NamedValueSeed {
  readonly name: string;
  readonly value: string;
  readonly secret?: boolean;
  readonly tags?: readonly string[];
}

/** A further region with gateways of its own. */
export interface AdditionalLocationSeed {
  readonly location: string;
  readonly publicIPAddresses: readonly string[];
  readonly outboundPublicIPAddresses?: readonly string[];
}

export interface ServiceIdentitySeed {
  readonly system?: { readonly principalId: string; readonly clientId: string };
  /** Names of user-assigned identities in the same resource group. */
  readonly userAssigned?: readonly string[];
}

export interface ProductSeed {
  readonly name: string;
  readonly subscriptionRequired?: boolean;
  readonly policy?: string;
}

export interface ApiSeed {
  readonly name: string;
  /** The path below the gateway's address. */
  readonly path: string;
  /** The Function App whose `/api` it fronts, or the slot `app/slot`; or `serviceUrl`. */
  readonly functionApp?: string;
  readonly serviceUrl?: string;
  readonly subscriptionRequired?: boolean;
  readonly subscriptionKeyParameterNames?: { readonly header: string; readonly query: string };
  /** `oAuth2` or `openid`, where the API says how its callers sign in. */
  readonly authenticationSettings?: Readonly<Record<string, unknown>>;
  readonly products?: readonly string[];
  readonly operations?: readonly OperationSeed[];
  readonly policy?: string;
  /** Further revisions; the API itself is revision 1 and current. */
  readonly revisions?: readonly RevisionSeed[];
}

export interface RevisionSeed {
  readonly revision: number;
  readonly isCurrent?: boolean;
  readonly isOnline?: boolean;
  readonly policy?: string;
  /** Those of the API unless told. */
  readonly operations?: readonly OperationSeed[];
}

export interface OperationSeed {
  readonly name: string;
  readonly method: string;
  /** As in API Management: `/orders/{id}`. */
  readonly urlTemplate: string;
  readonly policy?: string;
}

export interface SubscriptionKeySeed {
  readonly name: string;
  readonly key: string;
  /** A product's name; absent: all APIs. */
  readonly product?: string;
}

/** An Azure lock on a resource, a resource group or the subscription. */
export interface LockSeed {
  /** ARM id. */
  readonly scope: string;
  readonly level: "CanNotDelete" | "ReadOnly";
}

/** An Azure Policy assignment that denies writes. */
export interface PolicyDenialSeed {
  /** ARM id; everything below it is denied too. */
  readonly scope: string;
  readonly assignment: string;
}
