/**
 * How a pass ended, in a closed vocabulary, and what follows from it: the three conditions that other
 * tools read (kstatus), and when to look again.
 */
import type { Reason } from "../api/v1alpha1/conditions.ts";
import type {
  SecuredFunctionBackendSpec,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import { obstacleOfAzure } from "../safeguards/obstacle.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import type { Verdict } from "../verify/diagnose.ts";
import { allChanges, type Plan } from "./plan.ts";
import type { Step } from "./step.ts";
import { SnapshotUnavailable } from "./snapshot.ts";

export type Outcome =
  /** Everything is as the spec asks, and no call showed otherwise. */
  | { readonly kind: "secured"; readonly verdict: Verdict }
  /** Looked, as mode Observe asks. */
  | { readonly kind: "observed"; readonly differences: number }
  /** Everything is set as the spec asks, and calls show that it does not work. */
  | { readonly kind: "disproved"; readonly verdict: Verdict }
  /** Everything is set as the spec asks, and there is a way around it. */
  | { readonly kind: "bypassed"; readonly message: string }
  /** A step was taken: the next pass sees whether it worked. */
  | {
      readonly kind: "underway";
      readonly message: string;
      /** The pass before took the same step, and what it wrote is not to be seen yet. */
      readonly isRepeated?: boolean;
    }
  /** Something is in the way. */
  | { readonly kind: "obstructed"; readonly obstacle: Obstacle }
  | { readonly kind: "suspended" };

/** What the outcome means to readers of the conditions and to the queue. */
export interface Summary {
  readonly ready: "True" | "False" | "Unknown";
  readonly isReconciling: boolean;
  readonly isStalled: boolean;
  readonly reason: Reason;
  readonly message: string;
  readonly next: Next;
}

/** When the object is looked at again. */
export type Next =
  | { readonly kind: "at once" }
  | { readonly kind: "after"; readonly inMs: number }
  /** Ever later, as long as it goes on like this. */
  | { readonly kind: "back off" }
  /** At the object's own interval. */
  | { readonly kind: "resync" };

/** How a pass ended whose step was carried out. */
export function outcomeOf(
  step: Step,
  plan: Plan,
  spec: SecuredFunctionBackendSpec,
  verdict: Verdict | undefined,
): Outcome {
  switch (step.kind) {
    case "apply":
      return { kind: "underway", message: describeStep(step.changes.length, step.step) };
    case "announce":
      return { kind: "underway", message: "Calls work; access is restricted to addresses next." };
    case "give up network":
      return {
        kind: "underway",
        message: `The access restrictions are taken back. ${step.obstacle.message}`,
      };
    case "give up":
      return { kind: "underway", message: `The roll-out is taken back. ${step.obstacle.message}` };
    case "wait":
    case "hold":
    case "roll back":
    case "roll back network":
      return { kind: "obstructed", obstacle: step.obstacle };
    case "gate":
    case "contract":
    case "check":
      if (spec.mode === "Observe")
        return { kind: "observed", differences: allChanges(plan).length };
      if (verdict === undefined) throw new Error("a check without a verdict");
      return { kind: verdict.status === "False" ? "disproved" : "secured", verdict };
  }
}

/**
 * The outcome, given what the last pass said of its own: the same step again means that what was
 * written is not to be seen yet, as ARM shows some writes late. To write it every second would
 * restart the function as often.
 */
export function inViewOf(
  { conditions = [] }: SecuredFunctionBackendStatus,
  outcome: Outcome,
): Outcome {
  if (outcome.kind !== "underway") return outcome;
  const isRepeated = conditions.some(
    ({ type, message }) => type === "Ready" && message === outcome.message,
  );
  return isRepeated ? { ...outcome, isRepeated } : outcome;
}

function describeStep(changes: number, step: string): string {
  return `${changes} change${changes === 1 ? "" : "s"} applied in step ${step}.`;
}

/** What an outcome means. */
export function summarize(outcome: Outcome): Summary {
  const settled = { isReconciling: false, isStalled: false };
  const working = { isReconciling: true, isStalled: false };
  switch (outcome.kind) {
    case "secured":
      return {
        ...settled,
        ready: "True",
        reason: "Secured",
        message: outcome.verdict.message,
        next: { kind: "resync" },
      };
    case "observed":
      return {
        ...settled,
        ready: "True",
        reason: "Observed",
        message: `Looked, as mode: Observe asks; ${outcome.differences === 0 ? "nothing differs" : `${outcome.differences} settings differ`}.`,
        next: { kind: "resync" },
      };
    case "disproved":
      return {
        ...working,
        ready: "False",
        reason: outcome.verdict.reason,
        message: outcome.verdict.message,
        next: { kind: "back off" },
      };
    case "bypassed":
      return {
        isReconciling: false,
        isStalled: true,
        ready: "False",
        reason: "BypassFound",
        message: outcome.message,
        next: { kind: "resync" },
      };
    case "underway":
      return {
        ...working,
        ready: "False",
        reason: "Progressing",
        message: outcome.message,
        next: { kind: outcome.isRepeated === true ? "back off" : "at once" },
      };
    case "obstructed":
      return { ...summarizeObstacle(outcome.obstacle), ready: "False" };
    case "suspended":
      return {
        ...settled,
        ready: "Unknown",
        reason: "Suspended",
        message: "Suspended, as the spec asks; Azure is not looked at.",
        next: { kind: "resync" },
      };
  }
}

function summarizeObstacle(obstacle: Obstacle): Omit<Summary, "ready"> {
  const { kind, reason, message, retryAfterInMs } = obstacle;
  const isStalled = kind === "blocked";
  return {
    isReconciling: !isStalled,
    isStalled,
    reason,
    message,
    next: isStalled
      ? { kind: "resync" }
      : retryAfterInMs === undefined
        ? { kind: "back off" }
        : { kind: "after", inMs: retryAfterInMs },
  };
}

/**
 * What a failure means for a pass.
 * @throws the failure itself when it is neither Azure's nor the snapshot's: then it is a bug.
 */
export function obstacleOf(failure: unknown): Obstacle {
  if (failure instanceof SnapshotUnavailable) {
    const kind = failure.isTransient ? "waiting" : "blocked";
    return { kind, reason: "SnapshotUnavailable", message: failure.message };
  }
  return obstacleOfAzure(failure);
}
