import { expect, test } from "vitest";
import type { SecuredFunctionBackend } from "../../controller/api/v1alpha1/types.generated.ts";
import { createMetrics } from "../../controller/telemetry/metrics.ts";
import { backend } from "../support/operator.ts";
import { parseScrape } from "../support/scrape.ts";
import { readRules } from "../alerts/promtool.ts";
import { anchorsOf, readPage, type Page } from "./pages.ts";

/** Decided by the runtime and by the library, and listed there. */
const IS_OF_PROCESS = /^(?:process|nodejs)_/;

/** Every metric with all that can be known of it, as a row of the page: name, type, labels, help. */
async function metricRows(): Promise<readonly (readonly string[])[]> {
  const object: SecuredFunctionBackend = {
    ...backend(),
    status: {
      conditions: [
        { type: "Ready", status: "True", reason: "Secured", message: "", lastTransitionTime: "" },
      ],
    },
  };
  const metrics = createMetrics({
    controller: "secured-function-backend",
    lease: "secured-function-backend",
    maxConcurrentReconciles: 8,
    apiServer: { host: "10.96.0.1:443", resources: ["securedfunctionbackends"] },
    objects: () => [object],
    isPerObject: true,
    now: Date.now,
  });
  metrics.objects.passMade(object, {
    outcome: { kind: "observed", differences: 0 },
    corrections: [],
  });
  metrics.azure.remainingTold("11111111-1111-4111-8111-111111111111", "reads", 100);
  const text = await metrics.text();
  const { all } = parseScrape(text);
  const heads = [...text.matchAll(/^# HELP (\w+) (.+)\n# TYPE \w+ (\w+)$/gm)];
  return heads.flatMap(([, name = "", help = "", type = ""]) => {
    if (IS_OF_PROCESS.test(name)) return [];
    const sample = all.find((each) => [name, `${name}_bucket`].includes(each.name));
    const labels = Object.keys(sample?.labels ?? {}).filter((label) => label !== "le");
    return [[name, type, labels.toSorted().join(", "), help]];
  });
}

function rowsOf({ text }: Page): readonly (readonly string[])[] {
  return [...text.matchAll(/^\| `(\w+)` +\| (.*) \|$/gm)].map(([, name = "", rest = ""]) => [
    name,
    ...rest.split(" | ").map((cell) => cell.trim().replaceAll("`", "")),
  ]);
}

test("docs/metrics.md lists every metric as it is, and none that is not", async () => {
  const byName = (rows: readonly (readonly string[])[]) =>
    rows.toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1));
  expect(byName(rowsOf(readPage("docs/metrics.md")))).toEqual(byName(await metricRows()));
});

test("docs/alerts.md has a runbook for each alert, where the alert says, and for no other", () => {
  const page = readPage("docs/alerts.md");
  const rules = readRules();
  expect(rules.map((rule) => rule.annotations.runbook_url)).toEqual(
    rules.map(({ alert }) => `docs/alerts.md#${alert.toLowerCase()}`),
  );
  expect(anchorsOf(page).filter((anchor) => anchor.startsWith("securedfunctionbackend"))).toEqual(
    rules.map(({ alert }) => alert.toLowerCase()),
  );
});
