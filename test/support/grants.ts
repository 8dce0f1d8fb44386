import type {
  AzureScopeGrant,
  Grant,
} from "../../controller/api/v1alpha1/grant-types.generated.ts";
import { AUDIENCE, SUBSCRIPTION } from "./builders.ts";

/** The resource group in which the example lies, as a scope. */
export const SHOP_SCOPE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop`;

/** A grant that covers the object of `aBackend` and no more than its kind, with some of it replaced. */
export function aGrant(overrides: Partial<Grant> = {}): Grant {
  return {
    name: "shop",
    namespaces: { names: ["shop"] },
    scopes: [SHOP_SCOPE],
    audiences: { clientIds: [AUDIENCE], managedRegistrations: "Deny" },
    identities: { systemAssigned: "Allow", userAssigned: [] },
    ...overrides,
  };
}

/** The object that holds all grants. */
export function grantsObject(grants: readonly Grant[]): AzureScopeGrant {
  return {
    apiVersion: "securedbackend.dev/v1alpha1",
    kind: "AzureScopeGrant",
    metadata: { name: "cluster" },
    spec: { grants: [...grants] },
  };
}
