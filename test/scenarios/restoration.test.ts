import { describe, expect, test } from "vitest";
import { finalize } from "../../controller/reconcile/finalize.ts";
import { Gateways } from "../../controller/reconcile/gateway.ts";
import { demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import { API_ID, SITE_ID } from "../support/demo-ids.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

async function secured(azure: TestSimulator) {
  const shop = new Shop(azure);
  const before = { policy: await shop.policy(), settings: await shop.authSettings() };
  const operator = new TestOperator(azure);
  await operator.settle();
  await azure.control.clearRequests();
  return { operator, shop, before };
}

/** What deleting the object with deletionPolicy: Restore does. */
async function restore(operator: TestOperator) {
  return await finalize(
    {
      door: operator.door(),
      gateways: new Gateways(),
      owner: operator.owner,
      snapshots: {
        load: async () => operator.snapshot,
        store: async (snapshot) => {
          operator.snapshot = structuredClone(snapshot);
        },
      },
    },
    operator.object.spec,
  );
}

describe("giving back", () => {
  test("opens the function and then takes the statements out", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop, before } = await secured(azure);
    const { returned, obstacle } = await restore(operator);
    expect(obstacle).toBeUndefined();
    expect(returned).toHaveLength(2);
    expect(await shop.writes()).toEqual(["PUT authsettingsV2", "PUT policy"]);
    expect(await shop.policy()).toBe(before.policy);
    expect(await shop.calls()).toEqual({ direct: 200, gateway: 200 });
    expect(operator.snapshot.resources).toEqual({});
  });

  test("done twice, is done", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    await restore(operator);
    await azure.control.clearRequests();
    expect(await restore(operator)).toEqual({ returned: [] });
    expect(await shop.writes()).toEqual([]);
  });

  test("keeps what somebody else has set since, and takes nothing behind it away", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const settings = JSON.stringify(await shop.authSettings());
    const theirs = settings.replace("Return401", "Return403");
    await shop.putAuthSettings(JSON.parse(theirs) as Record<string, unknown>);
    await azure.control.clearRequests();
    const { returned, obstacle } = await restore(operator);
    expect(returned).toEqual([]);
    expect(obstacle).toMatchObject({
      reason: "RestoreRefused",
      message: expect.stringContaining("/globalValidation/unauthenticatedClientAction"),
    });
    expect(await shop.writes()).toEqual([]);
  });

  test("gives back restrictions and hardening too, and keeps what others set", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const before = await shop.webConfig();
    const hardening = { httpsOnly: "Enforce", ftp: "Enforce", scmBasicAuth: "Enforce" };
    const operator = new TestOperator(
      azure,
      backend({ network: { mode: "GatewayOnly" }, hardening }),
    );
    await operator.settle();
    expect(await shop.webConfig()).not.toEqual(before);

    const { obstacle } = await restore(operator);

    expect(obstacle).toBeUndefined();
    expect(await shop.webConfig()).toEqual({
      ...before,
      ipSecurityRestrictionsDefaultAction: "Allow",
    });
    expect(await shop.calls()).toEqual({ direct: 200, gateway: 200 });
  });

  test("does not give back hardening that somebody else has changed", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend({ hardening: { ftp: "Enforce" } }));
    await operator.settle();
    await azure.control.portal({
      method: "PATCH",
      path: `${SITE_ID}/config/web`,
      body: { properties: { ftpsState: "AllAllowed" } },
    });
    const { obstacle } = await restore(operator);
    expect(obstacle).toMatchObject({
      reason: "RestoreRefused",
      message: expect.stringContaining("/ftpsState"),
    });
    expect(await shop.webConfig()).toMatchObject({ ftpsState: "AllAllowed" });
  });

  test("takes no statement out while the function could not be opened", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    await azure.control.changeWorld({ locks: [{ scope: SITE_ID, level: "ReadOnly" }] });
    const { returned, obstacle } = await restore(operator);
    expect(returned).toEqual([]);
    expect(obstacle?.reason).toBe("ScopeLocked");
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });

    await azure.control.changeWorld({ locks: [] });
    expect((await restore(operator)).obstacle).toBeUndefined();
    expect(await shop.calls()).toEqual({ direct: 200, gateway: 200 });
  });

  test("does not hang on targets that are gone", async () => {
    await using azure = await startTestSimulator();
    const { operator } = await secured(azure);
    await azure.control.fault({
      match: { listener: "arm", path: "sites/orders-func" },
      times: 10,
      fault: { status: 404, body: { error: { code: "ResourceNotFound", message: "gone" } } },
    });
    const { returned, obstacle } = await restore(operator);
    expect(obstacle).toBeUndefined();
    expect(returned).toHaveLength(2);
  });
});

test("an API that the spec names no longer loses our statements, the other keeps working", async () => {
  const service = demoService();
  const [orders] = service.apis ?? [];
  const invoices = { ...orders!, name: "invoices", path: "invoices" };
  await using azure = await startTestSimulator({
    world: { ...demoWorld(), services: [{ ...service, apis: [orders!, invoices] }] },
  });
  const [first] = backend().spec.apis;
  const operator = new TestOperator(
    azure,
    backend({ apis: [first, { ...first, name: "invoices" }] }),
  );
  await operator.settle();
  const shop = new Shop(azure);
  const invoicesPolicy = async () =>
    JSON.stringify(
      await azure.control.portal({
        method: "GET",
        path: `${API_ID.replace(/orders$/, "invoices")}/policies/policy?format=rawxml`,
      }),
    );
  expect(await invoicesPolicy()).toContain("authentication-managed-identity");

  operator.object = { ...backend(), status: operator.status };
  operator.object.metadata.generation = 2;
  await operator.settle();

  expect(await invoicesPolicy()).not.toContain("authentication-managed-identity");
  expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
  await azure.control.clearRequests();
  await operator.pass();
  expect(await shop.writes()).toEqual([]);
});
