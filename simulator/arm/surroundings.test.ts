import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { apimUrl, SERVICE_ID, SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { DEMO, demoService, demoWorld } from "../world/demo-world.ts";

/** The demonstration with more on the service and on the function. */
function surrounded() {
  const [site] = demoWorld().functionApps;
  if (!site) throw new Error("The demonstration has a function.");
  return {
    world: {
      functionApps: [{ ...site, hostNames: ["orders.contoso.example"] }],
      services: [
        {
          ...demoService(),
          backends: [
            { name: "fn", functionApp: DEMO.functionApp, header: { "x-functions-key": ["k"] } },
            { name: "other", url: "https://other.example", query: { code: ["{{fn-key}}"] } },
          ],
          namedValues: [
            { name: "fn-key", value: "hidden", secret: true, tags: ["key", "function", "auto"] },
            { name: "region", value: "west" },
          ],
        },
      ],
    },
  };
}

describe("what lies around an API", () => {
  test("backend entities are listed with their credentials", async () => {
    await using azure = await startTestSimulator(surrounded());
    const arm = await createArmClient(azure);

    const list = await arm("GET", apimUrl(`${SERVICE_ID}/backends`));

    expect(list.json).toMatchObject({
      count: 2,
      value: [
        {
          id: `${SERVICE_ID}/backends/fn`,
          properties: {
            url: `${azure.addresses.functionApps[DEMO.functionApp]}/api`,
            credentials: { header: { "x-functions-key": ["k"] } },
          },
        },
        {
          properties: {
            url: "https://other.example",
            credentials: { query: { code: [expect.any(String)] } },
          },
        },
      ],
    });
  });

  test("secret named values are listed without their value", async () => {
    await using azure = await startTestSimulator(surrounded());
    const arm = await createArmClient(azure);

    const list = await arm("GET", apimUrl(`${SERVICE_ID}/namedValues`));

    expect(list.text).not.toContain("hidden");
    expect(list.json).toMatchObject({
      value: [
        { properties: { displayName: "fn-key", secret: true, tags: ["key", "function", "auto"] } },
        { properties: { displayName: "region", secret: false, value: "west" } },
      ],
    });
  });

  test("the direct management API is off until somebody switches it on", async () => {
    await using azure = await startTestSimulator();
    const arm = await createArmClient(azure);
    const path = apimUrl(`${SERVICE_ID}/tenant/access`);
    expect((await arm("GET", path)).json).toMatchObject({ properties: { enabled: false } });

    await azure.control.portal({ method: "PATCH", path, body: { properties: { enabled: true } } });

    expect((await arm("GET", path)).json).toMatchObject({ properties: { enabled: true } });
  });

  test("a site lists its custom host names besides its own", async () => {
    await using azure = await startTestSimulator(surrounded());
    const arm = await createArmClient(azure);

    const site = await arm("GET", webUrl(SITE_ID));

    expect(site.json).toMatchObject({
      properties: {
        hostNames: ["orders.contoso.example", site.string("properties", "defaultHostName")],
      },
    });
  });
});
