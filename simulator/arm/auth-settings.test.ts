import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";

const SETTINGS = webUrl(`${SITE_ID}/config/authsettingsV2`);

async function start() {
  const azure = await startTestSimulator();
  return { azure, arm: await createArmClient(azure), [Symbol.asyncDispose]: () => azure.close() };
}

describe("authsettingsV2", () => {
  test("a site never configured shows platform.enabled alone", async () => {
    await using world = await start();

    const settings = await world.arm("GET", webUrl(`${SITE_ID}/config/AUTHSETTINGSv2`));

    expect(settings.json).toMatchObject({ id: `${SITE_ID}/config/authsettingsV2` });
    expect(settings.json).not.toHaveProperty("tags");
    expect((settings.json as { properties: unknown }).properties).toEqual({
      platform: { enabled: false },
    });
  });

  test("a PUT leaves a whole default document behind, strings made booleans", async () => {
    await using world = await start();

    const put = await world.arm("PUT", SETTINGS, { properties: { platform: { enabled: "true" } } });

    expect(put.json).toMatchObject({
      properties: {
        platform: { enabled: true, runtimeVersion: "~1" },
        identityProviders: { facebook: { enabled: true }, apple: { enabled: true } },
        login: { tokenStore: { tokenRefreshExtensionHours: 72 } },
        clearInboundClaimsMapping: "false",
      },
    });
    expect((await world.arm("GET", SETTINGS)).json).toEqual(put.json);
    expect((await world.arm("GET", SETTINGS.replace("?", "/list?"))).json).toEqual(put.json);
  });

  test("a PUT replaces the document; members nobody knows stay as sent", async () => {
    await using world = await start();
    await world.arm("PUT", SETTINGS, {
      properties: { globalValidation: { excludedPaths: ["/open/*"] } },
    });

    const put = await world.arm("PUT", SETTINGS, {
      properties: { platform: { future: { a: [1] } }, alsoNew: "x" },
    });

    expect(put.json).toMatchObject({
      properties: { platform: { future: { a: [1] } }, alsoNew: "x" },
    });
    expect(put.text).not.toContain("excludedPaths");
  });

  test("audiences without an authorization policy come out as a list that permits nobody", async () => {
    await using world = await start();

    const put = await world.arm("PUT", SETTINGS, {
      properties: {
        identityProviders: {
          azureActiveDirectory: { validation: { allowedAudiences: ["api://x"] } },
        },
      },
    });

    expect(put.json).toMatchObject({
      properties: {
        identityProviders: {
          azureActiveDirectory: {
            validation: { defaultAuthorizationPolicy: { allowedApplications: [] } },
          },
        },
      },
    });
  });

  test("a body without properties is refused in Microsoft.Web's own form", async () => {
    await using world = await start();

    const refused = await world.arm("PUT", SETTINGS, { platform: { enabled: true } });

    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ Code: "BadRequest", Target: null });
  });
});

describe("classic authsettings", () => {
  test("say v1 before, v2 after, and are then refused", async () => {
    await using world = await start();
    const list = webUrl(`${SITE_ID}/config/authsettings/list`);
    const before = await world.arm("POST", list);
    await world.arm("PUT", SETTINGS, { properties: { platform: { enabled: true } } });

    const after = await world.arm("POST", list);
    const write = await world.arm("PUT", webUrl(`${SITE_ID}/config/authsettings`), {
      properties: { enabled: true },
    });

    expect(before.string("properties", "configVersion")).toBe("v1");
    expect(after.json).toMatchObject({ properties: { configVersion: "v2", enabled: false } });
    expect([write.status, write.string("Code")]).toEqual([400, "BadRequest"]);
  });

  test("config/web tells whether authentication is on, whatever the version", async () => {
    await using world = await start();
    const web = webUrl(`${SITE_ID}/config/web`);
    expect((await world.arm("GET", web)).json).toMatchObject({
      properties: { siteAuthEnabled: false, siteAuthSettings: null },
    });

    await world.azure.control.configureV1Authentication("orders-func");

    expect((await world.arm("GET", web)).json).toMatchObject({
      properties: { siteAuthEnabled: true },
    });
  });
});
