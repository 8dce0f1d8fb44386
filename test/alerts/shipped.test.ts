import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { CHART, HAS_HELM, MINIMAL, render } from "../chart/helm.ts";
import { PROJECT_ROOT } from "../support/project.ts";
import { promtool, PROMTOOL, readRules, RULES_FILE } from "./promtool.ts";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: unknown;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string; readonly datasource: unknown }[];
}

const DASHBOARD_FILE = join(CHART, "files/dashboard.json");
const dashboard = JSON.parse(readFileSync(DASHBOARD_FILE, "utf8")) as {
  readonly id: null;
  readonly uid: string;
  readonly schemaVersion: number;
  readonly tags: readonly string[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string }[];
  };
  readonly panels: readonly Panel[];
};
const panels = dashboard.panels.filter(({ type }) => type !== "row");
const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** The metrics that docs/metrics.md lists, and which another test holds to the code. */
const METRICS = new Set(
  [...readFileSync(join(PROJECT_ROOT, "docs/metrics.md"), "utf8").matchAll(/^\| `(\w+)`/gm)].map(
    ([, name]) => name,
  ),
);
const PREFIXED =
  /\b(?:securedfunction|azure|controller_runtime|workqueue|leader_election|rest_client|kube)_\w+/g;

describe.each([
  ["alerts", readRules().map(({ expr }) => expr)],
  ["the dashboard", queries],
])("%s", (_, expressions) => {
  test("ask for metrics that exist", () => {
    const asked = expressions
      .flatMap((expression) => expression.match(PREFIXED) ?? [])
      .map((name) => name.replace(/_bucket$/, ""));
    expect(asked.length).toBeGreaterThan(9);
    expect(asked.filter((name) => !METRICS.has(name))).toEqual([]);
  });
});

describe("each alert", () => {
  test("has a severity, and words for whoever is woken by it", () => {
    for (const { alert, labels, annotations } of readRules()) {
      expect(alert).toMatch(/^SecuredFunctionBackend[A-Z]/);
      expect(labels["severity"]).toMatch(/^(?:warning|critical)$/);
      expect(annotations.summary.length).toBeGreaterThan(20);
      expect(annotations.description).toMatch(/\.$/);
    }
  });
});

describe("the dashboard", () => {
  test("can be imported anywhere", () => {
    expect(dashboard).toMatchObject({ id: null, uid: "secured-function-backend" });
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
    expect(dashboard.tags).toContain("secured-function-backend");
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([
      ["datasource", "datasource"],
      ["namespace", "query"],
      ["name", "query"],
    ]);
    const sources = JSON.stringify(dashboard).match(/"uid":"[^"]*"/g);
    expect(new Set(sources)).toEqual(
      new Set(['"uid":"${datasource}"', '"uid":"secured-function-backend"']),
    );
  });

  test("has panels with a title, a description, a unit and an id of their own", () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { title, description, fieldConfig, targets } of panels) {
      expect([title, description]).toEqual([
        expect.stringMatching(/\S/),
        expect.stringMatching(/\.$/),
      ]);
      expect(`${title}: ${fieldConfig?.defaults.unit ?? ""}`).toMatch(/: \S/);
      expect(targets).not.toEqual([]);
    }
  });

  test.skipIf(PROMTOOL === undefined)("asks what Prometheus understands", async () => {
    for (const query of queries) {
      const filled = query.replaceAll("$__rate_interval", "5m").replaceAll(/\$\w+/g, ".*");
      await expect(promtool("--experimental", "promql", "format", filled)).resolves.toMatch(/\w/);
    }
  });
});

describe.skipIf(!HAS_HELM)("the chart", () => {
  const metrics = (values: object) => render({ ...MINIMAL, metrics: values });
  const specOf = (kind: string, values: object) =>
    metrics(values).find((manifest) => manifest.kind === kind)?.spec;

  test("installs the rules as they lie in their file", () => {
    expect(specOf("PrometheusRule", { prometheusRule: { enabled: true } })).toEqual(
      parse(readFileSync(RULES_FILE, "utf8")),
    );
  });

  test("leads to runbooks where the repository can be read", () => {
    const documentationUrl = "https://git.example.com/sfb/blob/main/";
    const { groups } = specOf("PrometheusRule", {
      prometheusRule: { enabled: true, documentationUrl },
    }) as { groups: readonly { rules: ReturnType<typeof readRules> }[] };
    const links = groups.flatMap(({ rules }) => rules.map((rule) => rule.annotations.runbook_url));
    expect(links).toEqual(
      readRules().map((rule) => documentationUrl + rule.annotations.runbook_url),
    );
  });

  test("has the labels of objects kept when it is scraped", () => {
    expect(specOf("ServiceMonitor", { serviceMonitor: { enabled: true } })).toMatchObject({
      endpoints: [{ port: "metrics", honorLabels: true }],
    });
  });

  test("installs the dashboard as it lies in its file", () => {
    const found = metrics({ dashboard: { enabled: true } }).find(
      ({ metadata }) => metadata.labels?.["grafana_dashboard"] === "1",
    ) as { readonly data?: Readonly<Record<string, string>> } | undefined;
    const [text = ""] = Object.values(found?.data ?? {});
    expect(JSON.parse(text)).toEqual(dashboard);
  });
});
