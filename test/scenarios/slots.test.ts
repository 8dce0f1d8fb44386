import { describe, expect, test } from "vitest";
import { SITE_ID, webUrl } from "../support/demo-ids.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { withSlot } from "../support/slot-world.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const SLOT_ID = `${SITE_ID}/slots/staging`;
const { functionApp } = backend().spec;
const SLOT = { functionApp: { ...functionApp, slot: "staging" } };

/** What an anonymous call of the app, of its slot and of the API gets; the API leads to the slot. */
async function calls({ addresses: { functionApps, gateways } }: TestSimulator) {
  const [app, slot, gateway] = await Promise.all(
    [
      `${functionApps["orders-func"]}/api/orders`,
      `${functionApps["orders-func/staging"]}/api/orders`,
      `${gateways["contoso-apim"]}/orders/orders`,
    ].map(async (url) => (await fetch(url)).status),
  );
  return { app, slot, gateway };
}

describe("a slot as the target", () => {
  test("is closed and proved on its own host name; the app beside it is never touched", async () => {
    await using azure = await startTestSimulator(withSlot());
    const operator = new TestOperator(azure, backend(SLOT));
    expect(await calls(azure)).toEqual({ app: 200, slot: 200, gateway: 200 });
    await azure.control.clearRequests();

    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    const log = await azure.control.requests();
    const bySite = log.filter(({ url }) => url.includes("/providers/Microsoft.Web/sites/"));
    expect(bySite.length).toBeGreaterThan(0);
    const onApp = bySite.filter(({ url }) => !url.includes("/slots/staging"));
    expect(
      onApp.map(({ method, url }) => `${method} ${url.split("?")[0]?.split("/").at(-1)}`),
    ).toEqual(["GET slots"]);
    expect(log.filter(({ listener }) => listener === "orders-func")).toEqual([]);
    const probed = log.filter(({ listener }) => listener === "orders-func/staging");
    expect(probed.map(({ url }) => url)).toContain("/admin/host/ping");
    expect(await calls(azure)).toEqual({ app: 200, slot: 401, gateway: 200 });
  });

  test("is kept closed: what somebody changes on it is put right", async () => {
    await using azure = await startTestSimulator(withSlot());
    const operator = new TestOperator(azure, backend(SLOT));
    await operator.settle();
    await azure.control.portal({
      method: "PUT",
      path: webUrl(`${SLOT_ID}/config/authsettingsV2`),
      body: { properties: { platform: { enabled: false } } },
    });
    expect(await calls(azure)).toMatchObject({ slot: 200 });

    const pass = await operator.pass();

    expect(pass.corrections.map(({ resource }) => resource)).toContain(
      `${SLOT_ID}/config/authsettingsV2`,
    );
    expect(await calls(azure)).toEqual({ app: 200, slot: 401, gateway: 200 });
  });

  test("that does not exist is named in full", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure, backend(SLOT));
    await operator.settle();
    expect(operator.condition("AuthenticationEnforced")).toMatch(
      /^False TargetNotFound: .*orders-func\/slots\/staging/,
    );
  });

  test("needs the actions below sites/slots, and the message names the missing one", async () => {
    const { world } = withSlot();
    await using azure = await startTestSimulator({ world });
    await azure.control.changeWorld({ deniedActions: ["Microsoft.Web/sites/slots/config/*"] });
    const operator = new TestOperator(azure, backend(SLOT));
    await operator.settle();
    expect(operator.condition("AuthenticationEnforced")).toMatch(
      /^False PermissionMissing: .*Microsoft\.Web\/sites\/slots\/config\/read/,
    );
  });
});

test("the app as the target leaves its slots alone", async () => {
  await using azure = await startTestSimulator(withSlot());
  const operator = new TestOperator(
    azure,
    backend({ rollout: { gatewayCheck: "Skip" }, verification: { gateway: [] } }),
  );

  await operator.settle();

  expect(await calls(azure)).toMatchObject({ app: 401, slot: 200 });
  const onSlot = await azure.control.requests({ listener: "arm", url: /\/slots\//, writes: true });
  expect(onSlot).toEqual([]);
  expect(operator.status.findings?.map(({ code }) => code)).toEqual([
    "SlotOpen",
    // In this world the API has the slot as its backend.
    "TokenSentElsewhere",
  ]);
});
