import type { Finding, SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import type { Json } from "../azure/json.ts";
import { keyOf } from "../manifests/object-key.ts";
import type { Preflight } from "../preflight/preflight.ts";
import { summarize } from "../reconcile/outcome.ts";
import type { PlannedStep } from "../reconcile/plan.ts";
import type { Pass } from "../reconcile/report.ts";
import { firstObstacle } from "../reconcile/plan.ts";
import { RELEASE_ANNOTATION } from "../reconcile/release.ts";
import { findingsOf, noBypassState } from "../reconcile/report-bypass.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";

/** What `sfb plan` tells about one object. */
export interface PlanReport {
  /** `namespace/name`. */
  readonly object: string;
  readonly inSync: boolean;
  readonly exitCode: 0 | 1 | 2;
  /** What was found, in a sentence. */
  readonly message: string;
  /** What to know before it is applied; absent when Azure was not looked at. */
  readonly preflight?: Preflight | undefined;
  /** Safeguard by safeguard, in the order of a roll-out; empty when Azure was not looked at. */
  readonly steps: readonly PlannedStep[];
  /** What is in the way of all. */
  readonly obstacle: Obstacle | undefined;
  /** The ways around the lock, and whether all of them could be looked for. */
  readonly findings: readonly Finding[];
  readonly noBypass: State;
  /** What calls get at present. */
  readonly verified: State;
}

interface State {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

const NOT_LOOKED_AT: State = {
  status: "Unknown",
  reason: "Unverified",
  message: "Not looked at.",
};

/** The report of a pass that only looked. */
export function reportPlan(
  object: SecuredFunctionBackend,
  pass: Pass,
  preflight?: Preflight,
): PlanReport {
  const { plan, outcome, status, bypass } = pass;
  const obstacle =
    (plan && firstObstacle(plan)) ?? (outcome.kind === "obstructed" ? outcome.obstacle : undefined);
  const steps = plan?.steps ?? [];
  const changes = steps.reduce((sum, step) => sum + step.changes.length, 0);
  const verified = status.conditions?.find(({ type }) => type === "Verified") ?? NOT_LOOKED_AT;
  const isFailed = obstacle?.kind === "blocked" || plan?.isComplete === false;
  const isSettled =
    plan !== undefined && changes === 0 && obstacle === undefined && verified.status !== "False";
  return {
    object: keyOf(object),
    inSync: isSettled,
    exitCode: isFailed ? 1 : isSettled ? 0 : 2,
    message: messageOf(pass, changes),
    preflight,
    steps,
    obstacle,
    findings: bypass === undefined ? [] : findingsOf(bypass, {}),
    noBypass: bypass === undefined ? NOT_LOOKED_AT : noBypassState(bypass),
    verified: { status: verified.status, reason: verified.reason, message: verified.message },
  };
}

/** The report of a pass that broke off. */
export function reportBrokenPlan(object: SecuredFunctionBackend, error: Error): PlanReport {
  return {
    object: keyOf(object),
    inSync: false,
    exitCode: 1,
    message: `could not be looked at: ${error.message}`,
    steps: [],
    obstacle: undefined,
    findings: [],
    noBypass: NOT_LOOKED_AT,
    verified: NOT_LOOKED_AT,
  };
}

function messageOf({ plan, outcome }: Pass, changes: number): string {
  if (plan?.isComplete !== true) return summarize(outcome).message;
  if (changes > 0) return `${changes} change${changes === 1 ? "" : "s"} to make`;
  return outcome.kind === "obstructed" ? summarize(outcome).message : "nothing to change";
}

/** A report as programs read it. */
export function toPlanRecord(report: PlanReport) {
  const { object, inSync, message, preflight, steps, obstacle, findings, noBypass, verified } =
    report;
  return {
    object,
    inSync,
    message,
    preflight: preflight === undefined ? null : toPreflightRecord(preflight),
    changes: steps.flatMap(({ changes }) =>
      changes.map(({ safeguard, resource, path, desired, observed, danger }) => ({
        safeguard,
        resource,
        path,
        desired: orNull(desired),
        observed: orNull(observed),
        danger,
      })),
    ),
    notes: steps.flatMap(({ safeguard, notes }) => notes.map((note) => ({ safeguard, ...note }))),
    obstacle: obstacle === undefined ? null : toObstacleRecord(obstacle),
    findings,
    noBypass,
    verified,
  };
}

function toPreflightRecord({ risks, permissions, release, ...rest }: Preflight) {
  return {
    ...rest,
    risks: risks.map(({ obstacle: _obstacle, ...risk }) => risk),
    permissions: permissions.map((each) => ({ ...each, message: each.message ?? null })),
    release: {
      hash: release.hash ?? null,
      state: release.state,
      annotation: RELEASE_ANNOTATION,
    },
  };
}

function toObstacleRecord({ kind, reason, message }: Obstacle) {
  return { kind, reason, message };
}

/** Programs find every field in every change: nothing there is `null`. */
function orNull(value: Json | undefined): Json {
  return value ?? null;
}
