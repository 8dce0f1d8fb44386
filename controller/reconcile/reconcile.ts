import type {
  SecuredFunctionBackend,
  SecuredFunctionBackendSpec,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import type { Door } from "../azure/door.ts";
import { withoutSlot } from "../azure/resource-ids.ts";
import { SAFEGUARDS } from "../safeguards/index.ts";
import { parseDuration } from "../duration.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import { targetOf, type Target } from "../safeguards/target.ts";
import { inViewOfBypasses, lookForBypasses, type BypassReport } from "./bypass.ts";
import { carryOut } from "./carry-out.ts";
import { claimOn, inViewOfClaim, takeOverAsked, takeOverHandled } from "./claim.ts";
import { contestsIn, holdingBack, type Contest } from "./contest.ts";
import { decide, type Circumstances } from "./decide.ts";
import type { Workshop } from "./execute.ts";
import { inViewOf, obstacleOf, outcomeOf, type Outcome } from "./outcome.ts";
import { buildPlan, type Plan, type Sighting } from "./plan.ts";
import { progressAfter } from "./progress.ts";
import { proofOf } from "./proof.ts";
import { readingOnce } from "./read-once.ts";
import { isAuthenticationProven } from "./reinforce.ts";
import { report, type Pass } from "./report.ts";
import { EMPTY_SNAPSHOT, loadSnapshot, statementsIn, type Snapshot } from "./snapshot.ts";
import { isRequested, statusToStartFrom } from "./start.ts";

/** What a pass works with besides the object. */
export interface Surroundings extends Workshop, Circumstances {
  /** Marks a pass that somebody asked for: it tries again what an earlier one gave up. */
  readonly requestedAt?: string | undefined;
  /** Another object's better claim to the same target. */
  readonly conflict?: Obstacle | undefined;
  /** The pass looks in place of one that would write, so it tells what would stop that one. */
  readonly isRehearsal?: boolean;
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
  const { door, now, requestedAt, owner, isRehearsal } = surroundings;
  const at = new Date(now).toISOString();
  const before = statusToStartFrom(object, requestedAt);
  const { recorded, standstill } = await begin(spec, surroundings);
  if (standstill !== undefined) return report({ object, before, at, outcome: standstill });

  const target = targetOf(object, before, now, statementsIn(recorded));
  const seen = buildPlan(await observe(readingOnce(door), target), spec.ignoreDifferences);
  const claim = claimOn(seen.facts.site.settings, owner, takeOverAsked(object, before));
  const plan = inViewOfClaim(seen, claim, {
    me: owner,
    siteId: target.siteId,
    onlyLooks: spec.mode === "Observe" && isRehearsal !== true,
  });
  const contests = claim.kind === "elsewhere" ? [] : contestsOn(plan, spec, before, at);
  const due = holdingBack(plan, contests, at);
  const { step, verdict } = await decide(due, object, before, surroundings);
  const done = await carryOut(step, surroundings, target);

  const isAtRest = done.failure === undefined && (step.kind === "check" || step.kind === "hold");
  const bypass = isAtRest ? await lookAround(object, surroundings, target, plan) : undefined;
  const reached = done.failure ?? outcomeOf(step, plan, spec, verdict);
  const outcome = inViewOf(before, inViewOfBypasses(reached, bypass));
  const beginning = { rollout: before.rollout, wasClosed: plan.facts.site.enforced };
  const rollout = progressAfter(step, done, beginning, proofOf(verdict, plan, spec), at);
  const takeOver = takeOverHandled(object, before, claim);
  const seenAndDone = { plan, outcome, verdict, bypass, rollout, takeOver, contests, ...done };
  return report({ object, before, at, ...seenAndDone });
}

/** What somebody keeps changing back on a pair that is kept up; a roll-out is never slowed down. */
function contestsOn(
  plan: Plan,
  { mode, resyncInterval }: SecuredFunctionBackendSpec,
  before: SecuredFunctionBackendStatus,
  at: string,
): readonly Contest[] {
  const isClosed = plan.facts.site.enforced || isAuthenticationProven(before.rollout);
  if (mode === "Observe" || !isClosed) return [];
  return contestsIn(plan, before, { at, resyncIntervalInMs: parseDuration(resyncInterval) });
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
  if (wasBypassed === true || isRequested(object, requestedAt)) {
    gateways.forgetInventory([withoutSlot(target.siteId), ...target.serviceIds]);
  }
  return await lookForBypasses(door, target, plan);
}
