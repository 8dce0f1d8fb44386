import { describe, expect, test } from "vitest";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

const OPEN = { direct: 200, gateway: 200 };
const CLOSED = { direct: 401, gateway: 200 };
const BROKEN_GATEWAY = {
  match: { listener: "contoso-apim", path: "/health" },
  times: 1000,
  fault: { status: 500 },
};

describe("a roll-out", () => {
  test("makes an open function reachable only through its API, in this order", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure);
    expect(await shop.calls()).toEqual(OPEN);

    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.condition("Verified")).toMatch(
      /^True Succeeded: 4 direct calls refused, 1 call/,
    );
    expect(await shop.calls()).toEqual(CLOSED);
    expect(await shop.writes()).toEqual(["PATCH contoso-apim", "PUT policy", "PUT authsettingsV2"]);
    const log = await azure.control.requests();
    const sequenceOf = (method: string, url: RegExp) =>
      log.find((one) => one.method === method && url.test(one.url))?.sequence ?? Infinity;
    const gate = log.find(
      ({ listener, url }) => listener === "contoso-apim" && url === "/orders/health",
    );
    expect(gate?.sequence).toBeGreaterThan(sequenceOf("PUT", /policies\/policy/));
    expect(gate?.sequence).toBeLessThan(sequenceOf("PUT", /authsettingsV2/i));
    expect(operator.status.rollout?.step).toBe("Completed");
    expect(operator.status.operations).toBeUndefined();
  });

  test("stops at a failing gate, gives the policy back and leaves the function as it was found", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure);
    const settings = await shop.authSettings();
    const policy = await shop.policy();
    await azure.control.fault(BROKEN_GATEWAY);

    await operator.settle({ settleTimeInMs: 300 });

    expect(operator.condition("Stalled")).toMatch(/^True GatewayCheckFailed: .*answered 500/);
    expect(await shop.writes()).not.toContain("PUT authsettingsV2");
    expect(await shop.authSettings()).toEqual(settings);
    expect(await shop.policy()).toBe(policy);
    expect(operator.status.rollout?.step).toBe("RolledBack");

    await azure.control.clearRequests();
    await operator.pass();
    expect(await shop.writes()).toEqual([]);

    await azure.control.clearFaults();
    await operator.pass({ requestedAt: "again" });
    await operator.settle();
    expect(await shop.calls()).toEqual(CLOSED);
  });

  test("waits while the gate may only be slow", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure);
    await azure.control.fault({ ...BROKEN_GATEWAY, times: 3 });
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("puts back what it changed, once, when callers are kept out after enforcement", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure);
    const settings = await shop.authSettings();
    const policy = await shop.policy();
    // The gate is the first call, the check after enforcement the next.
    await azure.control.fault({ ...BROKEN_GATEWAY, after: 1 });

    await operator.settle({ settleTimeInMs: 300 });

    expect(operator.condition("Stalled")).toMatch(/^True AccessCheckFailed/);
    expect(await shop.calls()).toEqual(OPEN);
    expect(await shop.policy()).toBe(policy);
    const restored = await shop.authSettings();
    expect(restored["platform"]).toMatchObject(settings["platform"] as object);
    expect(await shop.writes()).toEqual([
      "PATCH contoso-apim",
      "PUT policy",
      "PUT authsettingsV2",
      "PUT authsettingsV2",
      "PUT policy",
    ]);
    await azure.control.clearRequests();
    await operator.pass();
    await operator.pass();
    expect(await shop.writes()).toEqual([]);
  });

  test("stops before closing when no path through the gateway is named", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend({ verification: {} }));
    await operator.settle();
    expect(operator.condition("Stalled")).toMatch(/^True AwaitingCheck: .*verification\.gateway/);
    expect(await shop.calls()).toEqual(OPEN);
  });

  test("closes unseen when the spec says so", async () => {
    await using azure = await startTestSimulator();
    const spec = { verification: {}, rollout: { gatewayCheck: "Skip" } };
    const operator = new TestOperator(azure, backend(spec));
    await operator.settle();
    expect(await new Shop(azure).calls()).toEqual(CLOSED);
  });

  test("only looks in mode Observe, and says what it would do", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend({ mode: "Observe" }));
    await operator.settle();
    expect(await shop.writes()).toEqual([]);
    expect(operator.condition("Ready")).toMatch(/^True Observed/);
    expect(operator.condition("InSync")).toMatch(/^False/);
    expect(operator.status.drift?.map(({ path }) => path)).toContain(
      "authentication:/platform/enabled",
    );
  });

  test("looks again instead of waiting while the service works on its identity", async () => {
    await using azure = await startTestSimulator({
      settings: { operationDurationInMs: 5_000, operationRetryAfterInSeconds: 1 },
    });
    const operator = new TestOperator(azure);
    await operator.pass();
    const pass = await operator.pass();
    expect(pass.next).toEqual({ kind: "after", inMs: 1000 });
    expect(operator.condition("IdentityReady")).toMatch(/^Unknown GatewayBusy/);
    expect(operator.status.operations).toHaveLength(1);

    await azure.control.advanceClock(6_000);
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.status.operations).toBeUndefined();
  });

  test("does nothing while suspended", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure, backend({ suspend: true }));
    await operator.settle();
    expect(await azure.control.requests({ listener: "arm" })).toEqual([]);
  });
});
