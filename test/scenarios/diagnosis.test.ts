import { describe, expect, test } from "vitest";
import { withValueAt, type Json, type JsonObject } from "../../controller/azure/json.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";
import { DEMO, demoWorld } from "../../simulator/world/demo-world.ts";
import { SITE_ID, webUrl } from "../support/demo-ids.ts";
import { inbound, withApi } from "../support/gateway-calls.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const ENTRA = "/identityProviders/azureActiveDirectory";
const STRANGER = "77777777-7777-4777-8777-777777777777";
/** Settled at once: what is diagnosed is believed. */
const IMPATIENT = { settleTimeInMs: 0 };

/** The API whose health operation leaves out its parent's policy, and so the token. */
const WITHOUT_BASE = withApi({
  operations: [
    { name: "get-orders", method: "GET", urlTemplate: "/orders" },
    {
      name: "get-health",
      method: "GET",
      urlTemplate: "/health",
      policy: inbound("").replace("<base />", ""),
    },
  ],
});

async function portal(azure: TestSimulator, method: string, path: string, body?: JsonObject) {
  const answer = await azure.control.portal({ method, path: webUrl(`${SITE_ID}${path}`), body });
  expect(answer.status).toBeLessThan(300);
}

/** Somebody sets a member of the authentication settings. */
async function set(azure: TestSimulator, pointer: string, value: Json): Promise<void> {
  const shop = new Shop(azure);
  await shop.putAuthSettings(
    withValueAt((await shop.authSettings()) as JsonObject, pointer, value),
  );
}

function leavingAlone(...pointers: readonly string[]): Record<string, unknown> {
  return { ignoreDifferences: pointers.map((pointer) => `authentication:${pointer}`) };
}

interface Trouble {
  readonly name: string;
  readonly options?: Omit<SimulatorOptions, "certificate">;
  readonly spec?: Record<string, unknown>;
  /** What somebody does to a secured pair. */
  readonly happens: (azure: TestSimulator) => Promise<void>;
  readonly verified: RegExp;
}

const LATER: readonly Trouble[] = [
  {
    name: "the app is stopped",
    happens: (azure) => portal(azure, "POST", "/stop"),
    verified: /^False AppStopped: .*Start it/,
  },
  {
    name: "an IP rule keeps everybody out",
    happens: (azure) =>
      portal(azure, "PATCH", "/config/web", {
        properties: {
          ipSecurityRestrictions: [
            { name: "nobody", action: "Deny", priority: 1, ipAddress: "0.0.0.0/0" },
          ],
        },
      }),
    verified: /^False AddressRefused: .*Allow the gateway's addresses/,
  },
  {
    name: "the function accepts another audience",
    spec: leavingAlone(`${ENTRA}/registration/clientId`),
    happens: (azure) => set(azure, `${ENTRA}/registration/clientId`, STRANGER),
    verified: /^False WrongAudience: .*tokens for 7777/,
  },
  {
    name: "the function accepts version 1 where Entra issues version 2",
    spec: leavingAlone(`${ENTRA}/registration/openIdIssuer`),
    happens: (azure) =>
      set(azure, `${ENTRA}/registration/openIdIssuer`, `${azure.addresses.entra}/${DEMO.tenantId}`),
    verified: /^False IssuerMismatch: .*requestedAccessTokenVersion/,
  },
  {
    name: "the gateway is taken off the allow-list",
    spec: leavingAlone(
      `${ENTRA}/validation/defaultAuthorizationPolicy/allowedApplications`,
      `${ENTRA}/validation/defaultAuthorizationPolicy/allowedPrincipals/identities`,
    ),
    happens: (azure) =>
      set(azure, `${ENTRA}/validation/defaultAuthorizationPolicy/allowedApplications`, [STRANGER]),
    verified: /^False CallerNotAllowed: .*allow-lists/,
  },
  {
    name: "the function is not well",
    happens: (azure) =>
      azure.control.fault({
        match: { listener: "orders-func", path: "/api/health" },
        times: 100,
        fault: { status: 503 },
      }),
    verified: /^False FunctionFailing: .*function's logs/,
  },
  {
    name: "the gateway cannot be reached",
    happens: (azure) =>
      azure.control.fault({
        match: { listener: "contoso-apim" },
        times: 100,
        fault: { cut: true },
      }),
    verified: /^False NoRoute: .*cannot be reached from here/,
  },
  {
    name: "the gateway gets no token any more",
    options: { settings: { gatewayCachesTokens: false } },
    happens: (azure) =>
      azure.control.changeWorld({
        registrations: demoWorld().registrations.map((one) => ({ ...one, servicePrincipal: null })),
      }),
    verified: /^False GatewayFailing: .*service principal/,
  },
];

describe("what goes wrong with a secured pair has a name and a remedy", () => {
  test.each(LATER)("$name", async ({ options, spec = {}, happens, verified }) => {
    await using azure = await startTestSimulator(options);
    const operator = new TestOperator(azure);
    await operator.settle(IMPATIENT);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);

    operator.object = { ...operator.object, spec: backend(spec).spec };
    await happens(azure);
    await azure.control.clearRequests();
    await operator.pass(IMPATIENT);

    expect(operator.condition("Verified")).toMatch(verified);
    expect(operator.condition("Ready")).toMatch(/^False/);
    expect(await new Shop(azure).writes()).toEqual([]);
  });
});

describe("what keeps a roll-out from its end has a name and a remedy", () => {
  test.each<Omit<Trouble, "happens" | "verified"> & { readonly stalled: RegExp }>([
    {
      name: "the API wants a key",
      options: withApi({ subscriptionRequired: true }),
      stalled: /GatewayCheckFailed: .*SubscriptionKeyRequired: .*subscriptionKeySecretRef/,
    },
    {
      name: "no operation has the path",
      spec: { verification: { gateway: [{ api: "orders", path: "/nothing" }] } },
      stalled: /GatewayCheckFailed: .*PathNotFound: .*the API has no GET operation/,
    },
    {
      name: "the function asks for its own key",
      options: {
        world: {
          functionApps: demoWorld().functionApps.map((app) => ({ ...app, functionKey: "k" })),
        },
      },
      stalled: /GatewayCheckFailed: .*UnexpectedStatus: .*authLevel/,
    },
    {
      name: "an assignment is demanded",
      options: {
        world: {
          registrations: demoWorld().registrations.map((one) => ({
            ...one,
            assignmentRequired: true,
          })),
        },
      },
      spec: {
        registration: {
          clientId: DEMO.functionClientId,
          tenantId: DEMO.tenantId,
          tokenVersion: "V2",
        },
      },
      stalled: /GatewayCheckFailed: .*RoleNotAssigned: .*AADSTS501051/,
    },
    {
      name: "an operation leaves out its parent's policy",
      options: WITHOUT_BASE,
      stalled: /AccessCheckFailed: .*PolicyNotExecuted: .*operation policy without <base \/>/,
    },
  ])("$name", async ({ options, spec = {}, stalled }) => {
    await using azure = await startTestSimulator(options);
    const operator = new TestOperator(azure, backend(spec));
    await operator.settle(IMPATIENT);
    expect(operator.condition("Stalled")).toMatch(stalled);
  });
});

describe("patience after a change", () => {
  test("what has not taken effect yet is called so, and waited for", async () => {
    await using azure = await startTestSimulator({ settings: { authenticationDelayInMs: 60_000 } });
    const operator = new TestOperator(azure);
    while (operator.status.rollout?.step !== "Authentication") await operator.pass();

    await operator.pass();
    expect(operator.condition("Ready")).toMatch(
      /^False NotYetPropagated: .*answered 200 to an anonymous call/,
    );
    expect(operator.condition("Reconciling")).toMatch(/^True NotYetPropagated/);

    await azure.control.advanceClock(60_000);
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("so is a correction; when it never takes effect, that is said", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure);
    await operator.settle();
    await set(azure, "/platform/enabled", false);
    await azure.control.changeSettings({ authenticationDelayInMs: 3_600_000 });

    await operator.pass();
    await operator.pass();
    expect(operator.condition("Verified")).toMatch(/^False NotYetPropagated/);

    operator.clockSkewInMs = 61_000;
    await operator.pass();
    expect(operator.condition("Verified")).toMatch(/^False DirectCallAdmitted/);
  });
});

test("function and gateway never see anything but GET, whatever is wrong", async () => {
  await using azure = await startTestSimulator(WITHOUT_BASE);
  const operator = new TestOperator(azure);
  await operator.settle(IMPATIENT);
  const log = await azure.control.requests();
  const calls = log.filter(({ listener }) => ["orders-func", "contoso-apim"].includes(listener));
  expect(calls.length).toBeGreaterThan(5);
  expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["GET"]));
});
