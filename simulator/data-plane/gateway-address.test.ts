import { expect, test } from "vitest";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { gatewayUrl } from "../../test/support/gateway-calls.ts";
import { demoService, demoWorld } from "../world/demo-world.ts";
import type { ServiceSeed } from "../world/seed.ts";

/** The statuses of a direct call and of one through the gateway, when one address alone is let in. */
async function callsWith(allowed: string, service: Partial<ServiceSeed> = {}) {
  const [app] = demoWorld().functionApps;
  if (!app) throw new Error("The demonstration has a Function App.");
  const rule = { ipAddress: `${allowed}/32`, action: "Allow", priority: 100, name: "one" };
  await using azure = await startTestSimulator({
    world: {
      functionApps: [{ ...app, ipSecurityRestrictions: [rule] }],
      services: [{ ...demoService(), ...service }],
    },
  });
  const direct = await fetch(`${azure.addresses.functionApps["orders-func"]}/api/orders`);
  const forged = await fetch(`${azure.addresses.functionApps["orders-func"]}/api/orders`, {
    headers: { "x-forwarded-for": allowed, "x-client-ip": allowed },
  });
  const gateway = await fetch(gatewayUrl(azure));
  return {
    direct: direct.status,
    forged: forged.status,
    gateway: gateway.status,
    seen: gateway.headers.get("x-ms-forbidden-ip"),
  };
}

test.each([
  { name: "its first public address", service: { publicIPAddresses: ["203.0.113.9"] } },
  {
    name: "its NAT gateway's, where it has one",
    service: {
      publicIPAddresses: ["198.51.100.1"],
      outboundPublicIPAddresses: ["203.0.113.9"],
    },
  },
])("a gateway calls from $name, and nobody else does", async ({ service }) => {
  expect(await callsWith("203.0.113.9", service)).toEqual({
    direct: 403,
    forged: 403,
    gateway: 200,
    seen: null,
  });
});

test("a gateway without an address of its own calls from a shared one", async () => {
  const { gateway, seen } = await callsWith("198.51.100.20", { sku: "Consumption" });
  expect({ gateway, seen }).toEqual({ gateway: 403, seen: "192.0.2.250" });
});
