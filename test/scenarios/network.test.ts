import { describe, expect, test } from "vitest";
import { DEMO, demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import type { FunctionAppSeed, ServiceSeed, WorldSeed } from "../../simulator/world/seed.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

/** Where the demonstration's gateway calls from, and where the tests and the operator do. */
const GATEWAY = "198.51.100.20/32";
const HERE = "127.0.0.1/32";

const IGNORED = {
  httpsOnly: "Ignore",
  ftp: "Ignore",
  scmBasicAuth: "Ignore",
  adminIsolation: "Ignore",
  remoteDebugging: "Ignore",
  minimumTls: { mode: "Ignore" },
};

const GATEWAY_ONLY = { network: { mode: "GatewayOnly" } };
const BROKEN_GATEWAY = {
  match: { listener: "contoso-apim", path: "/health" },
  times: 1000,
  fault: { status: 500 },
};

function world(service: Partial<ServiceSeed> = {}, site: Partial<FunctionAppSeed> = {}): WorldSeed {
  const { functionApps } = demoWorld();
  return {
    ...demoWorld(),
    services: [{ ...demoService(), ...service }],
    functionApps: functionApps.map((each) => ({ ...each, ...site })),
  };
}

/** What a direct call with a valid token of the gateway's own identity gets. */
async function directWithGatewayToken(azure: TestSimulator, operator: TestOperator) {
  const clientId = operator.status.gateways?.[0]?.clientId ?? "";
  const token = await azure.control.token(clientId, DEMO.functionClientId);
  const answer = await fetch(new Shop(azure).direct, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: answer.status, forbidden: answer.headers.get("x-ms-forbidden-ip") };
}

describe("access restricted to the gateways", () => {
  test("refuses even the gateway's own token from elsewhere, and the gateway works", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure);
    await operator.settle();
    expect(await directWithGatewayToken(azure, operator)).toEqual({ status: 200, forbidden: null });

    operator.object = { ...operator.object, spec: backend(GATEWAY_ONLY).spec };
    await operator.settle();

    expect(await directWithGatewayToken(azure, operator)).toEqual({
      status: 403,
      forbidden: "127.0.0.1",
    });
    expect((await shop.calls()).gateway).toBe(200);
    expect(operator.condition("NetworkRestricted")).toMatch(/^True Succeeded/);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.status.rollout).toMatchObject({ step: "Completed", networkProven: true });
  });

  test("comes last in a roll-out, in one write, and only once authentication was seen to work", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend(GATEWAY_ONLY));

    await operator.settle();

    expect(await shop.writes()).toEqual([
      "PATCH contoso-apim",
      "PUT policy",
      "PUT authsettingsV2",
      "PATCH web",
    ]);
    const log = await azure.control.requests();
    const sequenceOf = (method: string, path: string) =>
      log.find((one) => one.method === method && one.url.includes(path))?.sequence ?? Infinity;
    const refused = log.find(
      ({ listener, status, sequence }) =>
        listener === "orders-func" &&
        status === 401 &&
        sequence > sequenceOf("PUT", "authsettings"),
    );
    expect(refused?.sequence).toBeLessThan(sequenceOf("PATCH", "config/web"));
    expect(operator.passes.flatMap(({ corrections }) => corrections)).toEqual([]);
  });

  test("leaves authentication unproved, unless the operator's own address is named", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure, backend(GATEWAY_ONLY));
    await operator.settle();
    expect(operator.condition("Verified")).toMatch(/^Unknown AddressRefused/);

    const network = { mode: "GatewayOnly", additionalCidrs: [HERE] };
    operator.object = { ...operator.object, spec: backend({ network }).spec };
    await operator.settle();

    expect(operator.condition("Verified")).toMatch(/^True Succeeded/);
    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
  });

  test("lets in all locations and NAT gateways, and follows them when they move", async () => {
    await using azure = await startTestSimulator({
      world: world({
        sku: "Premium",
        publicIPAddresses: ["203.0.113.1"],
        outboundPublicIPAddresses: ["203.0.113.16/30"],
        additionalLocations: [{ location: "North Europe", publicIPAddresses: ["203.0.113.2"] }],
      }),
    });
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend(GATEWAY_ONLY));
    await operator.settle();
    const allowed = async () => (await shop.accessRules()).map(({ ipAddress }) => ipAddress);
    expect(await allowed()).toEqual(["203.0.113.1/32", "203.0.113.16/30", "203.0.113.2/32"]);

    await azure.control.changeAddresses("contoso-apim", ["203.0.113.99"]);
    await operator.settle();

    expect(await allowed()).toEqual(["203.0.113.16/30", "203.0.113.2/32", "203.0.113.99/32"]);
    expect(operator.status.recentCorrections?.[0]?.path).toBe(
      "access-restrictions:/ipSecurityRestrictions",
    );
  });

  test("keeps rules of others to the letter, and tells of one that lets more in", async () => {
    const rules = [
      {
        ipAddress: "192.0.2.0/24",
        action: "Deny",
        priority: 10,
        name: "blocked",
        novel: { a: [1] },
      },
      {
        ipAddress: "203.0.113.0/24",
        action: "Allow",
        priority: 200,
        name: "sfb-lookalike",
        headers: { "x-azure-fdid": ["55ce4ed1-4b06-4bf1-b40e-4638452104da"] },
      },
    ];
    await using azure = await startTestSimulator({
      world: world({}, { ipSecurityRestrictions: rules }),
    });
    const shop = new Shop(azure);
    // Their rules let nobody else in, the gateway included, so the gate cannot pass with them alone.
    await shop.patchWebConfig({ ipSecurityRestrictionsDefaultAction: "Allow" });
    const operator = new TestOperator(azure, backend(GATEWAY_ONLY));

    await operator.settle();

    const after = await shop.accessRules();
    expect(after.slice(0, 2)).toEqual(rules);
    expect(after.slice(2)).toMatchObject([{ ipAddress: GATEWAY, name: "sfb-198-51-100-20-32" }]);
    expect(operator.condition("NetworkRestricted")).toMatch(
      /^False Reported: Access rule "sfb-lookalike" .* lets in callers that the spec does not name/,
    );
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect((await shop.calls()).gateway).toBe(200);
  });

  test("writes nothing on an idle pass, and reads one document more", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend({ ...GATEWAY_ONLY, hardening: IGNORED }));
    await operator.settle();
    const before = operator.status;
    await azure.control.clearRequests();

    await operator.pass();

    expect(await shop.writes()).toEqual([]);
    expect(operator.status).toEqual(before);
    const reads = await shop.reads();
    operator.object = { ...operator.object, spec: backend({ hardening: IGNORED }).spec };
    await azure.control.clearRequests();
    await operator.pass();
    expect(reads).toEqual([...(await shop.reads()), "GET orders-func/config/web"].toSorted());
  });

  test("is put back where somebody opened it, also while the gateway fails", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend(GATEWAY_ONLY));
    await operator.settle();
    await shop.patchWebConfig({
      ipSecurityRestrictions: [],
      ipSecurityRestrictionsDefaultAction: "Allow",
    });
    await azure.control.fault(BROKEN_GATEWAY);

    const pass = await operator.pass({ settleTimeInMs: 0 });
    await operator.pass({ settleTimeInMs: 0 });
    await operator.pass({ settleTimeInMs: 0 });

    expect(pass.newDrift.map(({ path, danger }) => `${path} ${danger}`)).toEqual([
      "access-restrictions:/ipSecurityRestrictions Weakens",
      "access-restrictions:/ipSecurityRestrictionsDefaultAction Weakens",
    ]);
    expect(await shop.accessRules()).toMatchObject([{ ipAddress: GATEWAY }]);
    expect((await shop.calls()).direct).toBe(403);
  });
});

describe("restrictions that keep callers out", () => {
  test("go back once, alone, and are tried again only when asked", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const mine = { ipAddress: "192.0.2.0/24", action: "Deny", priority: 10, name: "mine" };
    await shop.patchWebConfig({
      ipSecurityRestrictions: [mine],
      ipSecurityRestrictionsDefaultAction: "Allow",
    });
    const operator = new TestOperator(azure, backend(GATEWAY_ONLY));
    // The gate and the check pass; from the restriction on, calls through the gateway fail.
    await azure.control.fault({ ...BROKEN_GATEWAY, after: 2 });

    await operator.settle({ settleTimeInMs: 300 });

    expect(operator.condition("Stalled")).toMatch(/^True NetworkCheckFailed: .*answered 500/);
    expect(await shop.accessRules()).toEqual([mine]);
    expect((await shop.webConfig())["ipSecurityRestrictionsDefaultAction"]).toBe("Allow");
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
    expect((await shop.writes()).filter((write) => write === "PATCH web")).toHaveLength(2);

    await azure.control.clearRequests();
    await operator.pass();
    expect(await shop.writes()).toEqual([]);

    await azure.control.clearFaults();
    await operator.pass({ requestedAt: "again" });
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect((await shop.calls()).direct).toBe(403);
  });

  test("leave authentication kept up", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend(GATEWAY_ONLY));
    await azure.control.fault({ ...BROKEN_GATEWAY, after: 2 });
    await operator.settle({ settleTimeInMs: 300 });
    await shop.putAuthSettings({ ...(await shop.authSettings()), platform: { enabled: false } });

    await operator.settle();

    expect((await shop.calls()).direct).toBe(401);
    expect(operator.condition("Stalled")).toMatch(/^True NetworkCheckFailed/);
  });
});

describe("what cannot be restricted is left alone", () => {
  test.each(["Consumption", "BasicV2", "StandardV2"])("%s: addresses are shared", async (sku) => {
    await using azure = await startTestSimulator({
      world: world({ sku, publicIPAddresses: ["203.0.113.1"] }),
    });
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend(GATEWAY_ONLY));
    await operator.settle();
    expect(operator.condition("Stalled")).toMatch(/^True TierHasNoAddresses: .*contoso-apim/);
    expect(await shop.writes()).toEqual([]);
  });

  test("no path to check by: the function is closed by hand, access waits for a path", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure);
    await operator.settle();
    const spec = backend({ ...GATEWAY_ONLY, verification: {} }).spec;
    operator.object = { ...operator.object, spec };

    await operator.settle();

    expect(operator.condition("Stalled")).toMatch(/^True AwaitingCheck: Access is not restricted/);
    expect(await shop.accessRules()).toEqual([]);

    const skip = backend({ ...GATEWAY_ONLY, verification: {}, rollout: { gatewayCheck: "Skip" } });
    operator.object = { ...operator.object, spec: skip.spec };
    await operator.settle();
    expect(await shop.accessRules()).toHaveLength(1);
  });

  test("a gateway that fails already: nothing is added to it", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure);
    await operator.settle();
    await azure.control.fault(BROKEN_GATEWAY);
    operator.object = { ...operator.object, spec: backend(GATEWAY_ONLY).spec };

    await operator.pass();
    await operator.pass();

    expect(await shop.accessRules()).toEqual([]);
    expect(operator.condition("NetworkRestricted")).toMatch(/^False Drifted/);
  });

  test("mode Unmanaged: neither read nor written, also what was written before", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure, backend(GATEWAY_ONLY));
    await operator.settle();
    operator.object = { ...operator.object, spec: backend({ hardening: IGNORED }).spec };
    await azure.control.clearRequests();

    await operator.settle();

    expect(await shop.reads()).not.toContain("GET orders-func/config/web");
    expect(await shop.accessRules()).toHaveLength(1);
    expect(operator.condition("NetworkRestricted")).toMatch(/^Unknown NotManaged/);
    expect(operator.status.rollout?.networkProven).toBeUndefined();
  });

  test("mode Observe: it is told, and nothing is written", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure, backend({ ...GATEWAY_ONLY, mode: "Observe" }));
    await operator.settle();
    expect(operator.status.drift?.map(({ path }) => path)).toContain(
      "access-restrictions:/ipSecurityRestrictions",
    );
    expect(await new Shop(azure).writes()).toEqual([]);
  });
});
