import type { SecuredFunctionBackendSpec } from "../../controller/api/v1alpha1/types.generated.ts";
import type { Assessment, Facts, Safeguard } from "../../controller/safeguards/safeguard.ts";
import { targetOf, type PendingOperation } from "../../controller/safeguards/target.ts";
import { aBackend, facts, START } from "./builders.ts";
import type { FakeAzure } from "./fake-azure.ts";

interface Circumstances {
  readonly spec?: Partial<SecuredFunctionBackendSpec>;
  readonly operations?: PendingOperation[];
  /** Milliseconds since {@link START}. */
  readonly elapsedInMs?: number;
  /** What the other safeguards have to tell. */
  readonly facts?: Partial<Facts>;
}

/** What a safeguard makes of an Azure, and the facts that it tells the others. */
export async function assess(
  safeguard: Safeguard,
  azure: FakeAzure,
  circumstances: Circumstances = {},
): Promise<Assessment & { readonly facts: Partial<Facts> }> {
  const { spec = {}, operations = [], elapsedInMs = 0 } = circumstances;
  const target = targetOf(aBackend({ spec }), { operations }, Date.parse(START) + elapsedInMs);
  const seen = await safeguard.observe(azure.door, target);
  const known = facts({ ...circumstances.facts, ...seen.facts });
  return { ...seen.assess(known), facts: seen.facts };
}
