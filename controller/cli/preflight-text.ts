import type { PermissionReport } from "../preflight/permissions.ts";
import type { PlannedWrite } from "../preflight/planned-writes.ts";
import type { Preflight, Release } from "../preflight/preflight.ts";
import type { Risk } from "../preflight/risks/risk-check.ts";
import { releaseLine } from "../reconcile/release.ts";
import { printable, type Paint } from "./print.ts";
import { resourceName } from "./resource-name.ts";

const RESTARTS: Readonly<Record<PlannedWrite["restartsApp"], string>> = {
  Yes: "; restarts the app",
  No: "",
  Unknown: "; Microsoft does not say whether the app restarts",
};

/** What a preflight tells people, in lines; none where nothing is to be written or told. */
export function preflightLines(
  { writes, risks, permissions, refusedReads, release }: Preflight,
  paint: Paint,
): readonly string[] {
  const width = Math.max(...writes.map(({ step }) => step.length));
  const lines = [
    ...section(
      "writes, in this order",
      writes.map(
        ({ step, resource, what, restartsApp }) =>
          `${step.padEnd(width)}  ${resourceName(resource)}: ${printable(what)}${RESTARTS[restartsApp]}`,
      ),
    ),
    ...section(
      "what could break",
      risks.flatMap((risk) => riskLines(risk, paint)),
    ),
    ...section("permissions", [
      ...permissionLines(permissions, paint),
      ...refusedLines(refusedReads, paint),
    ]),
    ...releaseLines(release, paint),
  ];
  return lines.length === 0 ? [] : ["preflight", ...indented(lines)];
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [heading, ...indented(lines)];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function riskLines(
  { code, state, meaning, details, remedy, cannotSee }: Risk,
  paint: Paint,
): readonly string[] {
  const blind = `  ${paint("quiet", "cannot be seen")}: ${cannotSee}`;
  switch (state) {
    case "Seen":
      return [
        `${paint("busy", code)}: ${meaning}`,
        ...details.map((detail) => `  ${paint("busy", "seen")}: ${printable(detail)}`),
        `  ${paint("quiet", "before")}: ${remedy}`,
        blind,
      ];
    case "NotSeen":
      return [`${code}: nothing seen; ${paint("quiet", "cannot be seen")}: ${cannotSee}`];
    case "Unknown":
      return [
        `${paint("busy", code)}: could not be looked at.`,
        ...details.map((detail) => `  ${printable(detail)}`),
        `  ${paint("quiet", "if so")}: ${meaning} ${remedy}`,
        blind,
      ];
  }
}

/** What is granted needs no line of its own. */
function permissionLines(
  permissions: readonly PermissionReport[],
  paint: Paint,
): readonly string[] {
  if (permissions.length === 0) return [];
  const granted = permissions.filter(({ state }) => state === "Granted");
  const missing = permissions.filter(({ state }) => state === "Missing");
  const unknown = Map.groupBy(
    permissions.filter(({ state }) => state === "Unknown"),
    ({ message }) => message ?? "",
  );
  return [
    `${granted.length} of ${permissions.length} that these writes need are granted. ${paint("quiet", "Locks, Azure Policy and deny assignments show when a write is tried.")}`,
    ...missing.map((each) => `${paint("bad", "missing")}: ${where(each)}`),
    ...[...unknown].flatMap(([message, ofMessage]) => [
      ...ofMessage.map((each) => `${paint("busy", "not known")}: ${where(each)}`),
      `  ${printable(message)}`,
    ]),
  ];
}

function where({ action, scope }: PermissionReport): string {
  return `${action} at ${scope.startsWith("/") ? resourceName(scope) : scope}`;
}

function refusedLines(refused: readonly string[], paint: Paint): readonly string[] {
  return refused.map((message) => `${paint("bad", "refused")}: ${printable(message)}`);
}

function releaseLines({ hash, state }: Release, paint: Paint): readonly string[] {
  switch (state) {
    case "Awaited":
      return hash === undefined
        ? [`release: ${paint("busy", "awaited")}; the hash is known once the steps before are done`]
        : [`release: ${paint("busy", "awaited")}, by the annotation ${releaseLine(hash)}`];
    case "Given":
      return [`release: ${paint("good", "given")} for ${hash}`];
    case "NotNeeded":
      return hash === undefined ? [] : [`hash: ${hash}`];
  }
}
