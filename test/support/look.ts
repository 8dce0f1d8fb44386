import type { SecuredFunctionBackendSpec } from "../../controller/api/v1alpha1/types.generated.ts";
import type { BypassCheck, Finding } from "../../controller/safeguards/bypass/bypass-check.ts";
import type { Facts, SiteFacts } from "../../controller/safeguards/safeguard.ts";
import { targetOf } from "../../controller/safeguards/target.ts";
import { aBackend, facts, START } from "./builders.ts";
import { FakeInventory } from "./fake-inventory.ts";

interface Surroundings {
  readonly spec?: Partial<SecuredFunctionBackendSpec>;
  readonly facts?: Partial<Facts>;
  readonly site?: Partial<SiteFacts>;
  /** Changes what lies around. */
  readonly inventory?: (inventory: FakeInventory) => void;
}

/** What a check finds. */
export async function look(
  check: BypassCheck,
  { spec = {}, facts: known = {}, site = {}, inventory: change }: Surroundings = {},
): Promise<readonly Finding[]> {
  const inventory = new FakeInventory();
  change?.(inventory);
  const all = facts(known);
  const target = targetOf(aBackend({ spec }), undefined, Date.parse(START));
  const found = await check.look(inventory, {
    target,
    facts: { ...all, site: { ...all.site, ...site } },
  });
  const undeclared = found.find(({ code }) => !check.codes.includes(code));
  if (undeclared !== undefined) throw new Error(`not among the check's codes: ${undeclared.code}`);
  return found;
}
