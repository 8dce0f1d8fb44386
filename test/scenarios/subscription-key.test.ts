import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { SubscriptionKey } from "../../controller/azure/subscription-key.ts";
import type { SubscriptionKeys } from "../../controller/verify/subscription-keys.ts";
import { CommandLine } from "../support/command-line.ts";
import { withApi } from "../support/gateway-calls.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

/** The key of the demonstration's subscription. */
const KEY = "5f0f5e6a1c0d4c3f9d2a0000000000a1";
/** An API that wants a key, under names of its own. */
const KEYED = withApi({
  subscriptionRequired: true,
  subscriptionKeyParameterNames: { header: "X-Shop-Key", query: "shop-key" },
});
const CHECK = {
  verification: {
    gateway: [
      {
        api: "orders",
        path: "/health",
        subscriptionKeySecretRef: { name: "orders-check", key: "primary" },
      },
    ],
  },
};

function keys(value: string): SubscriptionKeys {
  return { find: async () => ({ kind: "found", key: new SubscriptionKey(value) }) };
}

function secret(value: string, type = "securedbackend.dev/subscription-key"): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Secret",
    type,
    metadata: { name: "orders-check", namespace: "shop" },
    data: { primary: Buffer.from(value).toString("base64") },
  });
}

async function keep(sfb: CommandLine, text: string, mode = 0o600): Promise<void> {
  const file = sfb.path("keys", "shop", "orders-check.yaml");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a key from a Secret", () => {
  test("proves the roll-out of an API that wants one, and goes to its gateway alone", async () => {
    await using azure = await startTestSimulator(KEYED);
    const operator = new TestOperator(azure, backend(CHECK));
    const sent = vi.spyOn(globalThis, "fetch");

    await operator.settle({ subscriptionKeys: keys(KEY) });

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    const carriers = sent.mock.calls.filter((call) => JSON.stringify(call).includes(KEY));
    expect(carriers.length).toBeGreaterThan(0);
    for (const [url, options] of carriers) {
      expect(url).toBe(`${azure.addresses.gateways["contoso-apim"]}/orders/health`);
      expect(options?.headers).toEqual({ "X-Shop-Key": KEY });
    }
    expect(JSON.stringify([operator.object, operator.snapshot, operator.passes])).not.toContain(
      KEY,
    );
    expect((await fetch(new Shop(azure).direct)).status).toBe(401);
  });

  test("that the gateway refuses is said so, without showing it", async () => {
    await using azure = await startTestSimulator(KEYED);
    const operator = new TestOperator(azure, backend(CHECK));
    await operator.settle({ subscriptionKeys: keys("wrong-key"), settleTimeInMs: 300 });

    expect(operator.condition("Stalled")).toMatch(/^True GatewayCheckFailed: /);
    expect(await new Shop(azure).writes()).not.toContain("PUT authsettingsV2");
    expect(JSON.stringify(operator.passes)).not.toContain("wrong-key");
  });

  test("is not sent where the service lists no such host", async () => {
    await using azure = await startTestSimulator(KEYED);
    const operator = new TestOperator(azure);
    const answer = await operator
      .door()
      .traffic.call(`${azure.addresses.functionApps["orders-func"]}/`, undefined, {
        key: new SubscriptionKey(KEY),
        header: "X-Shop-Key",
        hosts: [new URL(azure.addresses.gateways["contoso-apim"] ?? "").host],
      });
    expect(answer).toMatchObject({
      kind: "unreachable",
      cause: expect.stringMatching(/^not called/),
    });
    expect(await azure.control.requests({ listener: "orders-func" })).toEqual([]);
  });

  test("is not sent without TLS", async () => {
    await using azure = await startTestSimulator(KEYED);
    const sent = vi.spyOn(globalThis, "fetch");
    const { traffic } = new TestOperator(azure).door();
    const key = { key: new SubscriptionKey(KEY), header: "X-Shop-Key", hosts: ["localhost:1"] };
    expect(await traffic.call("http://localhost:1/", undefined, key)).toMatchObject({
      kind: "unreachable",
    });
    expect(sent).not.toHaveBeenCalled();
  });
});

describe("a key that is missing", () => {
  test("stops the roll-out before the function is closed; the gateway is not called", async () => {
    await using azure = await startTestSimulator(KEYED);
    const operator = new TestOperator(azure, backend(CHECK));

    await operator.settle({ settleTimeInMs: 0 });

    expect(operator.condition("Stalled")).toMatch(
      /^True SubscriptionKeyMissing: .*\/orders\/health was not called\. /,
    );
    expect(await azure.control.requests({ listener: "contoso-apim" })).toEqual([]);
    expect((await fetch(new Shop(azure).direct)).status).toBe(200);
    expect(operator.status.rollout?.step).toBe("InboundPolicy");

    await operator.settle({ subscriptionKeys: keys(KEY), settleTimeInMs: 0 });
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("after the function was closed leaves it closed, and says that nothing is proved", async () => {
    await using azure = await startTestSimulator(KEYED);
    const operator = new TestOperator(azure, backend(CHECK));
    await operator.settle({ subscriptionKeys: keys(KEY) });

    await operator.settle();

    expect(operator.condition("Verified")).toMatch(/^Unknown SubscriptionKeyMissing/);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect((await fetch(new Shop(azure).direct)).status).toBe(401);
  });

  test("right after the function was closed is waited for: the roll-out is not called complete", async () => {
    await using azure = await startTestSimulator(KEYED);
    const operator = new TestOperator(azure, backend(CHECK));
    while (operator.status.rollout?.step !== "Authentication") {
      await operator.pass({ subscriptionKeys: keys(KEY) });
    }

    await operator.settle();
    expect(operator.condition("Stalled")).toMatch(/^True SubscriptionKeyMissing/);
    expect(operator.status.rollout?.step).toBe("Authentication");

    await operator.settle({ subscriptionKeys: keys(KEY) });
    expect(operator.status.rollout?.step).toBe("Completed");
  });
});

describe.concurrent("without a cluster", () => {
  test("keys are read from --keys, and shown nowhere", async () => {
    await using azure = await startTestSimulator(KEYED);
    await using sfb = await CommandLine.open({ ...azure.variables, LOG_LEVEL: "trace" });
    await sfb.useExample("subscription-key.yaml");
    await keep(sfb, secret(KEY));
    const apply = ["apply", "-f", "subscription-key.yaml", "--wait", "-o", "json"];

    const without = await sfb.run(...apply);
    expect(without.exitCode).toBe(1);
    expect(without.stdout).toContain("SubscriptionKeyMissing");
    expect(without.stdout).toContain("--keys DIR");

    const applied = await sfb.run(...apply, "--keys", "keys");
    expect(applied.exitCode).toBe(0);
    const planned = await sfb.run("plan", "-f", "subscription-key.yaml", "--keys", "keys");
    expect(planned.exitCode).toBe(0);

    const { "keys/shop/orders-check.yaml": _key, ...files } = await sfb.files();
    const seen = JSON.stringify([without, applied, planned, files]);
    expect(seen).not.toContain(KEY);
    expect(seen).not.toContain(Buffer.from(KEY).toString("base64"));
    expect(applied.stderr).not.toContain("warning");
  });

  test("a key that others may read is warned about, a Secret of another type not read", async () => {
    await using azure = await startTestSimulator(KEYED);
    await using sfb = await CommandLine.open(azure.variables);
    await sfb.useExample("subscription-key.yaml");
    await keep(sfb, secret(KEY, "Opaque"), 0o644);

    const applied = await sfb.run("apply", "-f", "subscription-key.yaml", "--keys", "keys");

    expect(applied.exitCode).toBe(1);
    expect(applied.stderr).toMatch(
      /^warning: .*orders-check\.yaml can be read by others.*chmod 600/m,
    );
    expect(applied.stdout).toMatch(/SubscriptionKeyMissing: .*is not of type/);
    expect(await azure.control.requests({ listener: "contoso-apim" })).toEqual([]);
  });
});
