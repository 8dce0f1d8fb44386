import type { Finding } from "../api/v1alpha1/types.generated.ts";
import type { PlannedStep } from "../reconcile/plan.ts";
import { showValue } from "../reconcile/drift.ts";
import type { Change, Obstacle } from "../safeguards/safeguard.ts";
import { printable, type Paint, type Tone } from "./print.ts";
import type { PlanReport } from "./plan-report.ts";
import { preflightLines } from "./preflight-text.ts";
import { resourceName } from "./resource-name.ts";

/** How a safeguard stands that asks for nothing, by the reason of its condition. */
const IN_WORDS: Readonly<Record<string, string>> = {
  NotManaged: "not managed",
  Reported: "only reported",
};

const TONES: Readonly<Record<PlanReport["exitCode"], Tone>> = { 0: "good", 1: "bad", 2: "busy" };

/** A plan as people read it: what is to be done, in the order in which it would be done. */
export function planText(report: PlanReport, paint: Paint): string {
  const { object, exitCode, message, preflight, steps, obstacle, verified } = report;
  const header = `${object}: ${paint(TONES[exitCode], printable(message))}\n`;
  if (steps.length === 0) return header;
  const obstacles = [...new Set(steps.map((step) => step.obstacle))];
  const lines = [
    ...(preflight === undefined ? [] : preflightLines(preflight, paint)),
    ...steps.flatMap((step, index) => {
      const first = steps.findIndex((each) => each.obstacle === step.obstacle);
      return stepLines(step, first === index ? "first" : "again", paint);
    }),
    ...(obstacles.includes(obstacle) ? [] : obstacleLines(obstacle, paint)),
    ...bypassLines(report, paint),
    `calls at present: ${verified.reason}: ${printable(verified.message)}`,
  ];
  return header + lines.map((line) => `  ${line}\n`).join("");
}

/** @param telling whether the same obstacle, in the way of several safeguards, was told before. */
function stepLines(
  { safeguard, changes, notes, standing, obstacle }: PlannedStep,
  telling: "first" | "again",
  paint: Paint,
): readonly string[] {
  const width = Math.max(...changes.map(({ path }) => ownPath(path).length));
  const resources = Map.groupBy(changes, ({ resource }) => resource);
  const lines = [
    ...[...resources].flatMap(([resource, ofResource]) => [
      paint("quiet", resourceName(resource)),
      ...ofResource.map((change) => `  ${changeText(change, width, paint)}`),
    ]),
    ...(telling === "first" ? obstacleLines(obstacle, paint) : []),
    ...notes.map(({ code, message }) => `note ${code}: ${printable(message)}`),
  ];
  const isInSync = changes.length === 0 && obstacle === undefined;
  const isBehind = changes.length === 0 && obstacle !== undefined && telling === "again";
  const atRest = `: ${IN_WORDS[standing?.reason ?? ""] ?? "in sync"}`;
  const heading = isInSync ? atRest : isBehind ? ": not known, for the same reason" : "";
  return [safeguard + paint("quiet", heading), ...lines.map((line) => `  ${line}`)];
}

function obstacleLines(obstacle: Obstacle | undefined, paint: Paint): readonly string[] {
  if (obstacle === undefined) return [];
  return [`${paint("bad", obstacle.reason)}: ${printable(obstacle.message)}`];
}

const SEVERITY_TONES: Readonly<Record<Finding["severity"], Tone>> = {
  Critical: "bad",
  Warning: "busy",
  Info: "quiet",
};

/** The ways around the lock, each with what to do about it. */
function bypassLines({ noBypass, findings }: PlanReport, paint: Paint): readonly string[] {
  const summary = findings.length > 0 ? "" : `: ${printable(noBypass.message)}`;
  return [
    `ways around the lock: ${noBypass.reason}${summary}`,
    ...findings.map(
      ({ code, severity, message, remedy }) =>
        `  ${paint(SEVERITY_TONES[severity], severity)} ${code}: ${printable(message)} ${remedy}`,
    ),
  ];
}

/** One difference in one line: what is there, what that does to the lock, what is to be there. */
function changeText({ path, observed, desired, danger }: Change, width: number, paint: Paint) {
  const effect = danger === "Cosmetic" ? "" : paint("quiet", ` [${danger.toLowerCase()}]`);
  return `${printable(ownPath(path)).padEnd(width)}  ${shown(observed)}${effect} -> ${shown(desired)}`;
}

function shown(value: Change["desired"]): string {
  return value === undefined ? "(nothing)" : printable(showValue(value));
}

/** The path without the safeguard, under whose name it stands. */
function ownPath(path: string): string {
  return path.slice(path.indexOf(":") + 1);
}
