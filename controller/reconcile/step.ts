import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import type { RolloutStep } from "../api/v1alpha1/types.generated.ts";
import type { Change, Obstacle } from "../safeguards/safeguard.ts";
import type { Reinforcement } from "./reinforce.ts";

/** What a pass does, in a closed vocabulary. */
export type Step =
  /** Carry out the changes of one safeguard. */
  | { readonly kind: "apply"; readonly step: RolloutStep; readonly changes: readonly Change[] }
  /** The function is still open: call through the gateway before closing it. */
  | { readonly kind: "gate"; readonly changes: readonly Change[] }
  /** The policies have switched to another identity: call through the gateway before the old goes. */
  | { readonly kind: "contract"; readonly changes: readonly Change[] }
  /** Look at what callers get; where that is what they should get, what was held back is done. */
  | { readonly kind: "check"; readonly held?: Reinforcement }
  /** Remember that this step is about to be taken. */
  | { readonly kind: "announce"; readonly step: RolloutStep }
  /** Wait; `rollout` is how it is remembered. */
  | { readonly kind: "wait"; readonly step: RolloutStep; readonly obstacle: Obstacle }
  /** The roll-out failed: remember that first, so that a crash in between does not begin it anew. */
  | { readonly kind: "give up"; readonly obstacle: Obstacle }
  /** Give back what was written. */
  | { readonly kind: "roll back"; readonly obstacle: Obstacle }
  /** The same for the access restrictions alone. */
  | { readonly kind: "give up network"; readonly obstacle: Obstacle }
  | { readonly kind: "roll back network"; readonly obstacle: Obstacle }
  /** Somebody has to act, or Azure has to come to rest. */
  | { readonly kind: "hold"; readonly obstacle: Obstacle };

/** The step of a roll-out in which a safeguard's changes are carried out. */
export const STEP_OF: Readonly<Record<SafeguardName, RolloutStep>> = {
  "managed-identity": "ManagedIdentity",
  "app-registration": "AppRegistration",
  "inbound-policy": "InboundPolicy",
  authentication: "Authentication",
  "access-restrictions": "AccessRestrictions",
  hardening: "Hardening",
};
