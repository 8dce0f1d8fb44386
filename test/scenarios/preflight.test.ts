import { describe, expect, test } from "vitest";
import type { SecuredFunctionBackend } from "../../controller/api/v1alpha1/types.generated.ts";
import { lookAhead } from "../../controller/preflight/look-ahead.ts";
import type { Preflight } from "../../controller/preflight/preflight.ts";
import { DEMO, demoService } from "../../simulator/world/demo-world.ts";
import type { ApiSeed, FunctionAppSeed } from "../../simulator/world/seed.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

/** What `sfb plan` learns before it prints: one pass that only looks, and the questions ahead. */
async function preflightOf(azure: TestSimulator, object = backend()): Promise<Preflight> {
  const observer: SecuredFunctionBackend = {
    ...object,
    spec: { ...object.spec, mode: "Observe" },
  };
  const operator = new TestOperator(azure, observer);
  const pass = await operator.pass();
  const preflight = await lookAhead(operator.door(), object, pass, Date.now());
  if (preflight === undefined) throw new Error("Azure was not looked at.");
  return preflight;
}

function appOf(seed: Partial<FunctionAppSeed>): FunctionAppSeed {
  return {
    resourceGroup: DEMO.resourceGroup,
    name: DEMO.functionApp,
    functions: ["orders", "health"],
    ...seed,
  };
}

function serviceOf(change: Partial<ApiSeed>) {
  const service = demoService();
  return { ...service, apis: (service.apis ?? []).map((api) => ({ ...api, ...change })) };
}

function stateOf({ risks }: Preflight, code: string): string | undefined {
  return risks.find((risk) => risk.code === code)?.state;
}

function detailsOf({ risks }: Preflight): readonly string[] {
  return risks.flatMap(({ details }) => details);
}

const TRIGGER = { name: "event", type: "eventGridTrigger", direction: "in" };

describe("before anything is written", () => {
  test("an open function with nothing special promises its writes, and what cannot be seen", async () => {
    await using azure = await startTestSimulator();

    const preflight = await preflightOf(azure);

    expect(
      preflight.writes.map(({ step, restartsApp }) => `${step}, restarts: ${restartsApp}`),
    ).toEqual([
      "ManagedIdentity, restarts: No",
      "InboundPolicy, restarts: No",
      "Authentication, restarts: Yes",
    ]);
    expect(preflight.risks.map(({ state }) => state)).toEqual(Array(5).fill("NotSeen"));
    expect(preflight.risks.filter(({ cannotSee }) => cannotSee === "")).toEqual([]);
    expect(preflight.permissions.map(({ state }) => state)).toEqual(Array(3).fill("Granted"));
    expect(preflight.release).toEqual({ hash: undefined, state: "NotNeeded" });
    expect(await new Shop(azure).writes()).toEqual([]);
  });

  test("what its callers rely on today is seen", async () => {
    await using azure = await startTestSimulator({
      world: {
        functionApps: [
          appOf({
            functionKey: "a-key-of-the-function",
            webConfig: {
              healthCheckPath: "/api/health",
              cors: { allowedOrigins: ["https://shop.example"] },
            },
            otherFunctions: [{ name: "on-event", bindings: [TRIGGER] }],
          }),
        ],
        services: [
          serviceOf({
            authenticationSettings: { oAuth2: { authorizationServerId: "as" } },
            policy: `<policies><inbound><base /><validate-azure-ad-token tenant-id="t"><client-application-ids><application-id>a</application-id></client-application-ids></validate-azure-ad-token></inbound></policies>`,
          }),
        ],
      },
    });

    const preflight = await preflightOf(azure);

    expect(preflight.risks.map(({ code, state }) => `${code} ${state}`)).toEqual([
      "ForwardedAuthorization Seen",
      "CallersWithKeys Seen",
      "Webhooks Seen",
      "HealthChecks Seen",
      "DirectCallers Seen",
    ]);
    expect(detailsOf(preflight)).toEqual([
      "API orders has its callers sign in by OAuth 2.0 or OpenID Connect.",
      expect.stringMatching(
        /^The policy of orders, line \d+, column \d+: <validate-azure-ad-token>/,
      ),
      "These functions ask for a key: orders, health.",
      "/runtime/webhooks/EventGrid is called by Event Grid, for on-event.",
      expect.stringMatching(/^App Service checks \/api\/health itself/),
      "CORS lets pages of these origins call it: https://shop.example.",
    ]);
    expect(JSON.stringify(preflight)).not.toContain("a-key-of-the-function");
  });

  test("and what was seen does break, as calls show", async () => {
    await using azure = await startTestSimulator({
      world: { functionApps: [appOf({ functionKey: "a-key-of-the-function" })] },
    });
    const shop = new Shop(azure);
    const call = async () => {
      const headers = { "x-functions-key": "a-key-of-the-function" };
      return (await fetch(shop.direct, { headers })).status;
    };
    expect(stateOf(await preflightOf(azure), "CallersWithKeys")).toBe("Seen");
    expect(await call()).toBe(200);

    const skip = { verification: {}, rollout: { gatewayCheck: "Skip" } };
    await new TestOperator(azure, backend(skip)).settle();

    expect(await call()).toBe(401);
  });

  test("a slot is looked at itself", async () => {
    const slot = {
      name: "staging",
      functions: ["orders"],
      functionKey: "a-key-of-the-slot",
    };
    await using azure = await startTestSimulator({
      world: {
        functionApps: [appOf({ slots: [slot] })],
        services: [serviceOf({ functionApp: "orders-func/staging" })],
      },
    });
    const { functionApp } = backend().spec;
    const object = backend({ functionApp: { ...functionApp, slot: "staging" } });

    const preflight = await preflightOf(azure, object);

    expect(stateOf(preflight, "CallersWithKeys")).toBe("Seen");
    expect(preflight.permissions.at(-1)).toMatchObject({
      action: "Microsoft.Web/sites/slots/config/Write",
      scope: expect.stringMatching(/\/slots\/staging$/),
      state: "Granted",
    });
  });

  test("rights that are missing for the writes are named before they are missed", async () => {
    await using azure = await startTestSimulator();
    await azure.control.changeWorld({
      deniedActions: ["Microsoft.Web/sites/config/Write", "Microsoft.ApiManagement/service/write"],
    });

    const preflight = await preflightOf(azure);

    const missing = preflight.permissions.filter(({ state }) => state === "Missing");
    expect(missing.map(({ action }) => action)).toEqual([
      "Microsoft.ApiManagement/service/write",
      "Microsoft.Web/sites/config/Write",
    ]);
    expect(preflight.refusedReads).toEqual([]);
  });

  test("where rights cannot be asked for, and functions not listed, that is said and no more", async () => {
    await using azure = await startTestSimulator();
    await azure.control.changeWorld({
      deniedActions: [
        "Microsoft.Authorization/permissions/read",
        "Microsoft.Web/sites/functions/read",
        "Microsoft.ApiManagement/service/tenant/read",
      ],
    });

    const preflight = await preflightOf(azure);

    expect(new Set(preflight.permissions.map(({ state }) => state))).toEqual(new Set(["Unknown"]));
    expect(stateOf(preflight, "CallersWithKeys")).toBe("Unknown");
    expect(stateOf(preflight, "Webhooks")).toBe("Unknown");
    expect(stateOf(preflight, "HealthChecks")).toBe("NotSeen");
    expect(preflight.refusedReads).toEqual([
      expect.stringContaining("Microsoft.ApiManagement/service/tenant/read"),
      expect.stringContaining("Microsoft.Web/sites/functions/read"),
    ]);
  });

  test("a right in Microsoft Graph is told as not known", async () => {
    await using azure = await startTestSimulator();
    const { permissions } = await preflightOf(azure, backend({ registration: {} }));
    expect(permissions.filter(({ state }) => state === "Unknown")).toMatchObject([
      { action: "Application.ReadWrite.OwnedBy", scope: "Microsoft Graph" },
    ]);
  });

  test("of a pair that is secure nothing more is asked", async () => {
    await using azure = await startTestSimulator();
    await new TestOperator(azure).settle();
    await azure.control.clearRequests();

    const preflight = await preflightOf(azure);

    expect(preflight).toMatchObject({ writes: [], risks: [], permissions: [] });
    const asked = (await new Shop(azure).reads()).filter((read) =>
      /functions$|permissions$/.test(read),
    );
    expect(asked).toEqual([]);
  });

  test("the loop itself asks none of it", async () => {
    await using azure = await startTestSimulator();
    await new TestOperator(azure).settle();
    const reads = await new Shop(azure).reads();
    expect(reads.filter((read) => /functions$|permissions$/.test(read))).toEqual([]);
  });
});
