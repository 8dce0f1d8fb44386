import { describe, expect, test } from "vitest";
import { INVENTORY_LIFETIME_IN_MS } from "../../controller/reconcile/shared-inventory.ts";
import { DEMO, demoService, demoWorld } from "../../simulator/world/demo-world.ts";
import type { ApiSeed, FunctionAppSeed } from "../../simulator/world/seed.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

/** Two functions, each with a slot, behind two APIs of one service, each with two online revisions. */
function twoPairs() {
  const world = demoWorld();
  const app = (name: string): FunctionAppSeed => ({
    resourceGroup: DEMO.resourceGroup,
    name: `${name}-func`,
    functions: [name, "health"],
    slots: [{ name: "staging", functions: [name] }],
  });
  const [ours] = demoService().apis ?? [];
  if (ours === undefined) throw new Error("The demonstration has an API.");
  const api = (name: string): ApiSeed => ({
    ...ours,
    name,
    path: name,
    functionApp: `${name}-func`,
    revisions: [{ revision: 2 }],
  });
  const names = ["orders", "prices"];
  return startTestSimulator({
    world: {
      ...world,
      functionApps: names.map(app),
      services: [{ ...demoService(), apis: names.map(api) }],
    },
  });
}

/** An object of which everything that can be looked after is. */
function everythingOn(name: string) {
  const place = { subscriptionId: DEMO.subscriptionId, resourceGroup: DEMO.resourceGroup };
  return backend({
    functionApp: { ...place, name: `${name}-func` },
    apis: [{ ...place, serviceName: DEMO.service, name }],
    revisions: "AllOnline",
    network: { mode: "GatewayOnly", additionalCidrs: ["127.0.0.1/32"] },
    hardening: {
      httpsOnly: "Enforce",
      ftp: "Enforce",
      scmBasicAuth: "Enforce",
      adminIsolation: "Enforce",
      remoteDebugging: "Enforce",
      minimumTls: { mode: "Enforce" },
    },
    verification: { gateway: [{ api: name, path: "/health" }] },
  });
}

/** What belongs to all objects of a service. */
const SHARED = [
  "GET contoso-apim",
  "GET contoso-apim/providers/Microsoft.ManagedIdentity/identities/default",
];

/** What belongs to one object: what its pass compares, and would write. */
function own(name: string): readonly string[] {
  return [
    `GET contoso-apim/apis/${name}`,
    `GET contoso-apim/apis/${name}/policies/policy`,
    `GET contoso-apim/apis/${name}/revisions`,
    `GET contoso-apim/apis/${name};rev=2/policies/policy`,
    `GET ${name}-func`,
    `GET ${name}-func/basicPublishingCredentialsPolicies`,
    `GET ${name}-func/config/authsettingsV2`,
    `GET ${name}-func/config/web`,
  ];
}

/**
 * What lies around at the service: its policy inventory with every policy in it, and what else there
 * is. Passes read the policies of their own APIs besides, since what they write rests on no kept answer.
 */
const AROUND_SERVICE = [
  "GET contoso-apim/allPolicies",
  "GET contoso-apim/apis",
  "GET contoso-apim/apis/orders/policies/policy",
  "GET contoso-apim/apis/orders;rev=2/policies/policy",
  "GET contoso-apim/apis/prices/policies/policy",
  "GET contoso-apim/apis/prices;rev=2/policies/policy",
  "GET contoso-apim/backends",
  "GET contoso-apim/namedValues",
  "GET contoso-apim/policies/policy",
  "GET contoso-apim/products/starter/policies/policy",
  "GET contoso-apim/tenant/access",
];

/** What lies around at one pair. */
function aroundPair(name: string): readonly string[] {
  return [
    `GET contoso-apim/apis/${name}/operations`,
    `GET contoso-apim/apis/${name}/products`,
    `GET ${name}-func/slots`,
    `GET ${name}-func/slots/staging/config/authsettingsV2`,
  ];
}

/** Both objects secured, with one memory of the service, and what was asked on the way forgotten. */
async function secured(azure: TestSimulator) {
  const orders = new TestOperator(azure, everythingOn("orders"));
  const prices = new TestOperator(azure, everythingOn("prices"), {}, orders.gateways);
  for (const operator of [orders, prices]) {
    await operator.settle();
    for (const condition of ["Ready", "Verified", "NoBypass", "NetworkRestricted", "Hardened"]) {
      expect(operator.condition(condition)).toMatch(/^True /);
    }
  }
  await azure.control.clearRequests();
  return { orders, prices, gateways: orders.gateways };
}

describe("a converged pass with everything on", () => {
  test("reads each resource once, calls five times, and asks nobody else", async () => {
    await using azure = await twoPairs();
    const { orders } = await secured(azure);

    await orders.pass();

    expect(await new Shop(azure).reads()).toEqual([...SHARED, ...own("orders")].toSorted());
    const listeners = (await azure.control.requests()).map(({ listener }) => listener);
    expect(
      listeners.filter((listener) => listener !== "arm").toSorted(),
      "four direct calls, and one through the gateway, which forwards it",
    ).toEqual(["contoso-apim", ...Array<string>(5).fill("orders-func")]);
  });

  test("shares the service and its identity with the other objects of the sweep", async () => {
    await using azure = await twoPairs();
    const { orders, prices, gateways } = await secured(azure);

    gateways.beginSweep();
    await Promise.all([orders.passWithinSweep(), prices.passWithinSweep()]);

    expect(await new Shop(azure).reads()).toEqual(
      [...SHARED, ...own("orders"), ...own("prices")].toSorted(),
    );
  });

  test("looks around the service once for all its objects, and then not for half an hour", async () => {
    await using azure = await twoPairs();
    const { orders, prices, gateways } = await secured(azure);
    const shop = new Shop(azure);
    const ofSweep = [...SHARED, ...own("orders"), ...own("prices")];
    const sweep = async () => {
      gateways.beginSweep();
      await Promise.all([orders.passWithinSweep(), prices.passWithinSweep()]);
    };

    orders.gatewayClockSkewInMs = INVENTORY_LIFETIME_IN_MS;
    await sweep();

    const around = [...AROUND_SERVICE, ...aroundPair("orders"), ...aroundPair("prices")];
    expect(await shop.reads()).toEqual([...ofSweep, ...around].toSorted());

    await azure.control.clearRequests();
    await sweep();

    expect(await shop.reads()).toEqual(ofSweep.toSorted());
  });
});
