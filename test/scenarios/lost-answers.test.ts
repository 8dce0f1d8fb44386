import { expect, test } from "vitest";
import { demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import type { WorldSeed } from "../../simulator/world/seed.ts";
import { KNOWN_FAULTS } from "../../simulator/control/known-faults.ts";
import { TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

/** Once the function is closed, calls through the gateway have no token. */
function worldThatCannotBeClosed(): WorldSeed {
  const policy =
    "<policies><inbound /><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>";
  const service = demoService();
  const apis = (service.apis ?? []).map((api) => ({
    ...api,
    operations: (api.operations ?? []).map((operation) => ({ ...operation, policy })),
  }));
  return { ...demoWorld(), services: [{ ...service, apis }] };
}

test("an enforcement whose answer was lost is taken back like any other", async () => {
  await using azure = await startTestSimulator({ world: worldThatCannotBeClosed() });
  await azure.control.fault({
    match: { listener: "arm", method: "PUT", path: "authsettingsV2" },
    applyWrite: true,
    fault: KNOWN_FAULTS.gatewayTimeout,
  });
  const operator = new TestOperator(azure);

  await operator.settle({ settleTimeInMs: 0 });

  expect(operator.condition("Stalled")).toMatch(/^True AccessCheckFailed/);
  expect(await new Shop(azure).calls()).toEqual({ direct: 200, gateway: 200 });
});

test("a write that ARM does not show yet is repeated ever later", async () => {
  await using azure = await startTestSimulator();
  const operator = new TestOperator(azure);
  while (operator.status.rollout?.step !== "InboundPolicy") await operator.pass();
  await azure.control.changeSettings({ staleReadsInMs: 600_000 });
  const first = await operator.pass();
  expect(first.next).toEqual({ kind: "at once" });

  const repeated = await operator.pass();

  expect(operator.condition("Ready")).toMatch(/applied in step Authentication/);
  expect(repeated.next).toEqual({ kind: "back off" });
});

test("an enforcement that ARM does not show yet is taken back all the same", async () => {
  await using azure = await startTestSimulator({ world: worldThatCannotBeClosed() });
  const operator = new TestOperator(azure);
  while (operator.status.rollout?.step !== "InboundPolicy") await operator.pass();
  await azure.control.changeSettings({ staleReadsInMs: 600_000 });

  await operator.settle({ settleTimeInMs: 0 });

  expect(operator.status.rollout?.step).toBe("RolledBack");
  expect(await new Shop(azure).calls()).toEqual({ direct: 200, gateway: 200 });
});
