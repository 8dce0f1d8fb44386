import { describe, expect, test } from "vitest";
import type { RevisionSeed } from "../../simulator/world/seed.ts";
import { API_ID, apimUrl } from "../support/demo-ids.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { gatewayUrl, inbound, withApi } from "../support/gateway-calls.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const PLAIN = inbound("");

function withRevisions(...revisions: readonly RevisionSeed[]) {
  return startTestSimulator(withApi({ revisions }));
}

async function release(azure: TestSimulator, revision: number): Promise<void> {
  const answer = await azure.control.portal({
    method: "PUT",
    path: apimUrl(`${API_ID}/releases/release-${revision}`),
    body: { properties: { apiId: `${API_ID};rev=${revision}` } },
  });
  if (answer.status >= 300) throw new Error(JSON.stringify(answer));
}

async function policyOf(azure: TestSimulator, revision: number): Promise<unknown> {
  const path = apimUrl(`${API_ID};rev=${revision}/policies/policy`, "&format=rawxml");
  return (await azure.control.portal({ method: "GET", path })).body;
}

async function callRevision(azure: TestSimulator, revision: number): Promise<number> {
  return (await fetch(gatewayUrl(azure, `/orders;rev=${revision}/orders`))).status;
}

describe("revisions", () => {
  test("every online one is protected, so that a release brings no outage", async () => {
    await using azure = await withRevisions({ revision: 2, policy: PLAIN });
    const operator = new TestOperator(azure);
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(await callRevision(azure, 2)).toBe(200);

    await release(azure, 2);

    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
    await azure.control.clearRequests();
    await operator.pass();
    expect(await new Shop(azure).writes()).toEqual([]);
  });

  test("one that is offline is left alone until a release brings it: then it is drift", async () => {
    await using azure = await withRevisions({ revision: 2, policy: PLAIN, isOnline: false });
    const operator = new TestOperator(azure);
    const shop = new Shop(azure);
    const before = await policyOf(azure, 2);
    await operator.settle();
    expect(await policyOf(azure, 2)).toEqual(before);

    await release(azure, 2);
    const pass = await operator.pass();

    expect(pass.newDrift).toContainEqual(
      expect.objectContaining({
        path: "inbound-policy:inbound/authentication-managed-identity",
        danger: "Weakens",
      }),
    );
    await operator.settle();
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
  });

  test("Current leaves the others as they are; a release is put right afterwards", async () => {
    await using azure = await withRevisions({ revision: 2, policy: PLAIN });
    const operator = new TestOperator(azure, backend({ revisions: "Current" }));
    const before = await policyOf(azure, 2);
    await operator.settle();
    expect(await policyOf(azure, 2)).toEqual(before);
    expect(await callRevision(azure, 2)).toBe(401);

    await release(azure, 2);
    expect((await new Shop(azure).calls()).gateway).toBe(401);

    await operator.settle();
    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
  });

  test("are looked at one read each, and a list of them", async () => {
    await using azure = await withRevisions(
      { revision: 2, policy: PLAIN },
      { revision: 3, policy: PLAIN },
    );
    const operator = new TestOperator(azure);
    await operator.settle();
    await azure.control.clearRequests();
    await operator.pass();
    const reads = await azure.control.requests({ listener: "arm", url: /apis\/orders/ });
    expect(reads.map(({ url }) => decodeURIComponent(url.split("?")[0] ?? ""))).toHaveLength(5);
    expect(await new Shop(azure).writes()).toEqual([]);
  });

  test("keep what their owners wrote when the object gives everything back", async () => {
    await using azure = await withRevisions({ revision: 2, policy: PLAIN });
    const before = [await policyOf(azure, 1), await policyOf(azure, 2)];
    const operator = new TestOperator(azure);
    // The check after enforcement fails for good: the roll-out takes back what it wrote.
    await azure.control.fault({
      match: { listener: "contoso-apim", path: "/health" },
      times: 1000,
      after: 1,
      fault: { status: 500 },
    });
    await operator.settle({ settleTimeInMs: 300 });
    expect(operator.status.rollout?.step).toBe("RolledBack");
    expect([await policyOf(azure, 1), await policyOf(azure, 2)]).toEqual(before);
  });
});
