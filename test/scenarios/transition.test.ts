import { describe, expect, test } from "vitest";
import { finalize } from "../../controller/reconcile/finalize.ts";
import { Gateways } from "../../controller/reconcile/gateway.ts";
import { DEMO, demoWorld } from "../../simulator/world/demo-world.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const IDENTITY = `/subscriptions/${DEMO.subscriptionId}/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/orders-gateway`;
const OTHER_AUDIENCE = "99999999-9999-4999-8999-999999999999";

const CHANGES: readonly { name: string; from: object; to: object }[] = [
  {
    name: "from the service's own identity to a user-assigned one",
    from: {},
    to: { identity: { type: "UserAssigned", resourceId: IDENTITY } },
  },
  {
    name: "from a user-assigned identity to the service's own",
    from: { identity: { type: "UserAssigned", resourceId: IDENTITY } },
    to: { identity: { type: "SystemAssigned" } },
  },
  {
    name: "to another audience",
    from: {},
    to: { registration: { clientId: OTHER_AUDIENCE } },
  },
  {
    name: "to another audience and identity at once",
    from: {},
    to: {
      registration: { clientId: OTHER_AUDIENCE },
      identity: { type: "UserAssigned", resourceId: IDENTITY },
    },
  },
];

function worldWithTwoRegistrations() {
  const world = demoWorld();
  return {
    ...world,
    registrations: [
      ...world.registrations,
      {
        clientId: OTHER_AUDIENCE,
        displayName: "orders-func-2",
        tokenVersion: 2 as const,
        servicePrincipal: "99999999-9999-4999-8999-000000000001",
      },
    ],
  };
}

/** The spec as its owner changed it, on the object with everything that is known of it. */
function change(operator: TestOperator, spec: object): void {
  const { metadata } = operator.object;
  const changed = backend(spec as Record<string, unknown>);
  operator.object = {
    ...changed,
    metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 },
    status: operator.status,
  };
}

/** Runs passes until they settle, and calls after each of them as a customer and as anybody. */
async function settleUnderCalls(azure: TestSimulator, operator: TestOperator) {
  const shop = new Shop(azure);
  const seen: { direct: number; gateway: number }[] = [];
  for (let count = 0; count < 40; count += 1) {
    const { next } = await operator.pass();
    seen.push(await shop.calls());
    if (next.kind === "resync") return seen;
  }
  throw new Error(`not settled: ${operator.condition("Ready")}`);
}

describe("a change on a closed pair keeps nobody out and lets nobody in", () => {
  test.each(CHANGES)("$name", async ({ from, to }) => {
    await using azure = await startTestSimulator({
      world: worldWithTwoRegistrations(),
      settings: { operationDurationInMs: 0 },
    });
    const operator = new TestOperator(azure, backend(from as Record<string, unknown>));
    await operator.settle();
    await azure.control.clearRequests();

    change(operator, to);
    const seen = await settleUnderCalls(azure, operator);

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(seen.filter(({ direct, gateway }) => direct !== 401 || gateway !== 200)).toEqual([]);
    const shop = new Shop(azure);
    const settings = JSON.stringify(await shop.authSettings());
    const [gateway] = operator.status.gateways ?? [];
    expect(settings).toContain(gateway?.principalId);
    expect(settings.match(/"allowedApplications":\[[^\]]*\]/)?.[0].split(",")).toHaveLength(1);
    expect(settings).toContain(operator.status.audience);
    const isOldAudience = operator.status.audience !== DEMO.functionClientId;
    expect(settings.includes(DEMO.functionClientId)).toBe(!isOldAudience);
    const writes = (await shop.writes()).filter((write) => !write.startsWith("PATCH"));
    expect(writes).toEqual(["PUT authsettingsV2", "PUT policy", "PUT authsettingsV2"]);
    expect(operator.status.rollout?.step).toBe("Completed");
  });

  test("leaves what was there before where it can be given back", async () => {
    await using azure = await startTestSimulator({ world: worldWithTwoRegistrations() });
    const shop = new Shop(azure);
    const policy = await shop.policy();
    const operator = new TestOperator(azure);
    await operator.settle();
    change(operator, { registration: { clientId: OTHER_AUDIENCE } });
    await operator.settle();
    const { obstacle } = await finalize(
      {
        door: operator.door(),
        gateways: new Gateways(),
        snapshots: { load: async () => operator.snapshot, store: async () => {} },
        owner: operator.owner,
      },
      operator.object.spec,
    );
    expect(obstacle).toBeUndefined();
    expect(await shop.policy()).toBe(policy);
    expect(await shop.calls()).toEqual({ direct: 200, gateway: 200 });
  });

  test("goes on when it was cut off at any request", async () => {
    for (let cut = 1; cut <= 3; cut += 1) {
      await using azure = await startTestSimulator({
        world: worldWithTwoRegistrations(),
        settings: { operationDurationInMs: 0 },
      });
      const operator = new TestOperator(azure);
      await operator.settle();
      change(operator, { registration: { clientId: OTHER_AUDIENCE } });
      await azure.control.fault({
        match: { listener: "arm", method: "PUT" },
        after: cut - 1,
        fault: { cut: true },
        applyWrite: cut % 2 === 0,
      });
      const seen = await settleUnderCalls(azure, operator);
      expect(seen.filter(({ direct, gateway }) => direct !== 401 || gateway !== 200)).toEqual([]);
      expect(operator.condition("Ready")).toMatch(/^True Secured/);
    }
  });

  test("keeps the former caller while the new one is not seen to get in, but not for ever", async () => {
    await using azure = await startTestSimulator({ settings: { operationDurationInMs: 0 } });
    const operator = new TestOperator(azure);
    await operator.settle();
    const former = operator.status.gateways?.[0]?.principalId ?? "";
    change(operator, { identity: { type: "UserAssigned", resourceId: IDENTITY } });
    await azure.control.fault({
      match: { listener: "contoso-apim" },
      times: 1000,
      fault: { status: 500 },
    });
    for (let count = 0; count < 6; count += 1) await operator.pass();
    const shop = new Shop(azure);
    expect(operator.status.rollout?.step).toBe("Switching");
    expect(JSON.stringify(await shop.authSettings())).toContain(former);

    await operator.pass({ settleTimeInMs: 0 });
    expect(JSON.stringify(await shop.authSettings())).not.toContain(former);
  });
});
