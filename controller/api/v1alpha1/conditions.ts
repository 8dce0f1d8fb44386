/** Name of a safeguard: the same in paths of differences, in conditions, in docs. */
export type SafeguardName =
  | "managed-identity"
  | "app-registration"
  | "inbound-policy"
  | "authentication"
  | "access-restrictions"
  | "hardening";

/** What a condition says when its status is True. */
export interface ConditionDefinition {
  readonly meaning: string;
  /** The safeguard that owns the condition; absent for those that speak about the whole object. */
  readonly safeguard?: SafeguardName;
  /** Whether the condition is left out while it is not True, as kstatus wants it for some. */
  readonly isOmittedUnlessTrue?: true;
}

/** Every condition type the controller sets, in the order in which status lists them. */
export const CONDITIONS = {
  Ready: {
    meaning:
      "Every enforced setting is as the spec asks, and no call showed otherwise. In mode Observe: Azure was looked at.",
  },
  Reconciling: {
    meaning: "The controller is working on it, or will go on by itself.",
    isOmittedUnlessTrue: true,
  },
  Stalled: {
    meaning: "Nothing will happen until somebody changes something; reason and message say what.",
    isOmittedUnlessTrue: true,
  },
  InSync: { meaning: "Azure is as the spec asks; status.drift is empty." },
  Verified: {
    meaning:
      "Calls got what they should: refused directly, answered through the gateway. Unknown when no call was made.",
  },
  NoBypass: {
    meaning:
      "No way around the lock was found; status.findings lists what was. False when somebody gets in whom the spec does not name.",
  },
  IdentityReady: {
    meaning: "Every gateway has the identity with which it calls the function.",
    safeguard: "managed-identity",
  },
  RegistrationReady: {
    meaning:
      "The function's app registration issues tokens for the gateway, in a known version and tenant.",
    safeguard: "app-registration",
  },
  PolicyProtected: {
    meaning: "Every API in spec.apis sends the gateway's token, and nothing else, to the function.",
    safeguard: "inbound-policy",
  },
  AuthenticationEnforced: {
    meaning: "The function admits the gateways and the allowed callers, and nobody else.",
    safeguard: "authentication",
  },
  NetworkRestricted: {
    meaning:
      "The function answers the addresses of its gateways and those of network.additionalCidrs, and no others. Unknown while network.mode is Unmanaged.",
    safeguard: "access-restrictions",
  },
  Hardened: {
    meaning:
      "No setting that hardening enforces or reports is weaker than it asks. Differences that are only reported never keep the object from being Ready.",
    safeguard: "hardening",
  },
} as const satisfies Record<string, ConditionDefinition>;

/** Type of a condition of this resource. */
export type ConditionType = keyof typeof CONDITIONS;

export { REASONS, type Reason } from "./reasons.ts";
