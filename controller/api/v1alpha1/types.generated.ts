// Generated from crds/ by `npm run generate`. Do not edit.

/** Makes an Azure Function App callable through its API Management APIs and in no other way, keeps it so, and proves it with calls. */
export interface SecuredFunctionBackend {
  apiVersion: "securedbackend.dev/v1alpha1";
  kind: "SecuredFunctionBackend";
  metadata: ObjectMetadata;
  spec: SecuredFunctionBackendSpec;
  status?: SecuredFunctionBackendStatus;
}

/** The part of the standard object metadata that is read here; what else a manifest holds stays in it. */
export interface ObjectMetadata {
  name: string;
  namespace: string;
  uid?: string;
  generation?: number;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** What shall be true. */
export interface SecuredFunctionBackendSpec {
  /** The Function App to protect, or one of its deployment slots. It cannot be changed afterwards. */
  functionApp: FunctionAppReference;
  /** The API Management APIs that may call the function: the doors that stay open. Each version of an API is an API of its own. */
  apis: ApiReference[];
  /** AllOnline protects every online revision of the APIs, so that a release brings no unprotected policy. Current protects the current revision only. Default: "AllOnline". */
  revisions: "Current" | "AllOnline";
  /** The identity with which API Management calls the function. */
  identity: Identity;
  /** The Microsoft Entra app registration that stands for the function. Without clientId, one is created and kept up through Microsoft Graph; that needs the application permission Application.ReadWrite.OwnedBy. */
  registration: Registration;
  /** How the Function App's authentication treats its callers. */
  authentication: Authentication;
  /** Remove keeps the caller's API Management subscription key from the function: header and query parameter, under the API's own names. Keep passes it on. Default: "Remove". */
  subscriptionKey: "Remove" | "Keep";
  /** From which addresses the function may be called. It is restricted only after authentication was seen to work. It holds for the function's own host name, not for its deployment site (SCM). */
  network: Network;
  /** Other ways into the Function App. Enforce shuts one, Report tells in condition Hardened that it is open, Ignore does not look. What is only reported never keeps the object from being Ready. */
  hardening: Hardening;
  /** The calls that prove the protection. */
  verification: Verification;
  /** How an open function is closed. */
  rollout: Rollout;
  /** Enforce makes it so. Observe never writes to Azure, nor gives back, and says what Enforce would do. Default: "Enforce". */
  mode: Mode;
  /** Differences that are left alone and not reported, in the notation of status.drift[].path. */
  ignoreDifferences: string[];
  /** How often Azure is looked at when nothing happened, from 1m to 24h, such as 90s, 10m or 1h30m. Default: "10m". */
  resyncInterval: string;
  /** What happens in Azure when this object is deleted. Retain leaves everything as it is: deleting never opens the door. Restore gives back what was there before: authentication first, then the policies, then access restrictions and hardening; last, a managed registration is removed. The API Management service keeps its identity. Default: "Retain". */
  deletionPolicy: "Retain" | "Restore";
  /** Stands still while true. Nothing is read, written or given back. Default: false. */
  suspend: boolean;
}

/** The Function App to protect, or one of its deployment slots. It cannot be changed afterwards. */
export interface FunctionAppReference {
  /** Azure subscription, as a UUID in lower case. */
  subscriptionId: string;
  /** Resource group, 1 to 90 letters, digits, hyphens, underscores, periods and parentheses. */
  resourceGroup: string;
  /** Function App, 2 to 60 letters, digits and hyphens. */
  name: string;
  /** Deployment slot, 2 to 59 letters, digits and hyphens. Without it, the app itself, which is the production slot. A slot has a host name and authentication of its own, and both stay where they are when slots are swapped, so each slot needs an object of its own. */
  slot?: string;
}

/** One API Management API. */
export interface ApiReference {
  /** Azure subscription, as a UUID in lower case. */
  subscriptionId: string;
  /** Resource group, 1 to 90 letters, digits, hyphens, underscores, periods and parentheses. */
  resourceGroup: string;
  /** API Management service, 1 to 50 letters, digits and hyphens, beginning with a letter. */
  serviceName: string;
  /** Name of the API (its id within the service, not its display name). No revision: spec.revisions says which of them are protected. */
  name: string;
}

/** The identity with which API Management calls the function. */
export interface Identity {
  /** SystemAssigned uses the API Management service's own identity. UserAssigned uses the one that resourceId names, which can be kept for this backend alone. Default: "SystemAssigned". */
  type: IdentityType;
  /** Azure resource id of a user-assigned managed identity (/subscriptions/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/…). */
  resourceId?: string;
  /** Ensure turns the identity on at the API Management service where it is missing. Require only checks, and reports IdentityMissing. Default: "Ensure". */
  management: "Ensure" | "Require";
}

/** SystemAssigned uses the API Management service's own identity. UserAssigned uses the one that resourceId names, which can be kept for this backend alone. Default: "SystemAssigned". */
export type IdentityType = "SystemAssigned" | "UserAssigned";

/** The Microsoft Entra app registration that stands for the function. Without clientId, one is created and kept up through Microsoft Graph; that needs the application permission Application.ReadWrite.OwnedBy. */
export interface Registration {
  /** Application (client) id of the function's app registration, as a UUID in lower case. It is the audience for which API Management asks its tokens. Without it, the registration is managed. */
  clientId?: string;
  /** Directory (tenant) of the registration, as a UUID in lower case. Without it, the tenant in which the controller is signed in. It must be that of the API Management service's identity. */
  tenantId?: string;
  /** Version of the access tokens issued for the registration. Auto asks for a token and looks. Default: "Auto". */
  tokenVersion: TokenVersion;
}

/** Version of the access tokens issued for the registration. Auto asks for a token and looks. Default: "Auto". */
export type TokenVersion = "Auto" | "V1" | "V2";

/** How the Function App's authentication treats its callers. */
export interface Authentication {
  /** What a caller without a valid token gets. Default: "Return401". */
  unauthenticatedAction: UnauthenticatedAction;
  /** Callers admitted besides the gateways. App Service checks both ids, so both are needed. */
  allowedCallers: AllowedCaller[];
  /** Audiences accepted in tokens besides the registration's client id, for callers who use another name of it, such as its application id URI. */
  allowedAudiences: string[];
  /** Paths of the Function App that stay open to anybody. Each is exact, or ends in /* for everything below it. */
  excludedPaths: string[];
}

/** What a caller without a valid token gets. Default: "Return401". */
export type UnauthenticatedAction = "Return401" | "Return403";

/** One caller admitted besides the gateways. */
export interface AllowedCaller {
  /** Object id of the caller's service principal or user, as a UUID in lower case. */
  objectId: string;
  /** Application (client) id with which the caller asks its tokens, as a UUID in lower case. */
  clientId: string;
  /** Who this is, for readers of the manifest. */
  description?: string;
}

/** From which addresses the function may be called. It is restricted only after authentication was seen to work. It holds for the function's own host name, not for its deployment site (SCM). */
export interface Network {
  /** Unmanaged leaves access restrictions as they are, also those that were made here. GatewayOnly lets in the outbound addresses of the API Management services and additionalCidrs, and denies the rest; rules of others are kept and reported. Tiers without addresses of their own (Consumption, v2) are refused. A Function App in GatewayOnly turns the operator away by its address, so that Verified is Unknown, unless additionalCidrs names where the operator calls from. Default: "Unmanaged". */
  mode: NetworkMode;
  /** IPv4 ranges that may call besides the gateways, such as a NAT gateway's or the operator's own. */
  additionalCidrs: string[];
}

/** Unmanaged leaves access restrictions as they are, also those that were made here. GatewayOnly lets in the outbound addresses of the API Management services and additionalCidrs, and denies the rest; rules of others are kept and reported. Tiers without addresses of their own (Consumption, v2) are refused. A Function App in GatewayOnly turns the operator away by its address, so that Verified is Unknown, unless additionalCidrs names where the operator calls from. Default: "Unmanaged". */
export type NetworkMode = "Unmanaged" | "GatewayOnly";

/** Other ways into the Function App. Enforce shuts one, Report tells in condition Hardened that it is open, Ignore does not look. What is only reported never keeps the object from being Ready. */
export interface Hardening {
  /** Whether plain HTTP is turned away (httpsOnly). Default: "Report". */
  httpsOnly: "Enforce" | "Report" | "Ignore";
  /** Whether files can be brought by FTP: ftpsState Disabled, and no publishing by FTP with user name and password. Default: "Report". */
  ftp: "Enforce" | "Report" | "Ignore";
  /** Whether the deployment site (SCM, Kudu) takes a user name and a password besides Entra tokens. Pipelines that deploy with a publishing profile need them. Default: "Report". */
  scmBasicAuth: "Enforce" | "Report" | "Ignore";
  /** Whether the host's /admin addresses answer nobody but the platform (functionsRuntimeAdminIsolationEnabled). Linux Consumption does not have it. Default: "Report". */
  adminIsolation: "Enforce" | "Report" | "Ignore";
  /** Whether remote debugging is off. Default: "Report". */
  remoteDebugging: "Enforce" | "Report" | "Ignore";
  /** The oldest version of TLS that the Function App and its deployment site speak. */
  minimumTls: MinimumTls;
}

/** The oldest version of TLS that the Function App and its deployment site speak. */
export interface MinimumTls {
  /** Whether it is enforced, reported or ignored. Default: "Report". */
  mode: HardeningMode;
  /** The oldest version. A newer one is left as it is. Default: "1.2". */
  version: "1.2" | "1.3";
}

/** Whether it is enforced, reported or ignored. Default: "Report". */
export type HardeningMode = "Enforce" | "Report" | "Ignore";

/** The calls that prove the protection. */
export interface Verification {
  /** Whether the function is called directly, past its gateway, to see that it refuses. Default: "Enabled". */
  direct: "Enabled" | "Disabled";
  /** Safe GET calls through the gateway that must keep working. They are what the gate of a roll-out and the check after it look at. */
  gateway: GatewayCheck[];
}

/** One call through the gateway. */
export interface GatewayCheck {
  /** Name of an API of spec.apis; where several services have an API of that name, the call is made through each. */
  api: string;
  /** Path below the API's own base path, with a query if need be, such as /health?full=1. */
  path: string;
  /** HTTP status that the call must get. Default: 200. */
  expectedStatus: number;
  /** Where the subscription key for this call is kept, if the API wants one: a Secret of type securedbackend.dev/subscription-key in the object's namespace; without a cluster its manifest, in the folder of --keys. The key is sent over HTTPS and only to host names that the API Management service itself lists. */
  subscriptionKeySecretRef?: SecretKeyReference;
}

/** Where the subscription key for this call is kept, if the API wants one: a Secret of type securedbackend.dev/subscription-key in the object's namespace; without a cluster its manifest, in the folder of --keys. The key is sent over HTTPS and only to host names that the API Management service itself lists. */
export interface SecretKeyReference {
  /** Name of the Secret: lower-case letters, digits, hyphens and periods. */
  name: string;
  /** Name of the entry in the Secret: letters, digits, hyphens, underscores and periods. */
  key: string;
}

/** How an open function is closed. */
export interface Rollout {
  /** Require closes the function only after the calls of verification.gateway passed, and waits with reason AwaitingCheck if none is given. Skip closes it unseen. Default: "Require". */
  gatewayCheck: "Require" | "Skip";
  /** Automatic closes the function when everything before is done. Manual stops before the first change that callers can notice, with reason AwaitingRelease, until the annotation securedbackend.dev/release carries the hash of the plan, which sfb plan prints. Default: "Automatic". */
  enforcement: "Automatic" | "Manual";
}

/** Enforce makes it so. Observe never writes to Azure, nor gives back, and says what Enforce would do. Default: "Enforce". */
export type Mode = "Enforce" | "Observe";

/** What was found and done. Written by the controller alone. */
export interface SecuredFunctionBackendStatus {
  /** Generation of the spec that this status speaks about. */
  observedGeneration?: number;
  /** Value of the annotation securedbackend.dev/reconcile-requested-at (or reconcile.fluxcd.io/requestedAt) that was last obeyed. */
  lastHandledReconcileAt?: string;
  /** Value of the securedbackend.dev/take-over annotation that was obeyed. It is not obeyed again while it stands. */
  lastHandledTakeOver?: string;
  /** The state in standard form: Ready, Reconciling, Stalled, InSync, Verified and one per safeguard. */
  conditions?: Condition[];
  /** The API Management services of spec.apis, with the identity each one calls with. */
  gateways?: GatewayIdentity[];
  /** Audience for which API Management asks its tokens. */
  audience?: string;
  /** Tenant whose tokens the function accepts. */
  tenantId?: string;
  /** Issuer whose tokens the function accepts. */
  issuer?: string;
  /** How far the roll-out is. Completed from the first pass on that saw everything closed and proved; from then on differences are put right without a gate. */
  rollout?: RolloutProgress;
  /** Long-running Azure operations that were begun and not yet seen to end. */
  operations?: OngoingOperation[];
  /** Present differences between Azure and the spec, the first 50. */
  drift?: DriftItem[];
  /** Number of present differences, also those beyond the first 50. */
  driftCount?: number;
  /** The last 10 fields that were put right, newest first, each once. */
  recentCorrections?: Correction[];
  /** Ways around the lock, and what may become one, the worst first, at most 50. Nothing of it is changed. */
  findings?: Finding[];
  /** How many operations of the APIs in spec.apis send the gateway's token to the function. */
  coverage?: Coverage;
}

/** One condition, in the form of metav1.Condition. */
export interface Condition {
  /** Name of the condition. */
  type: string;
  /** Whether it holds. */
  status: ConditionStatus;
  /** Why, in one word for programs. */
  reason: string;
  /** Why and what to do, in words for people. */
  message: string;
  /** When status last changed. */
  lastTransitionTime: string;
  /** Generation of the spec that this condition speaks about. */
  observedGeneration?: number;
}

/** Whether it holds. */
export type ConditionStatus = "True" | "False" | "Unknown";

/** One API Management service and its identity. */
export interface GatewayIdentity {
  /** Azure resource id of the API Management service. */
  service: string;
  /** Object id of the identity. Absent while it is not known. */
  principalId?: string;
  /** Client id of the identity. Absent while it is not known. */
  clientId?: string;
}

/** How far the roll-out is. Completed from the first pass on that saw everything closed and proved; from then on differences are put right without a gate. */
export interface RolloutProgress {
  /** The step it has reached. */
  step: RolloutStep;
  /** Whether calls through the gateway worked with access restricted to addresses. From then on the restrictions are kept up and never taken back. */
  networkProven?: boolean;
  /** When that step was reached. */
  startedAt: string;
  /** Why it stopped or went back, in one word for programs. */
  reason?: string;
  /** Why it stopped or went back, in words for people. */
  message?: string;
}

/** The step it has reached. */
export type RolloutStep = "ManagedIdentity" | "AppRegistration" | "InboundPolicy" | "GatewayCheck" | "Authentication" | "AccessCheck" | "AccessRestrictions" | "NetworkCheck" | "Hardening" | "NetworkRollBack" | "NetworkRolledBack" | "RollBack" | "RolledBack" | "Completed" | "Switching";

/** One long-running Azure operation. */
export interface OngoingOperation {
  /** Azure resource that is being changed. */
  resourceId: string;
  /** Address at which Azure tells how far it is. */
  url: string;
  /** When it began. */
  startedAt: string;
}

/** One difference between Azure and the spec. */
export interface DriftItem {
  /** What differs, as <safeguard>:<JSON pointer or policy path>. */
  path: string;
  /** Azure resource id of what differs. */
  resource: string;
  /** What the spec asks for. Absent when it asks that there be nothing. */
  desired?: string;
  /** What was found. Absent when there was nothing. */
  observed?: string;
  /** Whether what was found weakens the protection, hardens it, or neither. */
  danger: Danger;
  /** When it was first seen. */
  detectedAt: string;
}

/** Whether what was found weakens the protection, hardens it, or neither. */
export type Danger = "Weakens" | "Hardens" | "Cosmetic";

/** One difference that was put right. */
export interface Correction {
  /** What differed, as <safeguard>:<JSON pointer or policy path>. */
  path: string;
  /** Azure resource id of what differed. */
  resource: string;
  /** What the spec asked for. Absent when it asked that there be nothing. */
  desired?: string;
  /** What had been found. Absent when there was nothing. */
  observed?: string;
  /** When it was put right. */
  correctedAt: string;
  /** How often it was put right, where somebody changed it back each time within three hours. Absent for once. */
  times?: number;
}

/** One way around the lock. */
export interface Finding {
  /** What it is, in one word for programs; docs/conditions.md lists them. */
  code: string;
  /** Critical when somebody gets in whom the spec does not name, which makes Ready False. Warning when that may come of it, or when callers are kept out. Info otherwise. */
  severity: FindingSeverity;
  /** Azure resource id of where it is. */
  resource: string;
  /** What was found. */
  message: string;
  /** What to do. */
  remedy: string;
}

/** Critical when somebody gets in whom the spec does not name, which makes Ready False. Warning when that may come of it, or when callers are kept out. Info otherwise. */
export type FindingSeverity = "Critical" | "Warning" | "Info";

/** How many operations of the APIs in spec.apis send the gateway's token to the function. */
export interface Coverage {
  /** Operations that are protected. */
  protected: number;
  /** Operations of the APIs' current revisions. */
  total: number;
}
