import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { findBinary } from "../cluster/binaries.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { InputSeries } from "./timeline.ts";

export const RULES_FILE = fileURLToPath(
  new URL("../../charts/secured-function-backend/files/alerts.yaml", import.meta.url),
);

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<"summary" | "description" | "runbook_url", string>>;
}

/** The alerts as they are shipped. */
export function readRules(): readonly AlertRule[] {
  const { groups } = parse(readFileSync(RULES_FILE, "utf8")) as {
    groups: readonly { readonly rules: readonly AlertRule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

/** Prometheus' own judge of rules; undefined where it is not installed. */
export const PROMTOOL = findBinary("promtool");

/** Whether an alert is to be firing at a minute, and with which labels of its own. */
export interface Expectation {
  readonly alert: string;
  readonly minute: number;
  /** The labels of each alert that fires. */
  readonly firing: readonly Readonly<Record<string, string>>[];
}

/** Has Prometheus evaluate the shipped rules. @throws {Error} with what promtool says. */
export async function testRules(
  series: readonly InputSeries[],
  expectations: readonly Expectation[],
): Promise<void> {
  const rules = readRules();
  const alerts = expectations.map(({ alert, minute, firing }) => {
    const rule = rules.find((each) => each.alert === alert);
    if (rule === undefined) throw new Error(`there is no alert ${alert}`);
    return {
      eval_time: `${minute}m`,
      alertname: alert,
      exp_alerts: firing.map((labels) => ({
        exp_labels: { ...rule.labels, ...labels },
        exp_annotations: annotationsFor(rule, labels),
      })),
    };
  });
  const test = { interval: "1m", input_series: series, alert_rule_test: alerts };
  const suite = { rule_files: [RULES_FILE], evaluation_interval: "1m", tests: [test] };
  await using folder = await temporaryFolder({ "suite.yaml": stringify(suite) });
  await promtool("test", "rules", join(folder.path, "suite.yaml"));
}

/** @throws {Error} with what promtool says. */
export async function promtool(...args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(PROMTOOL ?? "promtool", args)).stdout;
  } catch (cause) {
    const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
    throw new Error(`promtool ${args.slice(0, 2).join(" ")}:\n${stdout}${stderr}`, { cause });
  }
}

function annotationsFor(
  { annotations }: AlertRule,
  labels: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, text]) => [
      name,
      text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? ""),
    ]),
  );
}
