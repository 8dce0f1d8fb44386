import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { planHash } from "../reconcile/plan-hash.ts";
import { allChanges, type Plan } from "../reconcile/plan.ts";
import { missingRelease, RELEASE_ANNOTATION } from "../reconcile/release.ts";
import type { BypassReport } from "../reconcile/bypass.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import { neededActions, type NeededAction } from "./needed-actions.ts";
import { judgePermissions, type Answer, type PermissionReport } from "./permissions.ts";
import { plannedWrites, type PlannedWrite } from "./planned-writes.ts";
import type { Risk } from "./risks/risk-check.ts";

/** What somebody should know before a plan is applied. */
export interface Preflight {
  readonly writes: readonly PlannedWrite[];
  readonly risks: readonly Risk[];
  readonly permissions: readonly PermissionReport[];
  /** What Azure refused to show, in its own words. */
  readonly refusedReads: readonly string[];
  readonly release: Release;
}

/** The name by which the plan is released. */
export interface Release {
  /** Undefined where nothing is to be written, or something is known only after an earlier step. */
  readonly hash: string | undefined;
  /** Whether the roll-out waits for somebody to release it, or somebody has. */
  readonly state: "NotNeeded" | "Awaited" | "Given";
}

/** What was asked for the preflight alone. */
export interface LookedAhead {
  readonly risks: readonly Risk[];
  /** What the operator may do, by the id of the resource in lower case. */
  readonly answers: ReadonlyMap<string, Answer>;
}

/** Puts together what is known before anything is written. */
export function buildPreflight(
  object: SecuredFunctionBackend,
  plan: Plan,
  bypass: BypassReport | undefined,
  { risks, answers }: LookedAhead,
): Preflight {
  return {
    writes: plannedWrites(plan),
    risks,
    permissions: judgePermissions(rightsFor(plan), answers),
    refusedReads: refusedReads(plan, bypass, risks),
    release: releaseOf(object, plan),
  };
}

function releaseOf(object: SecuredFunctionBackend, plan: Plan): Release {
  if (allChanges(plan).length === 0) return { hash: undefined, state: "NotNeeded" };
  const hash = planHash(plan, object.spec);
  const isAwaited = missingRelease(plan, object, rolloutOf(object)) !== undefined;
  const isGiven = hash !== undefined && object.metadata.annotations?.[RELEASE_ANNOTATION] === hash;
  return { hash, state: isAwaited ? "Awaited" : isGiven ? "Given" : "NotNeeded" };
}

/** The rights that the plan needs, in the order of its writes. */
export function rightsFor(plan: Plan): readonly NeededAction[] {
  return allChanges(plan).flatMap(neededActions);
}

/** `apply` tries again what an earlier roll-out gave up. */
function rolloutOf({ status }: SecuredFunctionBackend) {
  return status?.rollout?.step === "RolledBack" ? undefined : status?.rollout;
}

function refusedReads(
  { steps }: Plan,
  bypass: BypassReport | undefined,
  risks: readonly Risk[],
): readonly string[] {
  const obstacles: readonly (Pick<Obstacle, "reason" | "message"> | undefined)[] = [
    ...steps.flatMap(({ obstacle, standing }) => [obstacle, standing]),
    ...(bypass?.unseen ?? []).map(({ obstacle }) => obstacle),
    ...risks.map(({ obstacle }) => obstacle),
  ];
  const refused = obstacles.filter((each) => each?.reason === "PermissionMissing");
  return [...new Set(refused.flatMap((each) => each?.message ?? []))];
}
