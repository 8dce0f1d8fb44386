import { expect, test } from "vitest";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";

test("an isolated administration answers nobody from outside, and functions answer as before", async () => {
  await using azure = await startTestSimulator();
  const host = azure.addresses.functionApps["orders-func"];
  const statuses = async () =>
    await Promise.all(
      ["/admin/host/ping", "/api/orders"].map(
        async (path) => (await fetch(`${host}${path}`)).status,
      ),
    );
  expect(await statuses()).toEqual([200, 200]);

  await azure.control.portal({
    method: "PATCH",
    path: webUrl(SITE_ID),
    body: { properties: { functionsRuntimeAdminIsolationEnabled: true } },
  });

  expect(await statuses()).toEqual([401, 200]);
});
