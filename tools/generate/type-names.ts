/** Names of one resource's generated types, by field path. */
export type TypeNames = Readonly<Record<string, string>>;

/**
 * Names of the generated types. Every object and every list of objects has one, but for maps; an enumeration may have
 * one, and is written out where it is used otherwise.
 */
export const BACKEND_TYPE_NAMES: TypeNames = {
  spec: "SecuredFunctionBackendSpec",
  "spec.functionApp": "FunctionAppReference",
  "spec.apis[]": "ApiReference",
  "spec.identity": "Identity",
  "spec.identity.type": "IdentityType",
  "spec.registration": "Registration",
  "spec.registration.tokenVersion": "TokenVersion",
  "spec.authentication": "Authentication",
  "spec.authentication.unauthenticatedAction": "UnauthenticatedAction",
  "spec.authentication.allowedCallers[]": "AllowedCaller",
  "spec.network": "Network",
  "spec.network.mode": "NetworkMode",
  "spec.hardening": "Hardening",
  "spec.hardening.minimumTls": "MinimumTls",
  "spec.hardening.minimumTls.mode": "HardeningMode",
  "spec.verification": "Verification",
  "spec.verification.gateway[]": "GatewayCheck",
  "spec.verification.gateway[].subscriptionKeySecretRef": "SecretKeyReference",
  "spec.rollout": "Rollout",
  "spec.mode": "Mode",
  status: "SecuredFunctionBackendStatus",
  "status.conditions[]": "Condition",
  "status.conditions[].status": "ConditionStatus",
  "status.gateways[]": "GatewayIdentity",
  "status.rollout": "RolloutProgress",
  "status.rollout.step": "RolloutStep",
  "status.operations[]": "OngoingOperation",
  "status.drift[]": "DriftItem",
  "status.drift[].danger": "Danger",
  "status.recentCorrections[]": "Correction",
  "status.findings[]": "Finding",
  "status.findings[].severity": "FindingSeverity",
  "status.coverage": "Coverage",
};

export const GRANT_TYPE_NAMES: TypeNames = {
  spec: "AzureScopeGrantSpec",
  "spec.grants[]": "Grant",
  "spec.grants[].namespaces": "GrantedNamespaces",
  "spec.grants[].namespaces.selector": "LabelSelector",
  "spec.grants[].namespaces.selector.matchExpressions[]": "LabelExpression",
  "spec.grants[].audiences": "GrantedAudiences",
  "spec.grants[].identities": "GrantedIdentities",
};
