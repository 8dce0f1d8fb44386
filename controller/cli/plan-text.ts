import type { PlannedStep } from "../reconcile/plan.ts";
import { showValue } from "../reconcile/report.ts";
import { nameOf } from "../azure/resource-ids.ts";
import type { Change } from "../safeguards/safeguard.ts";
import { printable, type Paint, type Tone } from "./print.ts";
import type { PlanReport } from "./plan-report.ts";

const TONES: Readonly<Record<PlanReport["exitCode"], Tone>> = { 0: "good", 1: "bad", 2: "busy" };

/** A plan as people read it: what is to be done, in the order in which it would be done. */
export function planText(report: PlanReport, paint: Paint): string {
  const { object, exitCode, message, steps, obstacle, verified } = report;
  const isToldBySteps = steps.some((step) => step.obstacle !== undefined);
  const lines = [
    `${object}: ${paint(TONES[exitCode], printable(message))}`,
    ...steps.flatMap((step) => stepLines(step, paint)),
    ...(obstacle !== undefined && !isToldBySteps && steps.length > 0
      ? [`  ${paint("bad", obstacle.reason)}: ${printable(obstacle.message)}`]
      : []),
    ...(steps.length > 0
      ? [`  calls at present: ${verified.reason}: ${printable(verified.message)}`]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

function stepLines({ safeguard, changes, notes, obstacle }: PlannedStep, paint: Paint): string[] {
  const isQuiet = changes.length === 0 && obstacle === undefined;
  const width = Math.max(...changes.map(({ path }) => ownPath(path).length));
  return [
    `  ${safeguard}${isQuiet ? paint("quiet", ": in sync") : ""}`,
    ...[...Map.groupBy(changes, ({ resource }) => resource)].flatMap(([resource, ofResource]) => [
      `    ${paint("quiet", resourceName(resource))}`,
      ...ofResource.map((change) => `      ${changeText(change, width, paint)}`),
    ]),
    ...(obstacle === undefined
      ? []
      : [`    ${paint("bad", obstacle.reason)}: ${printable(obstacle.message)}`]),
    ...notes.map(({ code, message }) => `    note ${code}: ${printable(message)}`),
  ];
}

/** One difference in one line: what is there, what that does to the lock, what is to be there. */
function changeText({ path, observed, desired, danger }: Change, width: number, paint: Paint) {
  const effect = danger === "Cosmetic" ? "" : paint("quiet", ` [${danger.toLowerCase()}]`);
  return `${printable(ownPath(path)).padEnd(width)}  ${shown(observed)}${effect} -> ${shown(desired)}`;
}

function shown(value: Change["desired"]): string {
  return printable(showValue(value) ?? "(nothing)");
}

/** The path without the safeguard, under whose name it stands. */
function ownPath(path: string): string {
  return path.slice(path.indexOf(":") + 1);
}

/** The last names of an id, enough to know the resource: `contoso-apim/apis/orders/policies/policy`. */
function resourceName(id: string): string {
  const [, provider] = id.split(/\/providers\//i);
  return printable(provider?.split("/").slice(2).join("/") ?? nameOf(id));
}
