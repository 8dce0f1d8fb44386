import type {
  RolloutProgress,
  SecuredFunctionBackend,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import type { Door } from "../azure/door.ts";
import type { Verdict } from "../verify/diagnose.ts";
import { NO_KEYS, type SubscriptionKeys } from "../verify/subscription-keys.ts";
import { verify } from "../verify/verify.ts";
import { afterCheck, afterGate, afterSwitch } from "./after-check.ts";
import { nextStep } from "./next-step.ts";
import type { Plan } from "./plan.ts";
import { isRecentlyChanged } from "./recency.ts";
import { missingRelease } from "./release.ts";
import type { Step } from "./step.ts";

/** What a decision is made with besides the plan. */
export interface Circumstances {
  readonly door: Door;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long a check may fail before it is believed: callers see a change later than ARM does. */
  readonly settleTimeInMs: number;
  /** Where subscription keys are kept; without it a check that needs one is not made. */
  readonly subscriptionKeys?: SubscriptionKeys | undefined;
}

/** The step to take. */
export interface Decision {
  readonly step: Step;
  /** What the calls of a check said; absent when nothing was checked, or only the gate. */
  readonly verdict?: Verdict;
}

/** Decides what a pass does: from the plan, and where that is not enough, from what callers get. */
export async function decide(
  plan: Plan,
  object: SecuredFunctionBackend,
  before: SecuredFunctionBackendStatus,
  { door, now, settleTimeInMs, subscriptionKeys = NO_KEYS }: Circumstances,
): Promise<Decision> {
  const { metadata, spec } = object;
  const unreleased = missingRelease(plan, object, before.rollout);
  const step = nextStep(plan, spec, before.rollout, unreleased);
  const patience = { ...lasting(before.rollout, now), settleTimeInMs };
  const verification = {
    door,
    spec,
    facts: plan.facts,
    findKey: subscriptionKeys.find.bind(subscriptionKeys, metadata.namespace),
    isRecent: isRecentlyChanged(before, now, settleTimeInMs),
  };
  if (step.kind === "gate" || step.kind === "contract") {
    const after = step.kind === "gate" ? afterGate : afterSwitch;
    const verdict = await verify(verification, "gateway only");
    return { step: after(step.changes, verdict, patience) };
  }
  if (step.kind === "check") {
    const verdict = await verify(verification, "everything");
    return { step: afterCheck(verdict, patience, step.held), verdict };
  }
  return { step };
}

/** The roll-out's step and for how long it has lasted. */
function lasting(rollout: RolloutProgress | undefined, now: number) {
  return {
    step: rollout?.step,
    lastedInMs: rollout === undefined ? 0 : now - Date.parse(rollout.startedAt),
  };
}
