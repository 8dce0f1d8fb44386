/** How far a roll-out is: what status remembers from pass to pass. */
import type { RolloutProgress, RolloutStep } from "../api/v1alpha1/types.generated.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import { cut } from "./cut.ts";
import { isAuthenticationProven } from "./reinforce.ts";
import type { Done } from "./carry-out.ts";
import type { Proof } from "./proof.ts";
import type { Step } from "./step.ts";

/** Where a pass begins. */
export interface Beginning {
  readonly rollout: RolloutProgress | undefined;
  /** Whether the function turned anonymous callers away before the pass wrote anything. */
  readonly wasClosed: boolean;
}

/** How far the roll-out is once the step was carried out, and what the pass has proved. */
export function progressAfter(
  step: Step,
  { failure }: Pick<Done, "failure">,
  { rollout, wasClosed }: Beginning,
  proof: Proof,
  at: string,
): RolloutProgress | undefined {
  if (failure !== undefined && !isRemembered(step)) return rollout;
  switch (step.kind) {
    case "apply":
      return isUpkeep(step.step, { rollout, wasClosed })
        ? rollout
        : reached(rollout, step.step, at);
    case "announce":
      return reached(rollout, step.step, at);
    case "wait":
      return reached(rollout, step.step, at, step.obstacle);
    case "give up":
      return reached(rollout, "RollBack", at, step.obstacle);
    case "roll back":
      return reached(rollout, "RolledBack", at, step.obstacle);
    case "give up network":
      return reached(rollout, "NetworkRollBack", at, step.obstacle);
    case "roll back network":
      return reached(rollout, "NetworkRolledBack", at, step.obstacle);
    case "check": {
      if (!proof.ofEverything) return rollout;
      const { networkProven: _before, ...completed } = reached(rollout, "Completed", at);
      return { ...completed, ...(proof.ofNetwork && { networkProven: true }) };
    }
    case "gate":
    case "contract":
    case "hold":
      return rollout;
  }
}

/**
 * A closed pair stays at its step, whatever is put right in it, until its policies switch or access is
 * restricted anew. One that was found closed has none: nobody here closed it, so no check that fails
 * may open it.
 */
function isUpkeep(step: RolloutStep, { rollout, wasClosed }: Beginning): boolean {
  if (rollout?.step === "Switching") return step !== "Completed";
  if (step === "Switching" || step === "AccessRestrictions") return false;
  return isFoundClosed({ rollout, wasClosed }) || isAuthenticationProven(rollout);
}

/** Whether somebody else closed the function: it is, and no roll-out is remembered. */
export function isFoundClosed({ rollout, wasClosed }: Beginning): boolean {
  return rollout === undefined && wasClosed;
}

/** The clock of a step starts when it is reached, and not again while it lasts. */
function reached(
  rollout: RolloutProgress | undefined,
  step: RolloutStep,
  at: string,
  obstacle?: Obstacle,
): RolloutProgress {
  return {
    step,
    startedAt: rollout?.step === step ? rollout.startedAt : at,
    ...(rollout?.networkProven === true && { networkProven: true }),
    ...(obstacle && { reason: obstacle.reason, message: cut(obstacle.message, 1024) }),
  };
}

/** Whether a step is remembered even when it failed: Azure may have done it and lost its answer. */
function isRemembered(step: Step): boolean {
  return step.kind === "apply" && step.step === "Authentication";
}
