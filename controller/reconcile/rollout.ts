/**
 * The roll-out: which step comes next, and what a gate or a check means for it. All of it is decided
 * from what was seen; `RolloutProgress` in status only remembers what cannot be seen, namely how long
 * a step has lasted and what this roll-out wrote.
 */
import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import type {
  RolloutProgress,
  RolloutStep,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import { isKnown, type Change, type Obstacle } from "../safeguards/safeguard.ts";
import { isSwitching } from "../safeguards/transition.ts";
import type { Verdict } from "../verify/diagnose.ts";
import { cut } from "./cut.ts";
import type { Plan } from "./plan.ts";
import {
  afterProof,
  isAuthenticationProven,
  isNetworkOnTrial,
  isReinforcing,
  nextReinforcement,
  type Reinforcement,
} from "./reinforce.ts";

/** What the loop does next. */
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

const STEP_OF: Readonly<Record<SafeguardName, RolloutStep>> = {
  "managed-identity": "ManagedIdentity",
  "app-registration": "AppRegistration",
  "inbound-policy": "InboundPolicy",
  authentication: "Authentication",
  "access-restrictions": "AccessRestrictions",
  hardening: "Hardening",
};

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
 */
export function nextStep(
  plan: Plan,
  spec: SecuredFunctionBackendSpec,
  rollout: RolloutProgress | undefined,
): Step {
  const obstacle = firstObstacle(plan);
  const rest: Step = obstacle === undefined ? { kind: "check" } : { kind: "hold", obstacle };
  if (spec.mode === "Observe") return rest;
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
    if (known.length > 0) return stepFor(safeguard, known, { plan, spec, rollout, isOpen });
    if (obstacle !== undefined && (isOpen || isInTheMaking(safeguard, obstacle))) {
      return { kind: "hold", obstacle };
    }
  }
  if (isOpen) return rest;
  const reinforcement = nextReinforcement(plan, spec, rollout);
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

/** What follows from the calls through the gateway while the function is still open. */
export function afterGate(changes: readonly Change[], verdict: Verdict, patience: Patience): Step {
  switch (verdict.gateway) {
    case "passed":
      return { kind: "apply", step: "Authentication", changes };
    case "none":
      return {
        kind: "wait",
        step: "GatewayCheck",
        obstacle: {
          kind: "blocked",
          reason: "AwaitingCheck",
          message:
            "The function stays open until a call through the gateway was seen to work. Name a safe GET in verification.gateway, or set rollout.gatewayCheck: Skip.",
        },
      };
    case "withheld":
      return withheld(verdict);
    case "failed":
      return giveUpOrWait("GatewayCheck", patience, verdict, {
        reason: "GatewayCheckFailed",
        message: "The function stays as it is.",
      });
  }
}

/**
 * What follows from the calls through the gateway once the policies have switched: the old caller goes
 * when the new one was seen to get in. After a while it goes anyway, since nobody calls with it now.
 */
export function afterSwitch(
  changes: readonly Change[],
  verdict: Verdict,
  patience: Patience,
): Step {
  const isUnseen = verdict.gateway === "failed" || verdict.gateway === "withheld";
  if (isUnseen && !isOver(patience, "Switching")) {
    const obstacle = {
      kind: "waiting" as const,
      reason: verdict.reason,
      message: `The function still lets the former caller in: ${verdict.message}`,
    };
    return { kind: "wait", step: "Switching", obstacle };
  }
  return { kind: "apply", step: "Completed", changes };
}

/**
 * The steps at which this roll-out may have closed the function. The two before the enforcement are
 * among them, because an operator that dies right after that write remembers the step before.
 */
const MAY_HAVE_CLOSED: ReadonlySet<RolloutStep> = new Set<RolloutStep>([
  "InboundPolicy",
  "GatewayCheck",
  "Authentication",
  "AccessCheck",
]);

/** Whether a step is remembered even when it failed: Azure may have done it and lost its answer. */
export function isRemembered(step: Step): boolean {
  return step.kind === "apply" && step.step === "Authentication";
}

/**
 * What follows from the check of everything: what it holds back is carried out, unless there is doubt
 * about what was done before.
 */
export function afterCheck(verdict: Verdict, patience: Patience, held?: Reinforcement): Step {
  const doubt = isNetworkOnTrial(patience.step)
    ? doubtAboutNetwork(verdict, patience)
    : doubtAboutClosing(verdict, patience);
  return doubt ?? (held === undefined ? { kind: "check" } : afterProof(verdict, held));
}

/** Callers who are kept out since access was restricted get it back: the restrictions go, once. */
function doubtAboutNetwork(verdict: Verdict, patience: Patience): Step | undefined {
  if (verdict.gateway === "withheld") return withheld(verdict);
  if (verdict.gateway !== "failed") return undefined;
  const cause = {
    reason: "NetworkCheckFailed",
    message: `Callers are kept out since access was restricted to addresses: ${verdict.message}`,
  } as const;
  return isOver(patience, "NetworkCheck")
    ? { kind: "give up network", obstacle: { kind: "blocked", ...cause } }
    : { kind: "wait", step: "NetworkCheck", obstacle: { kind: "waiting", ...cause } };
}

/**
 * Only the roll-out that closed the function opens it again, and only when callers who should get in
 * are kept out: that a direct call still gets in is never a reason to take the lock away.
 */
function doubtAboutClosing(verdict: Verdict, patience: Patience): Step | undefined {
  const { step } = patience;
  const isFresh = step !== undefined && MAY_HAVE_CLOSED.has(step);
  if (isFresh && verdict.gateway === "withheld") return withheld(verdict);
  if (!isFresh || verdict.status === "True" || isUndecided(verdict)) return undefined;
  if (verdict.gateway === "failed") {
    return giveUpOrWait("AccessCheck", patience, verdict, {
      reason: "AccessCheckFailed",
      message: "Callers are kept out since the function was closed.",
    });
  }
  if (isOver(patience, "AccessCheck")) return undefined;
  const { reason, message } = verdict;
  return { kind: "wait", step: "AccessCheck", obstacle: { kind: "waiting", reason, message } };
}

/** Nobody was called, so nothing speaks against the roll-out: it stands still and its clock too. */
function withheld({ reason, message }: Verdict): Step {
  return { kind: "hold", obstacle: { kind: "blocked", reason, message } };
}

/** While it may still heal, the diagnosis is the reason; then the step that failed, and the diagnosis with it. */
function giveUpOrWait(
  step: RolloutStep,
  patience: Patience,
  { reason, message }: Verdict,
  failure: Pick<Obstacle, "reason" | "message">,
): Step {
  if (!isOver(patience, step)) {
    const waiting = `${failure.message} ${message}`;
    return { kind: "wait", step, obstacle: { kind: "waiting", reason, message: waiting } };
  }
  const final = `${failure.message} ${reason}: ${message}`;
  return {
    kind: "give up",
    obstacle: { kind: "blocked", reason: failure.reason, message: final },
  };
}

/** How long a step may fail before it is believed: changes take effect seconds to minutes later. */
export interface Patience {
  /** The step that the roll-out was at when the pass began, and for how long. */
  readonly step: RolloutStep | undefined;
  readonly lastedInMs: number;
  readonly settleTimeInMs: number;
}

function isOver({ step, lastedInMs, settleTimeInMs }: Patience, failing: RolloutStep): boolean {
  return step === failing && lastedInMs >= settleTimeInMs;
}

/** Nobody was seen to be kept out or let in wrongly: the probes could not tell. */
function isUndecided({ status, gateway }: Verdict): boolean {
  return status === "Unknown" && gateway !== "failed";
}

/** How far the roll-out is once the step was carried out, and what the pass has proved. */
export function progressAfter(
  step: Step,
  rollout: RolloutProgress | undefined,
  isProven: boolean,
  at: string,
  networkProven = false,
): RolloutProgress | undefined {
  switch (step.kind) {
    case "apply":
      return isUpkeep(step.step, rollout) ? rollout : reached(rollout, step.step, at);
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
      if (!isProven) return rollout;
      const { networkProven: _before, ...completed } = reached(rollout, "Completed", at);
      return { ...completed, ...(networkProven && { networkProven }) };
    }
    case "gate":
    case "contract":
    case "hold":
      return rollout;
  }
}

/**
 * A closed pair stays at its step, whatever is put right in it, until its policies switch or access is
 * restricted anew.
 */
function isUpkeep(step: RolloutStep, rollout: RolloutProgress | undefined): boolean {
  if (rollout?.step === "Switching") return step !== "Completed";
  return isAuthenticationProven(rollout) && step !== "Switching" && step !== "AccessRestrictions";
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

/** Whether everything is closed and nothing speaks against it: from now on it is kept up. */
export function isProven(verdict: Verdict, spec: SecuredFunctionBackendSpec): boolean {
  return spec.mode === "Enforce" && (verdict.status === "True" || isUndecided(verdict));
}

/** What is in the way: what somebody must act on before what ends by itself. */
export function firstObstacle(plan: Plan): Obstacle | undefined {
  const obstacles = plan.steps.flatMap(({ obstacle }) =>
    obstacle === undefined ? [] : [obstacle],
  );
  return obstacles.find(({ kind }) => kind === "blocked") ?? obstacles[0];
}
