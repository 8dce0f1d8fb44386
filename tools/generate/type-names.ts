/**
 * Names of the generated types, by field path. Every object and every list of objects has one; an enumeration may have
 * one, and is written out where it is used otherwise.
 */
export const TYPE_NAMES: Readonly<Record<string, string>> = {
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
