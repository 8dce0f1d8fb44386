import { describe, expect, test } from "vitest";
import { demoService } from "../../simulator/world/demo-world.ts";
import type { ServiceSeed } from "../../simulator/world/seed.ts";
import { API_ID, apimUrl } from "../support/demo-ids.ts";
import { TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const POLICY = apimUrl(`${API_ID}/policies/policy`);

/** The demonstration's service, whose API has no policy of its own. */
function serviceWithoutApiPolicy(): ServiceSeed {
  const service = demoService();
  return { ...service, apis: (service.apis ?? []).map(({ policy: _policy, ...api }) => api) };
}

async function statusOfPolicy(azure: TestSimulator): Promise<number> {
  const { status } = await azure.control.portal({ method: "GET", path: POLICY });
  return status;
}

describe("an API without a policy", () => {
  test("gets one that protects it", async () => {
    await using azure = await startTestSimulator({
      world: { services: [serviceWithoutApiPolicy()] },
    });
    const operator = new TestOperator(azure);
    expect(await statusOfPolicy(azure)).toBe(404);

    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(await new Shop(azure).policy()).toContain("authentication-managed-identity");
  });

  test("has none again after a roll-out that is taken back", async () => {
    await using azure = await startTestSimulator({
      world: { services: [serviceWithoutApiPolicy()] },
    });
    const operator = new TestOperator(azure);
    await azure.control.fault({
      match: { listener: "contoso-apim", path: "/health" },
      times: 1000,
      fault: { status: 500 },
    });

    await operator.settle({ settleTimeInMs: 300 });

    expect(operator.condition("Stalled")).toMatch(/^True GatewayCheckFailed/);
    expect(await statusOfPolicy(azure)).toBe(404);
    expect(await new Shop(azure).writes()).toEqual([
      "PATCH contoso-apim",
      "PUT policy",
      "DELETE policy",
    ]);
  });
});

test("an operation is followed by its newer kind of address where there is one", async () => {
  await using azure = await startTestSimulator({ settings: { asyncOperationHeader: true } });
  const operator = new TestOperator(azure);

  await operator.settle();

  expect(operator.condition("Ready")).toMatch(/^True Secured/);
  const polled = await azure.control.requests({ listener: "arm", url: /operationStatuses/u });
  expect(polled.length).toBeGreaterThan(0);
});
