/**
 * What follows from calls: from those at the gate before the function is closed, from those after the
 * policies have switched, and from the check of everything.
 */
import type { RolloutStep } from "../api/v1alpha1/types.generated.ts";
import type { Change, Obstacle } from "../safeguards/safeguard.ts";
import type { Verdict } from "../verify/diagnose.ts";
import { isUndecided } from "./proof.ts";
import { afterProof, isNetworkOnTrial, type Reinforcement } from "./reinforce.ts";
import type { Step } from "./step.ts";

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
