import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DEMO, demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import type { WorldSeed } from "../../simulator/world/seed.ts";
import { CommandLine, type Ended } from "../support/command-line.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const FUNCTION_KEY = "function-key-0f3a9c5e7d1b2846";

/** The demonstration, with a key on the function and one in the policy, where keys often stand. */
function worldWithKeys(): WorldSeed {
  const world = demoWorld();
  const service = demoService();
  const keyStatement = `<base />\n    <set-header name="x-functions-key" exists-action="override"><value>${FUNCTION_KEY}</value></set-header>`;
  return {
    ...world,
    functionApps: world.functionApps.map((site) => ({ ...site, functionKey: FUNCTION_KEY })),
    services: [
      {
        ...service,
        apis: (service.apis ?? []).map((api) => ({
          ...api,
          policy: (api.policy ?? "").replace("<base />", keyStatement),
        })),
      },
    ],
  };
}

/** Answers that quote a token, as error pages of proxies and services do. */
async function quoteTokens(azure: TestSimulator, times: number): Promise<void> {
  const arm = await azure.control.token(DEMO.operatorClientId, azure.addresses.arm);
  const forFunction = await azure.control.token(DEMO.operatorClientId, DEMO.functionClientId);
  const quote = (token: string) => `The request had the header Authorization: Bearer ${token}`;
  const error = { code: "Odd", message: quote(arm) };
  await azure.control.fault({
    match: { listener: "arm", method: "GET", path: "/policies/policy" },
    times,
    fault: { status: 500, body: { error } },
  });
  await azure.control.fault({
    match: { listener: "arm", method: "GET", path: "/config/authsettingsV2" },
    times,
    fault: { status: 502, body: quote(arm) },
  });
  await azure.control.fault({
    match: { listener: "entra", path: "/token" },
    times: 1,
    fault: {
      status: 400,
      body: { error: "invalid_client", error_description: `AADSTS700024: ${quote(forFunction)}` },
    },
  });
  await azure.control.fault({
    match: { listener: DEMO.functionApp },
    times,
    fault: {
      status: 500,
      headers: { "www-authenticate": quote(forFunction), location: quote(forFunction) },
    },
  });
}

/** Enough of a secret to recognise it, also where it was cut. */
function tracesOf(secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) => secret.split(".").map((part) => part.slice(0, 48)));
}

test(
  "no token, key or secret is in any log, output, status, snapshot or state",
  {
    timeout: 90_000,
  },
  async () => {
    await using azure = await startTestSimulator({ world: worldWithKeys() });
    await using sfb = await CommandLine.open({ ...azure.variables, LOG_LEVEL: "trace" });
    await sfb.useExample("orders.yaml");
    await quoteTokens(azure, 3);
    const ended: Ended[] = [
      await sfb.run("plan", "-f", "orders.yaml"),
      await sfb.run("apply", "-f", "orders.yaml", "--wait", "--timeout", "20s"),
      await sfb.run("plan", "-f", "orders.yaml", "--output", "json"),
    ];
    const watch = sfb.start("watch", "-f", "orders.yaml");
    await watch.prints(/shop\/orders: /);
    const shop = new Shop(azure);
    await shop.putAuthSettings({ ...(await shop.authSettings()), platform: { enabled: false } });
    await shop.putPolicy(
      (await shop.policy()).replaceAll(/\s*<authentication-managed[^>]*\/>/g, ""),
    );
    await quoteTokens(azure, 1);
    await sfb.edit("orders.yaml", (text) =>
      text.replace(
        "metadata:",
        "metadata:\n  annotations: { securedbackend.dev/reconcile-requested-at: now }",
      ),
    );
    await watch.prints(/drift/);
    ended.push(await watch.terminate());

    const { variables } = azure;
    const assertion = await readFile(variables["AZURE_FEDERATED_TOKEN_FILE"] ?? "", "utf8");
    const secrets = [...(await azure.control.secrets()), assertion];
    expect(secrets).toContain(FUNCTION_KEY);
    expect(secrets.filter((secret) => secret.startsWith("eyJ")).length).toBeGreaterThan(5);
    const told = [
      ...ended.flatMap(({ stdout, stderr }) => [stdout, stderr]),
      ...Object.values(await sfb.files()),
    ].join("\n");
    expect(told).toMatch(/shop\/orders/);
    // The answers that quote a token were told, without it.
    expect(told).toContain("Authorization: Bearer (token)");
    expect(tracesOf(secrets).filter((trace) => told.includes(trace))).toEqual([]);
  },
);
