import type {
  RolloutProgress,
  SecuredFunctionBackend,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import type { Door } from "../azure/door.ts";
import { SAFEGUARDS } from "../safeguards/index.ts";
import type { Change, Obstacle } from "../safeguards/safeguard.ts";
import { targetOf, type Target } from "../safeguards/target.ts";
import type { Verdict } from "../verify/diagnose.ts";
import type { FindKey } from "../verify/probes.ts";
import { NO_KEYS, type SubscriptionKeys } from "../verify/subscription-keys.ts";
import { verify } from "../verify/verify.ts";
import { inViewOfBypasses, lookForBypasses, type BypassReport } from "./bypass.ts";
import { execute, type BegunOperation, type Workshop } from "./execute.ts";
import { releaseOrphans } from "./finalize.ts";
import { inViewOf, obstacleOf, outcomeOf, type Outcome } from "./outcome.ts";
import { buildPlan, type Plan, type Sighting } from "./plan.ts";
import { readingOnce } from "./read-once.ts";
import { isNetworkProven } from "./reinforce.ts";
import { isRecentlyChanged } from "./recency.ts";
import { report, type Pass } from "./report.ts";
import {
  afterCheck,
  afterGate,
  afterSwitch,
  isProven,
  isRemembered,
  nextStep,
  progressAfter,
  type Step,
} from "./rollout.ts";
import {
  EMPTY_SNAPSHOT,
  loadSnapshot,
  restoration,
  statementsIn,
  storeSnapshot,
  type Snapshot,
} from "./snapshot.ts";
import { splitSnapshot, type SnapshotPart } from "./snapshot-parts.ts";
import { isRequested, statusToStartFrom } from "./start.ts";

/** What a pass works with besides the object. */
export interface Surroundings extends Workshop {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long a check may fail before it is believed: callers see a change later than ARM does. */
  readonly settleTimeInMs: number;
  /** Marks a pass that somebody asked for: it tries again what an earlier one gave up. */
  readonly requestedAt?: string | undefined;
  /** Where subscription keys are kept; without it a check that needs one is not made. */
  readonly subscriptionKeys?: SubscriptionKeys | undefined;
  /** Another object's better claim to the same target. */
  readonly conflict?: Obstacle | undefined;
}

/**
 * Makes one object true, by one step: looks at Azure, compares with the spec, decides what comes
 * next, writes it, and reports. Every pass starts from what is there; its status only remembers what
 * cannot be seen, and losing it costs nothing but time.
 */
export async function reconcile(
  object: SecuredFunctionBackend,
  surroundings: Surroundings,
): Promise<Pass> {
  const { spec } = object;
  const { door, now, settleTimeInMs } = surroundings;
  const at = new Date(now).toISOString();
  const before = statusToStartFrom(object, surroundings.requestedAt);
  const { recorded, standstill } = await begin(spec, surroundings);
  if (standstill !== undefined) return report({ object, before, at, outcome: standstill });

  const { subscriptionKeys = NO_KEYS } = surroundings;
  const findKey: FindKey = (reference) =>
    subscriptionKeys.find(object.metadata.namespace, reference);
  const target = targetOf(object, before, now, statementsIn(recorded));
  const plan = buildPlan(await observe(readingOnce(door), target), spec.ignoreDifferences);

  let step = nextStep(plan, spec, before.rollout);
  let verdict: Verdict | undefined;
  const patience = { ...lasting(before.rollout, now), settleTimeInMs };
  const isRecent = isRecentlyChanged(before, now, settleTimeInMs);
  const verification = { door, spec, facts: plan.facts, findKey, isRecent };
  if (step.kind === "gate" || step.kind === "contract") {
    const after = step.kind === "gate" ? afterGate : afterSwitch;
    const atGateway = await verify(verification, "gateway only");
    step = after(step.changes, atGateway, patience);
  } else if (step.kind === "check") {
    verdict = await verify(verification, "everything");
    step = afterCheck(verdict, patience, step.held);
  }

  const done = await carryOut(step, surroundings, target);
  const isAtRest = done.failure === undefined && (step.kind === "check" || step.kind === "hold");
  const bypass = isAtRest ? await lookAround(object, surroundings, target, plan) : undefined;
  const reached = done.failure ?? outcomeOf(step, plan, spec, verdict);
  const outcome = inViewOf(before, inViewOfBypasses(reached, bypass));
  const proven = verdict !== undefined && isProven(verdict, spec);
  const isLost = done.failure !== undefined && !isRemembered(step);
  const rollout = isLost
    ? before.rollout
    : progressAfter(step, before.rollout, proven, at, isNetworkProven(plan, spec, verdict));
  return report({ object, before, at, plan, outcome, verdict, bypass, rollout, ...done });
}

/** What earlier passes recorded, and why this one does not look at Azure at all, if it does not. */
async function begin(
  spec: SecuredFunctionBackendSpec,
  { snapshots, conflict }: Surroundings,
): Promise<{ readonly recorded: Snapshot; readonly standstill?: Outcome }> {
  if (spec.suspend) return { recorded: EMPTY_SNAPSHOT, standstill: { kind: "suspended" } };
  try {
    if (conflict === undefined) return { recorded: await loadSnapshot(snapshots) };
    return { recorded: EMPTY_SNAPSHOT, standstill: { kind: "obstructed", obstacle: conflict } };
  } catch (failure) {
    const obstacle = obstacleOf(failure);
    return { recorded: EMPTY_SNAPSHOT, standstill: { kind: "obstructed", obstacle } };
  }
}

/** The roll-out's step and for how long it has lasted. */
function lasting(rollout: RolloutProgress | undefined, now: number) {
  return {
    step: rollout?.step,
    lastedInMs: rollout === undefined ? 0 : now - Date.parse(rollout.startedAt),
  };
}

/** What every safeguard sees. One that fails does not keep the others from looking. */
async function observe(door: Door, target: Target): Promise<readonly Sighting[]> {
  return await Promise.all(
    SAFEGUARDS.map(async (safeguard) => ({
      safeguard: safeguard.name,
      seen: await safeguard.observe(door, target).catch(obstacleOf),
    })),
  );
}

/**
 * What there is of ways around the lock. What lies around is kept for a while, but not when somebody
 * asks, nor when something is so bad that it is hoped to be gone.
 */
async function lookAround(
  object: SecuredFunctionBackend,
  { door, gateways, requestedAt }: Surroundings,
  target: Target,
  plan: Plan,
): Promise<BypassReport | undefined> {
  const wasBypassed = object.status?.findings?.some(({ severity }) => severity === "Critical");
  if (wasBypassed === true || isRequested(object, requestedAt)) gateways.forgetInventory();
  return await lookForBypasses(door, target, plan);
}

/** What a pass did to Azure. */
interface Done {
  readonly applied: readonly Change[];
  readonly operations: readonly BegunOperation[];
  readonly failure?: Outcome;
}

/** Writes what the step asks for, and gives back what the spec names no longer. */
async function carryOut(step: Step, workshop: Workshop, target: Target): Promise<Done> {
  const nothing = { applied: [], operations: [] };
  try {
    switch (step.kind) {
      case "apply":
        return { applied: step.changes, operations: await execute(workshop, step.changes) };
      case "roll back":
        await giveBackPart(workshop, "closing");
        return nothing;
      case "roll back network":
        await giveBackPart(workshop, "network");
        return nothing;
      case "check": {
        if (target.spec.mode === "Observe") return nothing;
        const { obstacle } = await releaseOrphans(workshop, target);
        return { ...nothing, ...(obstacle && { failure: { kind: "obstructed", obstacle } }) };
      }
      case "gate":
      case "contract":
      case "wait":
      case "give up":
      case "give up network":
      case "announce":
      case "hold":
        return nothing;
    }
  } catch (failure) {
    const obstacle = obstacleOf(failure);
    return { ...nothing, failure: { kind: "obstructed", obstacle } };
  }
}

/**
 * Gives back one part of what was written, and forgets it: a later roll-out begins with what stands
 * there then, which its owners may have changed.
 */
async function giveBackPart(workshop: Workshop, wanted: SnapshotPart): Promise<void> {
  const recorded = await loadSnapshot(workshop.snapshots);
  const { part, rest } = splitSnapshot(recorded, wanted);
  await execute(workshop, restoration(part), { distrustsReads: true });
  await storeSnapshot(workshop.snapshots, recorded, rest);
}
