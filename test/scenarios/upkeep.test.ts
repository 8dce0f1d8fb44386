import { describe, expect, test } from "vitest";
import { demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

/** A pair that was made secure, with everything that was asked of Azure on the way forgotten. */
async function secured(azure: TestSimulator) {
  const operator = new TestOperator(azure);
  await operator.settle();
  await azure.control.clearRequests();
  return { operator, shop: new Shop(azure) };
}

describe("a secured pair", () => {
  test("is left alone: two passes write nothing, neither to Azure nor to status", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const before = operator.status;
    await operator.pass();
    await operator.pass();
    expect(await shop.writes()).toEqual([]);
    expect(operator.status).toEqual(before);
  });

  test("costs nine reads of ARM a pass, two of them for what hardening reports", async () => {
    await using azure = await startTestSimulator();
    const { operator } = await secured(azure);
    await operator.pass();
    const reads = await azure.control.requests({ listener: "arm" });
    expect(
      reads
        .map(
          ({ method, url }) =>
            `${method} ${new URL(url, "https://arm").pathname.split("/").slice(8).join("/")}`,
        )
        .toSorted(),
    ).toEqual([
      "GET contoso-apim",
      "GET contoso-apim/apis/orders",
      "GET contoso-apim/apis/orders/policies/policy",
      "GET contoso-apim/apis/orders/revisions",
      "GET contoso-apim/providers/Microsoft.ManagedIdentity/identities/default",
      "GET orders-func",
      "GET orders-func/basicPublishingCredentialsPolicies",
      "GET orders-func/config/authsettingsV2",
      "GET orders-func/config/web",
    ]);
  });

  test("has its authentication switched on again, without a gate", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const settings = await shop.authSettings();
    await shop.putAuthSettings({ ...settings, platform: { enabled: false } });
    expect((await shop.calls()).direct).toBe(200);
    await azure.control.clearRequests();
    await azure.control.fault({
      match: { listener: "contoso-apim" },
      times: 1,
      fault: { status: 500 },
    });

    const pass = await operator.pass();

    expect(pass.newDrift).toMatchObject([
      {
        path: "authentication:/platform/enabled",
        desired: "true",
        observed: "false",
        danger: "Weakens",
      },
    ]);
    expect(pass.corrections).toHaveLength(1);
    expect((await shop.calls()).direct).toBe(401);
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.status.drift).toEqual([]);
    expect(operator.status.recentCorrections).toHaveLength(1);
  });

  test("has a difference that is merely cosmetic told and put right, and stays closed", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const settings = (await shop.authSettings()) as { globalValidation: object };
    await shop.putAuthSettings({
      ...settings,
      globalValidation: { ...settings.globalValidation, unauthenticatedClientAction: "Return403" },
    });

    const pass = await operator.pass();

    expect(pass.newDrift).toMatchObject([
      {
        path: "authentication:/globalValidation/unauthenticatedClientAction",
        desired: "Return401",
        observed: "Return403",
        danger: "Cosmetic",
      },
    ]);
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect((await shop.calls()).direct).toBe(401);
  });

  test("has a foreign caller taken off the allow-lists", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const settings = JSON.stringify(await shop.authSettings());
    const gateway = operator.status.gateways?.[0];
    const intruder = "55555555-5555-4555-8555-000000000001";
    const widened = settings.replace(
      `"${gateway?.principalId}"`,
      `"${gateway?.principalId}","${intruder}"`,
    );
    await shop.putAuthSettings(JSON.parse(widened) as Record<string, unknown>);
    await operator.settle();
    expect(JSON.stringify(await shop.authSettings())).not.toContain(intruder);
    expect(operator.status.recentCorrections?.[0]?.path).toMatch(/allowedPrincipals\/identities$/);
  });

  test("has our statement put back, and what its owners wrote stays", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const ours = /\s*<authentication-managed-identity[^>]*\/>/;
    const damaged = (await shop.policy())
      .replace(ours, "")
      .replace(
        "<base />",
        `<base />\r\n\t\t<set-header name="X-New" exists-action="override"><value>@(context.Request.Headers.GetValueOrDefault("X", "") == "a" && 1 < 2 ? "b" : "c")</value></set-header>`,
      );
    await shop.putPolicy(damaged);
    const stored = await shop.policy();

    await operator.settle();

    const repaired = await shop.policy();
    expect(repaired).toMatch(ours);
    expect(repaired.replace(ours, "")).toBe(stored);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("takes no formatting of the service's own for drift", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    await shop.putPolicy((await shop.policy()).replaceAll("\r\n", "\n").replaceAll("\t", "    "));
    await azure.control.clearRequests();
    await operator.pass();
    expect(await shop.writes()).toEqual([]);
  });

  test("leaves alone what the spec tells it to", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(
      azure,
      backend({
        ignoreDifferences: [
          "authentication:/httpSettings/requireHttps",
          "inbound-policy:inbound/set-query-parameter[subscription-key]",
        ],
      }),
    );
    await operator.settle();
    const shop = new Shop(azure);
    expect(await shop.policy()).not.toContain("set-query-parameter");
    const settings = await shop.authSettings();
    await shop.putAuthSettings({ ...settings, httpSettings: { requireHttps: false } });
    await azure.control.clearRequests();
    await operator.settle();
    expect(await shop.writes()).toEqual([]);
    expect(operator.status.driftCount).toBe(0);
  });

  test("follows an identity that was created anew, and no gate is in the way", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const before = operator.status.gateways?.[0];
    await azure.control.recreateIdentity("contoso-apim");
    expect((await shop.calls()).gateway).not.toBe(200);

    await operator.settle();

    expect(operator.status.gateways?.[0]?.principalId).not.toBe(before?.principalId);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
    const settings = JSON.stringify(await shop.authSettings());
    expect(settings).not.toContain(before?.principalId);
    expect(settings).not.toContain(before?.clientId);
  });

  test("follows it as well when nothing is remembered of the roll-out", async () => {
    await using azure = await startTestSimulator();
    await secured(azure);
    await azure.control.recreateIdentity("contoso-apim");
    const forgetful = new TestOperator(azure);
    await forgetful.settle();
    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
  });

  test("found closed, with nothing remembered, keeps what was put right though calls fail", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const settings = JSON.stringify(await shop.authSettings());
    const principal = operator.status.gateways?.[0]?.principalId;
    const intruder = "55555555-5555-4555-8555-000000000001";
    const widened = settings.replace(`"${principal}"`, `"${principal}","${intruder}"`);
    await shop.putAuthSettings(JSON.parse(widened) as Record<string, unknown>);
    await azure.control.fault({
      match: { listener: "contoso-apim" },
      times: 100,
      fault: { status: 500 },
    });
    const newcomer = new TestOperator(azure);

    const first = await newcomer.pass();
    for (let count = 0; count < 6; count += 1) {
      newcomer.clockSkewInMs += 61_000;
      await newcomer.pass();
    }

    expect(JSON.stringify(await shop.authSettings())).not.toContain(intruder);
    expect((await shop.calls()).direct).toBe(401);
    expect(first.corrections).toHaveLength(1);
    expect(newcomer.condition("Ready")).toMatch(/^False FunctionFailing/);
    expect(newcomer.condition("Stalled")).toBe("absent");
    await azure.control.clearFaults();
    await newcomer.settle();
    expect(newcomer.condition("Ready")).toMatch(/^True Secured/);
  });

  test("keeps fields and statements that nobody here knows", async () => {
    const world = demoWorld();
    const [site] = world.functionApps;
    const service = demoService();
    const [api] = service.apis ?? [];
    await using azure = await startTestSimulator({
      world: {
        ...world,
        functionApps: [
          {
            ...site!,
            authentication: {
              version: "v2",
              properties: {
                platform: { enabled: false, futureSwitch: "keep" },
                identityProviders: {
                  azureActiveDirectory: {
                    login: { loginParameters: ["domain_hint=x"] },
                    novel: [1],
                  },
                },
                clearInboundClaimsMapping: "false",
                novelty: { deep: { value: null, list: [{}] } },
              },
            },
          },
        ],
        services: [
          {
            ...service,
            apis: [
              {
                ...api!,
                policy: api!.policy!.replace(
                  "<base />",
                  `<base />\n    <llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="5" />`,
                ),
              },
            ],
          },
        ],
      },
    });
    const { operator, shop } = await secured(azure);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(await shop.authSettings()).toMatchObject({
      platform: { enabled: true, futureSwitch: "keep" },
      identityProviders: {
        azureActiveDirectory: { login: { loginParameters: ["domain_hint=x"] }, novel: [1] },
      },
      novelty: { deep: { value: null, list: [{}] } },
    });
    expect(await shop.policy()).toContain(
      `<llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="5" />`,
    );
  });

  test("uses a user-assigned identity and keeps those of others", async () => {
    const identity = `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/`;
    const world = demoWorld();
    await using azure = await startTestSimulator({
      world: {
        ...world,
        userAssignedIdentities: [
          ...world.userAssignedIdentities,
          {
            resourceGroup: "shop",
            name: "others",
            clientId: "77777777-7777-4777-8777-777777777777",
            principalId: "77777777-7777-4777-8777-000000000001",
          },
        ],
        services: [{ ...demoService(), identity: { userAssigned: ["others"] } }],
      },
    });
    const operator = new TestOperator(
      azure,
      backend({ identity: { type: "UserAssigned", resourceId: `${identity}orders-gateway` } }),
    );
    await operator.settle();
    const shop = new Shop(azure);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
    expect(await shop.policy()).toContain(`client-id="66666666-6666-4666-8666-666666666666"`);
    const service = await azure.control.portal({
      method: "GET",
      path: `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/shop/providers/Microsoft.ApiManagement/service/contoso-apim?api-version=2024-05-01`,
    });
    expect(JSON.stringify(service.body)).toContain(`${identity}others`);
  });
});
