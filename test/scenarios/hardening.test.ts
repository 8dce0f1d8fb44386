import { describe, expect, test } from "vitest";
import { DEMO, demoWorld } from "../../simulator/world/demo-world.ts";
import type { FunctionAppSeed } from "../../simulator/world/seed.ts";
import { SITE_ID } from "../support/demo-ids.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { withSlot } from "../support/slot-world.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const PUBLISHING = "orders-func/basicPublishingCredentialsPolicies";

function every(mode: string, overrides: Record<string, unknown> = {}) {
  return {
    hardening: {
      httpsOnly: mode,
      ftp: mode,
      scmBasicAuth: mode,
      adminIsolation: mode,
      remoteDebugging: mode,
      minimumTls: { mode },
      ...overrides,
    },
  };
}

function worldWithSite(site: Partial<FunctionAppSeed>) {
  const world = demoWorld();
  return { ...world, functionApps: world.functionApps.map((each) => ({ ...each, ...site })) };
}

async function secured(azure: TestSimulator, spec: Record<string, unknown>) {
  const operator = new TestOperator(azure, backend(spec));
  await operator.settle();
  return { operator, shop: new Shop(azure) };
}

/** What a caller with the gateway's own token finds at the host's administration. */
async function administration(azure: TestSimulator, operator: TestOperator): Promise<number> {
  const clientId = operator.status.gateways?.[0]?.clientId ?? "";
  const token = await azure.control.token(clientId, DEMO.functionClientId);
  const url = `${azure.addresses.functionApps["orders-func"]}/admin/host/ping`;
  return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
}

describe("hardening that is enforced", () => {
  test("shuts every way after authentication was seen to work, in one write for each resource", async () => {
    await using azure = await startTestSimulator({
      world: worldWithSite({ webConfig: { remoteDebuggingEnabled: true, minTlsVersion: "1.0" } }),
    });
    const { operator, shop } = await secured(azure, every("Enforce"));

    expect(await shop.writes()).toEqual([
      "PATCH contoso-apim",
      "PUT policy",
      "PUT authsettingsV2",
      "PATCH orders-func",
      "PATCH web",
      "PUT ftp",
      "PUT scm",
    ]);
    expect(await shop.webConfig()).toMatchObject({
      ftpsState: "Disabled",
      remoteDebuggingEnabled: false,
      minTlsVersion: "1.2",
      scmMinTlsVersion: "1.2",
    });
    expect(await administration(azure, operator)).toBe(401);
    expect((await shop.calls()).gateway).toBe(200);
    expect(operator.condition("Hardened")).toMatch(/^True Succeeded/);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("shares its write of config/web with the access restrictions", async () => {
    await using azure = await startTestSimulator();
    const { shop } = await secured(azure, {
      ...every("Enforce"),
      network: { mode: "GatewayOnly" },
    });
    const writes = await shop.writes();
    expect(writes.filter((write) => write === "PATCH web")).toHaveLength(1);
    expect(await shop.webConfig()).toMatchObject({ ftpsState: "Disabled" });
    expect(await shop.accessRules()).toHaveLength(1);
  });

  test("works on a deployment slot, and leaves the app beside it alone", async () => {
    await using azure = await startTestSimulator(withSlot());
    const { functionApp } = backend().spec;
    const { operator } = await secured(azure, {
      ...every("Enforce"),
      functionApp: { ...functionApp, slot: "staging" },
      network: { mode: "GatewayOnly" },
    });
    expect(operator.condition("Hardened")).toMatch(/^True Succeeded/);
    expect(operator.condition("NetworkRestricted")).toMatch(/^True Succeeded/);
    const writes = await azure.control.requests({ listener: "arm", writes: true });
    const toSites = writes.filter(({ url }) => url.includes("/providers/Microsoft.Web/"));
    expect(toSites.filter(({ url }) => !url.includes("/slots/staging"))).toEqual([]);
    expect(toSites.length).toBeGreaterThan(4);
  });

  test("writes nothing on an idle pass", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure, every("Enforce"));
    const before = operator.status;
    await azure.control.clearRequests();
    await operator.pass();
    expect(await shop.writes()).toEqual([]);
    expect(operator.status).toEqual(before);
  });

  test("leaves a newer TLS version, and members of others, as they are", async () => {
    await using azure = await startTestSimulator({
      world: worldWithSite({ webConfig: { minTlsVersion: "1.3", futureSwitch: { deep: [1] } } }),
    });
    const { shop } = await secured(azure, every("Enforce"));
    expect(await shop.webConfig()).toMatchObject({
      minTlsVersion: "1.3",
      futureSwitch: { deep: [1] },
    });
  });

  test("is put back where somebody undid it, without a word about its neighbours", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure, every("Enforce"));
    await shop.patchWebConfig({ remoteDebuggingEnabled: true });
    await azure.control.clearRequests();

    const pass = await operator.pass();

    expect(pass.corrections.map(({ path }) => path)).toEqual(["hardening:/remoteDebuggingEnabled"]);
    expect(await shop.writes()).toEqual(["PATCH web"]);
    expect((await shop.webConfig())["remoteDebuggingEnabled"]).toBe(false);
  });

  test("keeps the values from before", async () => {
    await using azure = await startTestSimulator({
      world: worldWithSite({ webConfig: { minTlsVersion: "1.0" } }),
    });
    const { operator } = await secured(azure, every("Enforce"));
    const recorded = operator.snapshot.resources[`${SITE_ID}/config/web`.toLowerCase()];
    expect(recorded).toMatchObject({
      kind: "site-config",
      values: expect.arrayContaining([
        { pointer: "/minTlsVersion", value: "1.0", written: "1.2" },
      ]) as unknown,
    });
  });

  test("says where a plan lacks a setting, before anything is begun", async () => {
    await using azure = await startTestSimulator({ world: worldWithSite({ sku: "Dynamic" }) });
    const { operator, shop } = await secured(azure, every("Report", { adminIsolation: "Enforce" }));
    expect(operator.condition("Stalled")).toMatch(
      /^True NotSupported: .*Linux Consumption.*hardening\.adminIsolation/,
    );
    expect(await shop.writes()).toEqual([]);
  });
});

describe("hardening that is only reported, as it is by default", () => {
  test("is told in its own condition, writes nothing and keeps nothing from being Ready", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure, {});
    expect(operator.condition("Hardened")).toMatch(
      /^False Reported: httpsOnly is false; hardening\.httpsOnly would have it be true\. .*scm\/allow is true/,
    );
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.condition("InSync")).toMatch(/^True/);
    expect(operator.status.drift).toEqual([]);
    expect(await shop.writes()).toEqual(["PATCH contoso-apim", "PUT policy", "PUT authsettingsV2"]);
  });

  test("costs two reads a pass", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure, {});
    await azure.control.clearRequests();
    await operator.pass();
    const reported = await shop.reads();
    operator.object = { ...operator.object, spec: backend(every("Ignore")).spec };
    await azure.control.clearRequests();
    await operator.pass();
    const ignored = await shop.reads();

    expect(reported).toEqual(
      [...ignored, "GET orders-func/config/web", `GET ${PUBLISHING}`].toSorted(),
    );
  });

  test("keeps nothing from going on where a right to read is missing", async () => {
    await using azure = await startTestSimulator({
      world: {
        ...demoWorld(),
        operator: {
          ...demoWorld().operator,
          deniedActions: ["Microsoft.Web/sites/basicPublishingCredentialsPolicies/read"],
        },
      },
    });
    const { operator, shop } = await secured(azure, every("Report", { httpsOnly: "Ignore" }));
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.condition("Hardened")).toMatch(/^False Reported: ftpsState/);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
  });

  test("says nothing of a setting that the plan does not have", async () => {
    await using azure = await startTestSimulator({ world: worldWithSite({ sku: "Dynamic" }) });
    const { operator } = await secured(azure, {});
    expect(operator.condition("Hardened")).not.toContain("AdminIsolation");
  });
});

describe("hardening that is ignored", () => {
  test("is not looked at", async () => {
    await using azure = await startTestSimulator();
    const { operator } = await secured(azure, every("Ignore"));
    expect(operator.condition("Hardened")).toMatch(/^Unknown NotManaged/);
  });

  test("reads only what the others need", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure, every("Ignore", { scmBasicAuth: "Report" }));
    await azure.control.clearRequests();
    await operator.pass();
    const reads = await shop.reads();
    expect(reads).toContain(`GET ${PUBLISHING}`);
    expect(reads).not.toContain("GET orders-func/config/web");
  });
});
