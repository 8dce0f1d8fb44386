import { describe, expect, test } from "vitest";
import { demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import type { FunctionAppSeed, WorldSeed } from "../../simulator/world/seed.ts";
import { SITE_ID } from "../support/demo-ids.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator } from "../support/simulator.ts";

function worldWithPolicy(policy: string): WorldSeed {
  const service = demoService();
  const apis = (service.apis ?? []).map((api) => ({ ...api, policy }));
  return { ...demoWorld(), services: [{ ...service, apis }] };
}

function worldWithSite(site: Partial<FunctionAppSeed>): WorldSeed {
  const world = demoWorld();
  return { ...world, functionApps: world.functionApps.map((each) => ({ ...each, ...site })) };
}

const inbound = (statements: string) =>
  `<policies><inbound><base />${statements}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;

interface Obstacle {
  readonly name: string;
  readonly world?: WorldSeed;
  readonly spec?: Record<string, unknown>;
  readonly condition: string;
  /** The reason, and what the message tells the reader to do. */
  readonly says: RegExp;
}

const OBSTACLES: readonly Obstacle[] = [
  {
    name: "a Function App that does not exist",
    spec: {
      functionApp: {
        subscriptionId: "11111111-1111-4111-8111-111111111111",
        resourceGroup: "shop",
        name: "nobody-func",
      },
    },
    condition: "AuthenticationEnforced",
    says: /^False TargetNotFound: .*nobody-func.*Create the resource, or correct the name/,
  },
  {
    name: "an API that does not exist",
    spec: {
      apis: [
        {
          subscriptionId: "11111111-1111-4111-8111-111111111111",
          resourceGroup: "shop",
          serviceName: "contoso-apim",
          name: "nothing",
        },
      ],
      verification: {},
    },
    condition: "PolicyProtected",
    says: /^False TargetNotFound/,
  },
  {
    name: "a policy that asks for another audience",
    world: worldWithPolicy(
      inbound(`<authentication-managed-identity resource="https://vault.azure.net" />`),
    ),
    condition: "PolicyProtected",
    says: /^False PolicyConflict: The policy of API orders is left as it is. API orders, line 4, column 3: .*another resource/i,
  },
  {
    name: "a missing permission",
    world: {
      ...demoWorld(),
      operator: { ...demoWorld().operator, deniedActions: ["Microsoft.Web/sites/config/*"] },
    },
    condition: "AuthenticationEnforced",
    says: /^False PermissionMissing: .*Microsoft\.Web\/sites\/config.*Grant the operator's identity/,
  },
  {
    name: "site authentication of the first generation",
    world: worldWithSite({
      authentication: { version: "v1", properties: { enabled: true, clientId: "x" } },
    }),
    condition: "AuthenticationEnforced",
    says: /^False NeedsMigration: .*Migrate it/,
  },
  {
    name: "settings that a file in the app overrides",
    world: worldWithSite({
      authentication: {
        version: "v2",
        properties: { platform: { enabled: true, configFilePath: "auth.json" } },
      },
      files: { "auth.json": "{}" },
    }),
    condition: "AuthenticationEnforced",
    says: /^False FileBasedSettings: .*auth\.json/,
  },
  {
    name: "a registration without service principal",
    world: {
      ...demoWorld(),
      registrations: demoWorld().registrations.map((each) => ({ ...each, servicePrincipal: null })),
    },
    condition: "RegistrationReady",
    says: /^False ServicePrincipalMissing: .*az ad sp create --id 33333333/,
  },
  {
    name: "a token version other than the spec says",
    spec: {
      registration: { clientId: "33333333-3333-4333-8333-333333333333", tokenVersion: "V1" },
    },
    condition: "RegistrationReady",
    says: /^False TokenVersionMismatch: Entra issues V2 tokens/,
  },
  {
    name: "an identity that the spec does not let us turn on",
    spec: { identity: { management: "Require" } },
    condition: "IdentityReady",
    says: /^False IdentityMissing: .*Turn it on yourself, or set Ensure/,
  },
];

describe("what is in the way is said, with what to do, and the function stays as it was", () => {
  test.each(OBSTACLES)("$name", async ({ world, spec, condition, says }) => {
    await using azure = await startTestSimulator(world ? { world } : {});
    const operator = new TestOperator(azure, backend(spec));
    await operator.settle();
    expect(operator.condition(condition)).toMatch(says);
    expect(operator.condition("Stalled")).toMatch(/^True/);
    expect(await new Shop(azure).writes()).toEqual([]);
  });

  test("a locked resource", async () => {
    await using azure = await startTestSimulator({
      world: { ...demoWorld(), locks: [{ scope: SITE_ID, level: "ReadOnly" }] },
    });
    const operator = new TestOperator(azure);
    await operator.settle();
    expect(operator.condition("Stalled")).toMatch(/^True ScopeLocked: .*Remove the ARM lock/);
    expect((await new Shop(azure).calls()).direct).toBe(200);
  });

  test("an Azure that hangs", async () => {
    await using azure = await startTestSimulator();
    await azure.control.fault({
      match: { listener: "arm", path: "config/authsettingsV2" },
      fault: { hang: true },
    });
    const operator = new TestOperator(azure);
    const pass = await operator.pass();
    expect(operator.condition("AuthenticationEnforced")).toMatch(
      /^Unknown AzureTimeout: .*got no answer in time/,
    );
    expect(pass.next).toEqual({ kind: "back off" });
    expect(await new Shop(azure).writes()).toEqual([]);
  });

  test("an API that is gone is in nobody's way but its own", async () => {
    await using azure = await startTestSimulator();
    const [orders] = backend().spec.apis;
    const operator = new TestOperator(azure);
    await operator.settle();
    const shop = new Shop(azure);
    await shop.putPolicy(
      (await shop.policy()).replace(/<authentication-managed-identity[^>]*>/, ""),
    );
    operator.object = {
      ...backend({ apis: [orders, { ...orders, name: "gone" }] }),
      status: operator.status,
    };
    await operator.settle();
    expect(operator.condition("PolicyProtected")).toMatch(/^False TargetNotFound: .*gone/);
    expect(operator.status.coverage).toEqual({ protected: 2, total: 2 });
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
  });

  test("a token endpoint that hangs", async () => {
    await using azure = await startTestSimulator();
    await azure.control.fault({
      match: { listener: "entra" },
      times: 1000,
      fault: { hang: true },
    });
    const operator = new TestOperator(azure);
    const began = Date.now();
    await operator.pass();
    expect(Date.now() - began).toBeLessThan(15_000);
    expect(operator.condition("Reconciling")).toMatch(/^True (AzureTimeout|CredentialUnavailable)/);
  });

  test("a throttled subscription is waited for as told", async () => {
    await using azure = await startTestSimulator();
    await azure.control.fault({
      match: { listener: "arm", path: "sites/orders-func" },
      times: 2,
      fault: { status: 429, headers: { "retry-after": "17" } },
    });
    const operator = new TestOperator(azure);
    const pass = await operator.pass();
    expect(operator.condition("AuthenticationEnforced")).toMatch(/^Unknown Throttled/);
    expect(pass.next.kind).toBe("after");
    expect(pass.next.kind === "after" && pass.next.inMs).toBeGreaterThan(16_000);
  });

  test("nothing is written when what was there before cannot be recorded", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure);
    await operator.settle({
      snapshots: {
        load: async () => operator.snapshot,
        store: () => Promise.reject(new Error("disk full")),
      },
    });
    expect(operator.condition("Stalled")).toMatch(/^True SnapshotUnavailable: .*disk full/);
    expect(await new Shop(azure).writes()).toEqual(["PATCH contoso-apim"]);
  });

  test("somebody who writes the policy between our reading and writing loses nothing", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const theirs = (await shop.policy()).replace("<base />", `<base /><!-- theirs -->`);
    await azure.control.fault({
      match: { listener: "arm", method: "PUT", path: "policies/policy" },
      fault: {
        intrude: {
          method: "PUT",
          path: `${SITE_ID.split("/providers/")[0]}/providers/Microsoft.ApiManagement/service/contoso-apim/apis/orders/policies/policy?api-version=2024-05-01`,
          body: { properties: { format: "rawxml", value: theirs } },
        },
      },
    });
    const operator = new TestOperator(azure);
    await operator.settle();
    expect(await shop.policy()).toContain("<!-- theirs -->");
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });
});
