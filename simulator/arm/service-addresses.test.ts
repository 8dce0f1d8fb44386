import { expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { apimUrl, SERVICE_ID } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { demoService } from "../world/demo-world.ts";
import type { ServiceSeed } from "../world/seed.ts";

async function shown(service: Partial<ServiceSeed>) {
  await using azure = await startTestSimulator({
    world: { services: [{ ...demoService(), ...service }] },
  });
  const arm = await createArmClient(azure);
  const { json } = await arm("GET", apimUrl(SERVICE_ID));
  return (json as { properties: Record<string, unknown> }).properties;
}

test("a service shows the addresses of all its locations", async () => {
  expect(
    await shown({
      sku: "Premium",
      publicIPAddresses: ["203.0.113.1"],
      outboundPublicIPAddresses: ["203.0.113.2"],
      additionalLocations: [{ location: "North Europe", publicIPAddresses: ["203.0.113.3"] }],
    }),
  ).toMatchObject({
    publicIPAddresses: ["203.0.113.1"],
    outboundPublicIPAddresses: ["203.0.113.2"],
    additionalLocations: [{ location: "North Europe", publicIPAddresses: ["203.0.113.3"] }],
  });
});

test.each(["Consumption", "BasicV2", "StandardV2"])("%s shows none of its own", async (sku) => {
  expect(await shown({ sku })).toMatchObject({
    publicIPAddresses: null,
    additionalLocations: null,
  });
});

test("a service that moves shows other addresses", async () => {
  await using azure = await startTestSimulator();
  await azure.control.changeAddresses("contoso-apim", ["203.0.113.77"]);
  const arm = await createArmClient(azure);
  expect((await arm("GET", apimUrl(SERVICE_ID))).json).toMatchObject({
    properties: { publicIPAddresses: ["203.0.113.77"] },
  });
});
