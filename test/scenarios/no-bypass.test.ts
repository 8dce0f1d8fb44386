import { describe, expect, test } from "vitest";
import { INVENTORY_LIFETIME_IN_MS } from "../../controller/reconcile/shared-inventory.ts";
import { DEMO, demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import type { ApiSeed, FunctionAppSeed, ServiceSeed } from "../../simulator/world/seed.ts";
import { API_ID, apimUrl, SERVICE_ID } from "../support/demo-ids.ts";
import { gatewayUrl, inbound } from "../support/gateway-calls.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const TOKEN = `<authentication-managed-identity resource="${DEMO.functionClientId}" />`;

interface Around {
  readonly apis?: readonly ApiSeed[];
  readonly service?: Partial<ServiceSeed>;
  readonly functionApp?: Partial<FunctionAppSeed>;
}

/** The demonstration with more around its API and its function. */
function around({ apis = [], service = {}, functionApp = {} }: Around) {
  const { apis: ours = [], ...rest } = demoService();
  const [site] = demoWorld().functionApps;
  if (!site) throw new Error("The demonstration has a function.");
  return startTestSimulator({
    world: {
      functionApps: [{ ...site, ...functionApp }],
      services: [{ ...rest, apis: [...ours, ...apis], ...service }],
    },
  });
}

/** Another API in front of the same function. */
function backDoor(policy: string): ApiSeed {
  return {
    name: "back-door",
    path: "back",
    functionApp: DEMO.functionApp,
    subscriptionRequired: false,
    operations: [{ name: "get", method: "GET", urlTemplate: "/orders" }],
    policy: inbound(policy),
  };
}

async function putPolicy(azure: TestSimulator, owner: string, value: string): Promise<void> {
  const answer = await azure.control.portal({
    method: "PUT",
    path: apimUrl(`${owner}/policies/policy`),
    body: { properties: { format: "rawxml", value } },
  });
  if (answer.status >= 300) throw new Error(JSON.stringify(answer));
}

function codes(operator: TestOperator): readonly string[] {
  return (operator.status.findings ?? []).map(({ code }) => code);
}

describe("a pair without other ways in", () => {
  test("says so, and how many operations are protected", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure);
    await operator.settle();
    expect(operator.condition("NoBypass")).toMatch(/^True NoBypassFound/);
    expect(operator.status.findings).toEqual([]);
    expect(operator.status.coverage).toEqual({ protected: 2, total: 2 });
  });

  test("is looked at with few reads, which most passes do not repeat", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure);
    await operator.settle();
    const status = operator.status;
    const readsOf = async (pass: () => Promise<unknown>) => {
      await azure.control.clearRequests();
      await pass();
      const reads = await azure.control.requests({ listener: "arm" });
      return reads
        .map(({ url }) => new URL(url, "https://arm").pathname.split("/").slice(8).join("/"))
        .toSorted();
    };
    const idle = await readsOf(() => operator.pass());

    const asked = await readsOf(() => operator.pass({ requestedAt: "now" }));

    expect(asked).toEqual(
      [
        ...idle,
        "contoso-apim/allPolicies",
        "contoso-apim/apis",
        "contoso-apim/apis/orders/operations",
        "contoso-apim/apis/orders/policies/policy",
        "contoso-apim/apis/orders/products",
        "contoso-apim/backends",
        "contoso-apim/namedValues",
        "contoso-apim/policies/policy",
        "contoso-apim/products/starter/policies/policy",
        "contoso-apim/tenant/access",
        "orders-func/slots",
      ].toSorted(),
    );
    expect(operator.status).toEqual({ ...status, lastHandledReconcileAt: "now" });
  });

  test("is looked at again after a while", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure);
    await operator.settle();
    await azure.control.clearRequests();
    const again = async (elapsedInMs: number) => {
      operator.gatewayClockSkewInMs = elapsedInMs;
      await operator.pass();
      return (await azure.control.requests({ url: /allPolicies/ })).length;
    };
    expect(await again(INVENTORY_LIFETIME_IN_MS - 60_000)).toBe(0);
    expect(await again(INVENTORY_LIFETIME_IN_MS)).toBe(1);
  });
});

describe("somebody who gets in", () => {
  test("through another API with the gateway's token takes Ready back until it is closed", async () => {
    await using azure = await around({ apis: [backDoor(TOKEN)] });
    const operator = new TestOperator(azure);
    await operator.settle();
    expect((await fetch(gatewayUrl(azure, "/back/orders"))).status).toBe(200);
    expect(operator.condition("NoBypass")).toMatch(/^False BypassFound: back-door reaches/);
    expect(operator.condition("Ready")).toMatch(/^False BypassFound/);
    expect(operator.condition("Verified")).toMatch(/^True/);

    await putPolicy(azure, `${SERVICE_ID}/apis/back-door`, inbound(""));
    await operator.settle();

    expect((await fetch(gatewayUrl(azure, "/back/orders"))).status).toBe(401);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(codes(operator)).toEqual(["OtherApiReaches"]);
  });

  test("is let in by naming the API in the spec", async () => {
    await using azure = await around({ apis: [backDoor(TOKEN)] });
    const [api] = backend().spec.apis;
    const operator = new TestOperator(
      azure,
      backend({ apis: [api, { ...api, name: "back-door" }] }),
    );
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.status.coverage).toEqual({ protected: 3, total: 3 });
  });

  test("by another identity provider with a registration", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = new TestOperator(azure);
    await operator.settle();
    const settings = await shop.authSettings();
    const providers = settings["identityProviders"] as Record<string, object>;
    const gitHub = { enabled: true, registration: { clientId: "somebody" } };
    await shop.putAuthSettings({ ...settings, identityProviders: { ...providers, gitHub } });

    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^False BypassFound/);
    expect(operator.status.findings).toMatchObject([
      { code: "OtherIdentityProvider", severity: "Critical", remedy: expect.any(String) },
    ]);
  });
});

describe("what keeps callers out or may let them in", () => {
  test("an operation without <base /> is told, and counted as unprotected", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure);
    await operator.settle();
    const operation = `${API_ID}/operations/get-orders`;
    await putPolicy(azure, operation, "<policies><inbound /></policies>");
    expect((await new Shop(azure).calls()).gateway).toBe(401);

    await operator.pass({ requestedAt: "now" });

    expect(codes(operator)).toEqual(["OperationWithoutBase"]);
    expect(operator.status.coverage).toEqual({ protected: 1, total: 2 });
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.condition("NoBypass")).toMatch(/^True NoBypassFound: .*1 warning/);
  });

  test("an operation that replaces the gateway's token after it is told", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure);
    await operator.settle();
    const statement = `<set-header name="Authorization" exists-action="override"><value>x</value></set-header>`;
    await putPolicy(azure, `${API_ID}/operations/get-orders`, inbound(statement));
    expect((await new Shop(azure).calls()).gateway).toBe(401);

    await operator.pass({ requestedAt: "now" });

    expect(codes(operator)).toEqual(["OperationUndoesPolicy"]);
  });

  test("everything else that lies around", async () => {
    const header = { "x-functions-key": ["k"] };
    const [product] = demoService().products ?? [];
    await using azure = await around({
      service: {
        products: [{ ...product!, policy: "<policies><inbound /></policies>" }],
        backends: [{ name: "fn", functionApp: DEMO.functionApp, header }],
        namedValues: [
          { name: "orders-func-key", value: "k", secret: true, tags: ["key", "function", "auto"] },
        ],
        hasDirectManagement: true,
      },
      functionApp: {
        hostNames: ["orders.contoso.example"],
        slots: [{ name: "staging", functions: ["orders"] }],
      },
    });
    const authentication = { excludedPaths: ["/api/health", "/runtime/webhooks/*"] };
    const operator = new TestOperator(azure, backend({ authentication }));
    await operator.settle();
    expect(
      (await fetch(`${azure.addresses.functionApps["orders-func/staging"]}/api/orders`)).status,
    ).toBe(200);
    expect(codes(operator)).toEqual([
      "SlotOpen",
      "ManagementPathOpen",
      "StoredFunctionKey",
      "StoredFunctionKey",
      "DirectManagementOn",
      "PathOpen",
      "CustomHostName",
      "ProductWithoutBase",
    ]);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(JSON.stringify(operator.status)).not.toContain('"k"');
  });
});

describe("a look that fails", () => {
  test("leaves Ready alone, says what is missing and keeps what was known", async () => {
    await using azure = await around({ service: { hasDirectManagement: true } });
    const operator = new TestOperator(azure);
    await operator.settle();
    expect(codes(operator)).toEqual(["DirectManagementOn"]);
    await azure.control.changeWorld({
      deniedActions: [
        "Microsoft.ApiManagement/service/tenant/read",
        "Microsoft.ApiManagement/service/apis/operations/read",
      ],
    });

    await operator.pass({ requestedAt: "now" });

    expect(operator.condition("NoBypass")).toMatch(/^Unknown PermissionMissing: .*tenant\/read/);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(codes(operator)).toEqual(["DirectManagementOn"]);
    expect(operator.status.coverage).toEqual({ protected: 2, total: 2 });
  });
});
