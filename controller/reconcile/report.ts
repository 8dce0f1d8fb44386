import { CONDITIONS, type ConditionType } from "../api/v1alpha1/conditions.ts";
import type {
  Condition,
  Correction,
  DriftItem,
  RolloutProgress,
  SecuredFunctionBackend,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import { isDirectoryId } from "../azure/directory-ids.ts";
import { sameResource } from "../azure/resource-ids.ts";
import { SAFEGUARDS } from "../safeguards/index.ts";
import { KNOWN_AFTER_APPLY, type Change } from "../safeguards/safeguard.ts";
import type { Verdict } from "../verify/diagnose.ts";
import type { BypassReport } from "./bypass.ts";
import {
  describeContests,
  describeQuarrels,
  quarrelsIn,
  timeUntilDue,
  type Contest,
} from "./contest.ts";
import { correctionsOf, withCorrections } from "./corrections.ts";
import { cut } from "./cut.ts";
import { driftOf } from "./drift.ts";
import type { BegunOperation } from "./execute.ts";
import { summarize, type Next, type Outcome } from "./outcome.ts";
import { knownChanges, type Plan, type PlannedStep } from "./plan.ts";
import { isAuthenticationProven, isNetworkOnTrial } from "./reinforce.ts";
import { isFoundClosed } from "./progress.ts";
import { coverageOf, findingsOf, noBypassState } from "./report-bypass.ts";

/** What one pass saw and did. */
export interface PassRecord {
  readonly object: SecuredFunctionBackend;
  /** The status that the pass started from. */
  readonly before: SecuredFunctionBackendStatus;
  /** When, RFC 3339. */
  readonly at: string;
  readonly outcome: Outcome;
  readonly plan?: Plan;
  readonly verdict?: Verdict | undefined;
  /** Absent when nobody looked for ways around the lock. */
  readonly bypass?: BypassReport | undefined;
  readonly rollout?: RolloutProgress | undefined;
  /** The value of the take-over annotation that was obeyed. */
  readonly takeOver?: string | undefined;
  readonly applied?: readonly Change[];
  /** The differences that somebody keeps bringing back. */
  readonly contests?: readonly Contest[];
  readonly operations?: readonly BegunOperation[];
}

/** A pass as its caller sees it. */
export interface Pass {
  /** The whole new status; equal to the old one when nothing changed. */
  readonly status: SecuredFunctionBackendStatus;
  readonly outcome: Outcome;
  readonly next: Next;
  /** Absent when Azure was not looked at. */
  readonly plan: Plan | undefined;
  /** Absent when nobody looked for ways around the lock. */
  readonly bypass?: BypassReport | undefined;
  /** Differences that this pass was the first to see, on a pair that had been secured. */
  readonly newDrift: readonly DriftItem[];
  /** Differences that this pass put right, on a pair that had been secured or was found closed. */
  readonly corrections: readonly Correction[];
}

const LONGEST_MESSAGE = 4096;
const MOST_DRIFT_ITEMS = 50;

/** Turns what a pass saw and did into the object's status. No time in it moves on an idle pass. */
export function report(record: PassRecord): Pass {
  const { object, before, at, outcome, plan, bypass, applied = [] } = record;
  const wasSecured =
    isAuthenticationProven(before.rollout) && !isNetworkOnTrial(before.rollout?.step);
  const drift = plan === undefined ? (before.drift ?? []) : driftOf(plan, before, at);
  const shownDrift = drift.slice(0, MOST_DRIFT_ITEMS);
  const wasFoundClosed =
    plan !== undefined &&
    isFoundClosed({ rollout: before.rollout, wasClosed: plan.facts.site.enforced });
  const corrections = wasSecured || wasFoundClosed ? correctionsOf(applied, before, at) : [];
  const operations = plan === undefined ? before.operations : operationsOf(record, plan);
  const { rollout: _rollout, operations: _operations, lastHandledTakeOver, ...kept } = before;
  const takeOver = plan === undefined ? lastHandledTakeOver : record.takeOver;

  return {
    outcome,
    plan,
    bypass,
    corrections,
    next: soonerOf(summarize(outcome).next, timeUntilDue(record.contests ?? [], at)),
    newDrift: wasSecured ? shownDrift.filter(({ detectedAt }) => detectedAt === at) : [],
    status: {
      ...kept,
      ...(object.metadata.generation !== undefined && {
        observedGeneration: object.metadata.generation,
      }),
      ...presentOrAbsent("lastHandledTakeOver", takeOver),
      conditions: conditionsOf(record),
      ...(plan && identityFacts(plan)),
      ...presentOrAbsent("rollout", plan === undefined ? before.rollout : record.rollout),
      ...presentOrAbsent("operations", operations),
      drift: shownDrift,
      driftCount: plan === undefined ? (before.driftCount ?? 0) : drift.length,
      recentCorrections: withCorrections(before, corrections),
      ...(bypass && { findings: findingsOf(bypass, before) }),
      ...(plan && bypass && presentOrAbsent("coverage", coverageOf(plan, bypass))),
    },
  };
}

/** What is due before the object is looked at again is not kept waiting. */
function soonerOf(next: Next, dueInMs: number | undefined): Next {
  if (dueInMs === undefined) return next;
  switch (next.kind) {
    case "resync":
      return { kind: "after", inMs: dueInMs };
    case "after":
      return { kind: "after", inMs: Math.min(next.inMs, dueInMs) };
    case "at once":
    case "back off":
      return next;
  }
}

function conditionsOf(record: PassRecord): Condition[] {
  const { before, at, object, plan, outcome } = record;
  const { ready, isReconciling, isStalled, reason, message } = summarize(outcome);
  const isSuspended = outcome.kind === "suspended";
  const states: Partial<Record<ConditionType, State>> = {
    Ready: isSuspended ? lastKnown(before, "Ready") : { status: ready, reason, message },
    ...(isReconciling && { Reconciling: { status: "True", reason, message } }),
    ...(isStalled && { Stalled: { status: "True", reason, message } }),
    InSync: plan === undefined ? lastKnown(before, "InSync") : inSync(plan, record),
    Verified: record.verdict ?? lastKnown(before, "Verified"),
    NoBypass:
      record.bypass === undefined ? lastKnown(before, "NoBypass") : noBypassState(record.bypass),
    ...Object.fromEntries(
      SAFEGUARDS.map(({ name, condition }) => {
        const step = plan?.steps.find(({ safeguard }) => safeguard === name);
        return [
          condition,
          step === undefined ? lastKnown(before, condition) : safeguardState(step, record),
        ];
      }),
    ),
  };
  return (Object.keys(CONDITIONS) as ConditionType[]).flatMap((type) => {
    const state = states[type];
    if (state === undefined) return [];
    const old = before.conditions?.find((condition) => condition.type === type);
    return [
      {
        type,
        status: state.status,
        reason: state.reason,
        message: cut(state.message, LONGEST_MESSAGE),
        lastTransitionTime: old?.status === state.status ? old.lastTransitionTime : at,
        ...(object.metadata.generation !== undefined && {
          observedGeneration: object.metadata.generation,
        }),
      },
    ];
  });
}

interface State {
  readonly status: Condition["status"];
  readonly reason: string;
  readonly message: string;
}

/** What was known last; before the first look, nothing is. */
function lastKnown({ conditions }: SecuredFunctionBackendStatus, type: ConditionType): State {
  return (
    conditions?.find((condition) => condition.type === type) ?? {
      status: "Unknown",
      reason: "Unverified",
      message: "Not looked at yet.",
    }
  );
}

function inSync(plan: Plan, { before, at, contests = [] }: PassRecord): State {
  const changes = knownChanges(plan);
  if (contests.length > 0) {
    return { status: "False", reason: "Contested", message: describeContests(contests, at) };
  }
  if (changes.length > 0) {
    return {
      status: "False",
      reason: isAuthenticationProven(before.rollout) ? "Drifted" : "Progressing",
      message: describeChanges(changes),
    };
  }
  const obstacle = plan.steps.find((step) => step.obstacle !== undefined)?.obstacle;
  if (obstacle !== undefined) return { status: "Unknown", ...obstacle };
  return { status: "True", reason: "Succeeded", message: "Azure is as the spec asks." };
}

function safeguardState(
  { safeguard, changes, obstacle, notes, standing }: PlannedStep,
  { before, at, contests = [] }: PassRecord,
): State {
  if (obstacle !== undefined) {
    return { status: obstacle.kind === "blocked" ? "False" : "Unknown", ...obstacle };
  }
  const contested = contests.filter(({ change }) => changes.includes(change));
  if (contested.length > 0) {
    return { status: "False", reason: "Contested", message: describeContests(contested, at) };
  }
  if (changes.length > 0) {
    const isDrift = isAuthenticationProven(before.rollout);
    return {
      status: "False",
      reason: isDrift ? "Drifted" : "Progressing",
      message: describeChanges(changes),
    };
  }
  if (standing !== undefined) return standing;
  const quarrels = quarrelsIn(before, at).filter(({ path }) => path.startsWith(`${safeguard}:`));
  const told = [...notes.map((note) => note.message), ...describeQuarrels(quarrels)];
  return { status: "True", reason: "Succeeded", message: ["As the spec asks.", ...told].join(" ") };
}

function describeChanges(changes: readonly Change[]): string {
  const paths = changes.map(({ path }) => path);
  const shown = paths.slice(0, 5).join(", ");
  return `${paths.length} difference${paths.length === 1 ? "" : "s"}: ${shown}${paths.length > 5 ? ", …" : ""}.`;
}

/** What was seen of identities and registration; what was not stays as it was known last. */
function identityFacts({ facts, established }: Plan): Partial<SecuredFunctionBackendStatus> {
  const { gateways, registration } = facts;
  return {
    ...(established.includes("gateways") && {
      gateways: gateways.map(({ serviceId, principalId, clientId }) => ({
        service: serviceId,
        ...known("principalId", principalId),
        ...known("clientId", clientId),
      })),
    }),
    ...known("audience", registration.audience),
    ...known("tenantId", registration.tenantId),
    ...known("issuer", registration.issuer),
  };
}

/** Operations that were begun are kept until the safeguard that waits for them goes on. */
function operationsOf(record: PassRecord, plan: Plan): SecuredFunctionBackendStatus["operations"] {
  const isWaiting = (resourceId: string) => {
    const begunBy = isDirectoryId(resourceId) ? "app-registration" : "managed-identity";
    return plan.steps.some(
      ({ safeguard, obstacle }) => safeguard === begunBy && obstacle !== undefined,
    );
  };
  const begun = (record.operations ?? []).map(({ resourceId, url }) => ({
    resourceId,
    url,
    startedAt: record.at,
  }));
  const kept = (record.before.operations ?? []).filter(
    (old) =>
      isWaiting(old.resourceId) &&
      !begun.some(({ resourceId }) => sameResource(resourceId, old.resourceId)),
  );
  const operations = [...kept, ...begun];
  return operations.length === 0 ? undefined : operations;
}

function known<Key extends string>(key: Key, value: string): { [key in Key]?: string } {
  return value === KNOWN_AFTER_APPLY ? {} : presentOrAbsent(key, value);
}

function presentOrAbsent<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [key in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [key in Key]?: Value });
}
