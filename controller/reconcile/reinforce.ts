/**
 * What makes a closed function harder to reach: access restrictions and hardening. They come only once
 * its authentication was seen to work, and restrictions that turn out to keep callers out go back once,
 * alone: the function stays closed by its authentication.
 */
import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import type {
  RolloutProgress,
  RolloutStep,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import { isKnown, type Change, type Obstacle } from "../safeguards/safeguard.ts";
import type { Verdict } from "../verify/diagnose.ts";
import type { Plan } from "./plan.ts";
import type { Step } from "./step.ts";

const REINFORCING: readonly SafeguardName[] = ["access-restrictions", "hardening"];

/** Whether a safeguard comes after the check of authentication. */
export function isReinforcing(safeguard: SafeguardName): boolean {
  return REINFORCING.includes(safeguard);
}

const PROVEN_STEPS: readonly (RolloutStep | undefined)[] = [
  "AccessRestrictions",
  "NetworkCheck",
  "Hardening",
  "NetworkRollBack",
  "NetworkRolledBack",
  "Completed",
  "Switching",
];

/** Whether the function's authentication was seen to work at some time: it is never opened again. */
export function isAuthenticationProven(rollout: RolloutProgress | undefined): boolean {
  return PROVEN_STEPS.includes(rollout?.step);
}

/** Whether this roll-out restricts access and nobody has seen yet whether callers still get in. */
export function isNetworkOnTrial(step: RolloutStep | undefined): boolean {
  return step === "AccessRestrictions" || step === "NetworkCheck";
}

/** Changes that wait for a check to pass. */
export interface Reinforcement {
  readonly changes: readonly Change[];
  readonly restrictsNetwork: boolean;
  /** Whether access may be restricted although no call through the gateway is named. */
  readonly mayGoUnseen: boolean;
}

/**
 * What is to be added to a function that is closed. What has proved itself is kept up at once; what
 * is new waits for a check in the same pass. Undefined when there is nothing to add, or something else
 * to be finished before.
 */
export function nextReinforcement(
  plan: Plan,
  spec: SecuredFunctionBackendSpec,
  rollout: RolloutProgress | undefined,
): Extract<Step, { kind: "apply" | "check" }> | undefined {
  if (rollout?.step === "Switching") return undefined;
  const network =
    rollout?.step === "NetworkRolledBack" ? [] : changesOf(plan, "access-restrictions");
  const hardening = changesOf(plan, "hardening");
  if (network.length > 0 && isNetworkOnTrial(rollout?.step)) {
    return { kind: "apply", step: "AccessRestrictions", changes: [...network, ...hardening] };
  }
  const isKeptUp = rollout?.step === "Completed" || rollout?.step === "NetworkRolledBack";
  const atOnce = [
    ...(isKeptUp && rollout.networkProven === true ? network : []),
    ...(isKeptUp ? hardening : []),
  ];
  if (atOnce.length > 0) return { kind: "apply", step: "Hardening", changes: atOnce };
  const changes = [...network, ...hardening];
  if (changes.length === 0) return undefined;
  return {
    kind: "check",
    held: {
      changes,
      restrictsNetwork: network.length > 0,
      mayGoUnseen: spec.rollout.gatewayCheck === "Skip",
    },
  };
}

function changesOf(plan: Plan, safeguard: SafeguardName): readonly Change[] {
  const step = plan.steps.find((each) => each.safeguard === safeguard);
  return (step?.changes ?? []).filter(isKnown);
}

/**
 * What follows for a reinforcement from the calls of a check. That access is about to be restricted is
 * remembered first, so that a crash right after the write does not hide what to take back.
 */
export function afterProof(verdict: Verdict, held: Reinforcement): Step {
  if (verdict.status === "False" || verdict.gateway === "failed") return { kind: "check" };
  if (!held.restrictsNetwork) return { kind: "apply", step: "Hardening", changes: held.changes };
  const { reason, message } = verdict;
  switch (verdict.gateway) {
    case "withheld":
      return { kind: "hold", obstacle: { kind: "blocked", reason, message } };
    case "none":
      return held.mayGoUnseen ? ANNOUNCEMENT : { kind: "hold", obstacle: AWAITING_CHECK };
    case "passed":
      return ANNOUNCEMENT;
  }
}

const ANNOUNCEMENT: Step = { kind: "announce", step: "AccessRestrictions" };

const AWAITING_CHECK: Obstacle = {
  kind: "blocked",
  reason: "AwaitingCheck",
  message:
    "Access is not restricted until a call through the gateway was seen to work. Name a safe GET in verification.gateway, or set rollout.gatewayCheck: Skip.",
};
