import type { Inventory } from "../../azure/inventory.ts";

/** A policy somewhere in a service. */
export interface SeenPolicy {
  /** `…/policies/policy`. */
  readonly id: string;
  readonly text: string;
}

/** The policies with these ids; those that are gone meanwhile are left out. */
export async function readPolicies(
  inventory: Inventory,
  ids: readonly string[],
): Promise<readonly SeenPolicy[]> {
  const read = await Promise.all(
    ids.map(async (id) => ({ id, text: await inventory.getPolicyText(id) })),
  );
  return read.flatMap(({ id, text }) => (text === undefined ? [] : { id, text }));
}

/** What a policy belongs to. */
export function ownerOf(policyId: string): string {
  return policyId.replace(/\/policies\/[^/]*$/i, "");
}

/** Whether an id lies below another. */
export function isBelow(id: string, parent: string): boolean {
  return id.toLowerCase().startsWith(`${parent.toLowerCase()}/`);
}
