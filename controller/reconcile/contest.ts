/**
 * Fields that somebody keeps changing back. Each is put right ever later, since every write may restart
 * the app and the other one does not give in; the others are put right as usual. What weakens the lock
 * is put right within a minute, however often.
 */
import type {
  Correction,
  Danger,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import { isDirectoryId } from "../azure/directory-ids.ts";
import type { Change, Obstacle } from "../safeguards/safeguard.ts";
import { isRecent, isReturned, lastCorrectionOf, timesOf } from "./corrections.ts";
import { driftItemOf } from "./drift.ts";
import { knownChanges, type Plan, type PlannedStep } from "./plan.ts";

/** A field that is different again although it was put right more than once. */
export interface Contest {
  readonly change: Change;
  /** How often it was put right in a row. */
  readonly times: number;
  /** When it is put right next; in the past: now. RFC 3339. */
  readonly dueAt: string;
}

/** From so many corrections on, somebody is at it. */
const CONTESTED_FROM = 2;

const FIRST_WAIT_IN_MS = 60_000;
const LONGEST_WAIT_IN_MS = 60 * 60_000;
const FIRST_WAIT_WHERE_WEAKER_IN_MS = 10_000;
const LONGEST_WAIT_WHERE_WEAKER_IN_MS = 60_000;

/** The fields of the plan that are contested at this time. */
export function contestsIn(
  plan: Plan,
  before: SecuredFunctionBackendStatus,
  { at, resyncIntervalInMs }: { readonly at: string; readonly resyncIntervalInMs: number },
): readonly Contest[] {
  return knownChanges(plan).flatMap((change) => {
    const item = driftItemOf(change, before, at);
    const last = lastCorrectionOf(item, before, at);
    const times = timesOf(last);
    if (last === undefined || times < CONTESTED_FROM || !isReturned(item, last, at)) return [];
    const waitInMs = waitBefore(times, change.danger, resyncIntervalInMs);
    return [{ change, times, dueAt: instantAfter(last.correctedAt, waitInMs) }];
  });
}

/** For how long a field is left after it was put right so often: twice as long each time. */
export function waitBefore(times: number, danger: Danger, resyncIntervalInMs: number): number {
  const doublings = 2 ** Math.max(0, times - CONTESTED_FROM);
  if (danger === "Weakens") {
    return Math.min(FIRST_WAIT_WHERE_WEAKER_IN_MS * doublings, LONGEST_WAIT_WHERE_WEAKER_IN_MS);
  }
  const longest = Math.min(Math.max(resyncIntervalInMs, FIRST_WAIT_IN_MS), LONGEST_WAIT_IN_MS);
  return Math.min(FIRST_WAIT_IN_MS * doublings, longest);
}

/**
 * The plan without what is not due yet, and why. A policy is one document and one write: it is left
 * alone only where nothing else in it is to be put right.
 */
export function holdingBack(plan: Plan, contests: readonly Contest[], at: string): Plan {
  const early = new Set(
    contests.filter((contest) => !isDue(contest, at)).map(({ change }) => change),
  );
  if (early.size === 0) return plan;
  return { ...plan, steps: plan.steps.map((step) => withoutEarly(step, { early, contests, at })) };
}

interface Delay {
  readonly early: ReadonlySet<Change>;
  readonly contests: readonly Contest[];
  readonly at: string;
}

function withoutEarly(step: PlannedStep, { early, contests, at }: Delay): PlannedStep {
  const isCarried = (change: Change) =>
    change.patch.kind === "api-policy" &&
    step.changes.some((other) => other.resource === change.resource && !early.has(other));
  const held = step.changes.filter((change) => early.has(change) && !isCarried(change));
  if (held.length === 0) return step;
  const waiting = contests.filter(({ change }) => held.includes(change));
  return {
    ...step,
    changes: step.changes.filter((change) => !held.includes(change)),
    obstacle: step.obstacle ?? contestedObstacle(waiting, at),
  };
}

function contestedObstacle(waiting: readonly Contest[], at: string): Obstacle {
  const nextInMs = timeUntilDue(waiting, at);
  return {
    kind: "waiting",
    reason: "Contested",
    message: describeContests(waiting, at),
    ...(nextInMs !== undefined && { retryAfterInMs: nextInMs }),
  };
}

/** How long until the first of these that is not due yet is; undefined when all are. */
export function timeUntilDue(contests: readonly Contest[], at: string): number | undefined {
  const early = contests.filter((contest) => !isDue(contest, at));
  if (early.length === 0) return undefined;
  return Math.min(...early.map(({ dueAt }) => Date.parse(dueAt) - Date.parse(at)));
}

/** The fields that are as they should be, and were put right more than once lately. */
export function quarrelsIn(
  { recentCorrections = [] }: SecuredFunctionBackendStatus,
  at: string,
): readonly Correction[] {
  return recentCorrections.filter(
    (correction) => timesOf(correction) >= CONTESTED_FROM && isRecent(correction, at),
  );
}

/** What to know of them: the next one who looks should not take the quiet for peace. */
export function describeQuarrels(quarrels: readonly Correction[]): readonly string[] {
  return quarrels.map(
    (quarrel) =>
      `${quarrel.path} was put right ${timesOf(quarrel)} times, last at ${quarrel.correctedAt}: somebody changes it back. ${whereToLook(quarrel.resource)} names who.`,
  );
}

/** What is contested, since when it waits, and where to see who does it. */
export function describeContests(contests: readonly Contest[], at: string): string {
  return contests.map((contest) => describeContest(contest, at)).join(" ");
}

function describeContest(contest: Contest, at: string): string {
  const { change, times, dueAt } = contest;
  const { path, resource, danger } = change;
  const next = isDue(contest, at) ? "It is put right now" : `It is put right again at ${dueAt}`;
  const effect = danger === "Weakens" ? ", which weakens the lock" : "";
  return `${path} was put right ${times} times, and somebody changes it back${effect}. ${next}. Who does it is not known here. ${whereToLook(resource)} names who wrote last.`;
}

function whereToLook(resource: string): string {
  return isDirectoryId(resource)
    ? "The audit log of Microsoft Entra"
    : `The activity log of ${resource}`;
}

function isDue({ dueAt }: Contest, at: string): boolean {
  return Date.parse(dueAt) <= Date.parse(at);
}

function instantAfter(at: string, inMs: number): string {
  return new Date(Date.parse(at) + inMs).toISOString();
}
