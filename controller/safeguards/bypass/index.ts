import { allowedGroups } from "./allowed-groups.ts";
import type { BypassCheck } from "./bypass-check.ts";
import { directManagement } from "./direct-management.ts";
import { hostNames } from "./host-names.ts";
import { identityProviders } from "./identity-providers.ts";
import { openPaths } from "./open-paths.ts";
import { operationPolicies } from "./operation-policies.ts";
import { otherApis } from "./other-apis.ts";
import { productPolicies } from "./product-policies.ts";
import { revisions } from "./revisions.ts";
import { slots } from "./slots.ts";
import { storedKeys } from "./stored-keys.ts";
import { tokenDestinations } from "./token-destinations.ts";

/** Every way around the lock that is looked for. */
export const BYPASS_CHECKS: readonly BypassCheck[] = [
  identityProviders,
  allowedGroups,
  openPaths,
  hostNames,
  slots,
  operationPolicies,
  productPolicies,
  revisions,
  otherApis,
  tokenDestinations,
  storedKeys,
  directManagement,
];
