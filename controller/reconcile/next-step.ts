/**
 * Which step comes next. All of it is decided from what was seen; `RolloutProgress` in status only
 * remembers what cannot be seen: how far a roll-out was, and since when.
 */
import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import type {
  RolloutProgress,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import { isKnown, type Change, type Obstacle } from "../safeguards/safeguard.ts";
import { isSwitching } from "../safeguards/transition.ts";
import { firstObstacle, type Plan } from "./plan.ts";
import { isAuthenticationProven, isReinforcing, nextReinforcement } from "./reinforce.ts";
import { STEP_OF, type Step } from "./step.ts";

/**
 * What callers can notice: a policy replaces the Authorization that they send and drops their key. An
 * identity and a registration change nothing for them.
 */
const NOTICED: readonly SafeguardName[] = ["inbound-policy", "authentication"];

/**
 * The next step. Steps are taken in order, one in each pass, so that every write is seen to have
 * worked before the next rests on it.
 *
 * While the function is open, nothing is begun that somebody's inaction would leave half done, and an
 * obstacle stops everything behind it. Once it has been closed, the safeguards are kept up each for
 * itself: an unreadable policy is no reason to leave a foreign caller on the allow-list.
 *
 * A change of audience or identity on a closed pair expands, then contracts: the function lets the new
 * caller in as well, the policies switch, calls are seen to work, and the old caller goes.
 *
 * @param unreleased what is in the way of all that callers can notice, until somebody releases it.
 */
export function nextStep(
  plan: Plan,
  spec: SecuredFunctionBackendSpec,
  rollout: RolloutProgress | undefined,
  unreleased?: Obstacle,
): Step {
  const obstacle = firstObstacle(plan);
  const rest: Step = obstacle === undefined ? { kind: "check" } : { kind: "hold", obstacle };
  if (spec.mode === "Observe") return rest;
  const elsewhere = plan.steps.find((step) => step.obstacle?.reason === "OwnedElsewhere");
  if (elsewhere?.obstacle !== undefined) return { kind: "hold", obstacle: elsewhere.obstacle };
  if (rollout?.step === "RollBack") {
    return { kind: "roll back", obstacle: rememberedObstacle(rollout) };
  }
  if (rollout?.step === "RolledBack") {
    return { kind: "hold", obstacle: rememberedObstacle(rollout) };
  }
  if (rollout?.step === "NetworkRollBack") {
    return { kind: "roll back network", obstacle: rememberedObstacle(rollout) };
  }

  const isOpen = !plan.facts.site.enforced && !isAuthenticationProven(rollout);
  if (isOpen && (obstacle?.kind === "blocked" || !plan.isComplete)) return rest;
  for (const { safeguard, changes, obstacle } of inOrder(plan, isOpen)) {
    if (isReinforcing(safeguard)) continue;
    const known = changes.filter(isKnown);
    if (known.length > 0 && unreleased !== undefined && NOTICED.includes(safeguard)) {
      return { kind: "hold", obstacle: unreleased };
    }
    if (known.length > 0) return stepFor(safeguard, known, { plan, spec, rollout, isOpen });
    if (obstacle !== undefined && (isOpen || isInTheMaking(safeguard, obstacle))) {
      return { kind: "hold", obstacle };
    }
  }
  if (isOpen) return rest;
  const reinforcement = nextReinforcement(plan, spec, rollout);
  if (reinforcement !== undefined && unreleased !== undefined) {
    return { kind: "hold", obstacle: unreleased };
  }
  if (reinforcement?.kind === "apply") return reinforcement;
  if (rollout?.step === "NetworkRolledBack") {
    return { kind: "hold", obstacle: rememberedObstacle(rollout) };
  }
  return rest.kind === "check" && reinforcement !== undefined ? reinforcement : rest;
}

/** While the policies of a closed pair are about to switch, the function lets the new caller in first. */
function inOrder({ steps, facts }: Plan, isOpen: boolean): Plan["steps"] {
  if (isOpen || !isSwitching(facts)) return steps;
  const isPolicy = ({ safeguard }: Plan["steps"][number]) => safeguard === "inbound-policy";
  return [...steps.filter((step) => !isPolicy(step)), ...steps.filter(isPolicy)];
}

interface Situation {
  readonly plan: Plan;
  readonly spec: SecuredFunctionBackendSpec;
  readonly rollout: RolloutProgress | undefined;
  readonly isOpen: boolean;
}

function stepFor(
  safeguard: SafeguardName,
  changes: readonly Change[],
  { plan, spec, rollout, isOpen }: Situation,
): Step {
  if (safeguard === "authentication" && spec.rollout.gatewayCheck === "Require") {
    if (isOpen) return { kind: "gate", changes };
    const hasSwitched = rollout?.step === "Switching" && !isSwitching(plan.facts);
    if (hasSwitched && plan.facts.site.enforced) return { kind: "contract", changes };
  }
  const isSwitch = safeguard === "inbound-policy" && !isOpen && isSwitching(plan.facts);
  return { kind: "apply", step: isSwitch ? "Switching" : STEP_OF[safeguard], changes };
}

/**
 * A registration that was just created is waited for in any case: what rests on it would be written by
 * half, with a client id that is not known yet.
 */
function isInTheMaking(safeguard: SafeguardName, { reason }: Obstacle): boolean {
  return safeguard === "app-registration" && reason === "RegistrationNotYetKnown";
}

function rememberedObstacle({ reason, message }: RolloutProgress): Obstacle {
  return {
    kind: "blocked",
    reason:
      reason === "AccessCheckFailed" || reason === "NetworkCheckFailed"
        ? reason
        : "GatewayCheckFailed",
    message: message ?? "The roll-out was taken back.",
  };
}
