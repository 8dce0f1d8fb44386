import { accessRestrictions } from "./access-restrictions.ts";
import { appRegistration } from "./app-registration.ts";
import { authentication } from "./authentication.ts";
import { hardening } from "./hardening.ts";
import { inboundPolicy } from "./inbound-policy.ts";
import { managedIdentity } from "./managed-identity.ts";
import type { Safeguard } from "./safeguard.ts";

/** Every safeguard, in the order in which a roll-out applies them. */
export const SAFEGUARDS: readonly Safeguard[] = [
  managedIdentity,
  appRegistration,
  inboundPolicy,
  authentication,
  accessRestrictions,
  hardening,
];
