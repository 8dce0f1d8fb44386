import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { withSlot } from "../../test/support/slot-world.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";

const SLOT_ID = `${SITE_ID}/slots/staging`;

describe("a deployment slot", () => {
  test("is a resource of its own with a host name of its own", async () => {
    await using azure = await startTestSimulator(withSlot());
    const arm = await createArmClient(azure);

    const slot = await arm("GET", webUrl(SLOT_ID));

    expect(slot.json).toMatchObject({
      id: SLOT_ID,
      name: "orders-func/staging",
      type: "Microsoft.Web/sites/slots",
      properties: { name: "orders-func(staging)" },
    });
    expect(`https://${slot.string("properties", "defaultHostName")}`).toBe(
      azure.addresses.functionApps["orders-func/staging"],
    );
  });

  test("has authentication of its own: closing it leaves the app open", async () => {
    await using azure = await startTestSimulator(withSlot());
    const arm = await createArmClient(azure);

    const put = await arm("PUT", webUrl(`${SLOT_ID}/config/authsettingsV2`), {
      properties: {
        platform: { enabled: true },
        globalValidation: {
          requireAuthentication: true,
          unauthenticatedClientAction: "Return401",
        },
      },
    });

    expect(put.json).toMatchObject({
      id: `${SLOT_ID}/config/authsettingsV2`,
      type: "Microsoft.Web/sites/slots/config",
    });
    const statusOf = async (site: string) =>
      (await fetch(`${azure.addresses.functionApps[site]}/`)).status;
    expect(await statusOf("orders-func/staging")).toBe(401);
    expect(await statusOf("orders-func")).toBe(200);
    const web = await arm("GET", webUrl(`${SLOT_ID}/config/web`));
    expect(web.json).toMatchObject({ properties: { siteAuthEnabled: true } });
  });

  test("needs rights of its own", async () => {
    await using azure = await startTestSimulator(withSlot());
    const arm = await createArmClient(azure);
    await azure.control.changeWorld({ deniedActions: ["Microsoft.Web/sites/slots/*"] });

    expect((await arm("GET", webUrl(SLOT_ID))).status).toBe(403);
    expect((await arm("GET", webUrl(SITE_ID))).status).toBe(200);
  });
});

test("slots are listed below their app, and not among the apps", async () => {
  await using azure = await startTestSimulator(withSlot());
  const arm = await createArmClient(azure);
  const idsOf = (document: unknown) =>
    (document as { value: readonly { id: string }[] }).value.map(({ id }) => id);

  expect(idsOf((await arm("GET", webUrl(`${SITE_ID}/slots`))).json)).toEqual([SLOT_ID]);
  const sites = SITE_ID.slice(0, SITE_ID.lastIndexOf("/"));
  expect(idsOf((await arm("GET", webUrl(sites))).json)).toEqual([SITE_ID]);
});

test("a slot that is not there: 404 that names it", async () => {
  await using azure = await startTestSimulator();
  const arm = await createArmClient(azure);

  const answer = await arm("GET", webUrl(SLOT_ID));

  expect(answer.status).toBe(404);
  expect(answer.text).toContain("Microsoft.Web/sites/orders-func/slots/staging");
});
