import type { FindingCode } from "../../api/v1alpha1/findings.ts";
import type { Inventory } from "../../azure/inventory.ts";
import type { Facts } from "../safeguard.ts";
import type { Target } from "../target.ts";

/**
 * One way around the lock. Each check is one module of this shape: what lies around (`observe`, which
 * never writes), and what it means (`judge`, pure). Nothing that a check finds is ever changed by it.
 */
export interface BypassCheckDefinition<Seen> {
  /** All that it can find. */
  readonly codes: readonly FindingCode[];
  /** The Azure RBAC actions it needs. */
  readonly actions: readonly string[];
  observe(inventory: Inventory, target: Target): Promise<Seen>;
  judge(seen: Seen, circumstances: Circumstances): readonly Finding[];
}

/** What is judged against: the object, and what the safeguards have seen in this pass. */
export interface Circumstances {
  readonly target: Target;
  readonly facts: Facts;
}

/** A check whose own types are closed over, so that all of them stand in one list. */
export interface BypassCheck extends Pick<BypassCheckDefinition<never>, "codes" | "actions"> {
  look(inventory: Inventory, circumstances: Circumstances): Promise<readonly Finding[]>;
}

/** One way around the lock that was found. Severity and remedy stand in the table of findings. */
export interface Finding {
  readonly code: FindingCode;
  /** The ARM id of where it is. */
  readonly resource: string;
  /** What was found, with the names that tell it from others of its kind. */
  readonly message: string;
}

/** Closes a definition over its own types. */
export function defineBypassCheck<Seen>(definition: BypassCheckDefinition<Seen>): BypassCheck {
  const { codes, actions } = definition;
  return {
    codes,
    actions,
    look: async (inventory, circumstances) =>
      definition.judge(await definition.observe(inventory, circumstances.target), circumstances),
  };
}

/** What a check observes whose facts were all read by the safeguards. */
export async function observeNothing(): Promise<void> {}
