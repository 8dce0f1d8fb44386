import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { azureObserver } from "../../controller/telemetry/azure-observer.ts";
import { createLog } from "../../controller/telemetry/log.ts";
import { createMetrics } from "../../controller/telemetry/metrics.ts";
import { DEMO } from "../../simulator/world/demo-world.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

/** Answers whose headers and bodies quote a token. */
async function quoteToken(azure: TestSimulator, token: string): Promise<void> {
  const quoted = `Authorization: Bearer ${token}`;
  const headers = { "x-ms-request-id": quoted, "x-ms-correlation-request-id": token };
  const error = { code: "Odd", message: quoted };
  for (const [path, status] of [
    ["/policies/policy", 500],
    ["/config/authsettingsV2", 401],
  ] as const) {
    await azure.control.fault({
      match: { listener: "arm", path },
      times: 2,
      fault: { status, headers, body: { error } },
    });
  }
}

test("what is logged and counted of Azure holds no token, also where answers quote one", async () => {
  await using azure = await startTestSimulator();
  const lines: string[] = [];
  const log = createLog("trace", { write: (line) => void lines.push(line) });
  const metrics = createMetrics({
    controller: "secured-function-backend",
    lease: "secured-function-backend",
    maxConcurrentReconciles: 8,
    apiServer: { host: "10.96.0.1:443", resources: ["securedfunctionbackends"] },
    objects: () => [],
    isPerObject: true,
    now: Date.now,
  });
  const operator = new TestOperator(azure, backend(), {
    observer: azureObserver(metrics.azure, log),
  });
  await quoteToken(azure, await azure.control.token(DEMO.operatorClientId, azure.addresses.arm));

  await log.during({ object: "shop/orders", reconcileId: "one" }, () => operator.settle());
  log.warn({ object: "shop/orders", error: operator.condition("Ready") }, "pass failed");

  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const calls = told.filter(({ msg }) => msg === "azure called");
  expect(calls.length).toBeGreaterThan(20);
  expect(calls.every(({ reconcileId }) => reconcileId === "one")).toBe(true);
  expect(calls.filter(({ status }) => status === 401 || status === 500)).not.toEqual([]);
  expect(calls.filter(({ azureCorrelationId }) => azureCorrelationId !== undefined)).not.toEqual(
    [],
  );

  const assertion = await readFile(azure.variables["AZURE_FEDERATED_TOKEN_FILE"] ?? "", "utf8");
  const secrets = [...(await azure.control.secrets()), assertion];
  expect(secrets.length).toBeGreaterThan(5);
  const all = lines.join("") + (await metrics.text());
  const traces = secrets.flatMap((secret) => secret.split(".").map((part) => part.slice(0, 48)));
  expect(traces.filter((trace) => all.includes(trace))).toEqual([]);
});
