import { expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";

const WEB = webUrl(`${SITE_ID}/config/web`);
const RULE = { ipAddress: "203.0.113.7/32", action: "Allow", priority: 100, name: "office" };

function rulesOf(document: unknown): readonly Record<string, unknown>[] {
  const { properties } = document as {
    properties: { ipSecurityRestrictions: readonly Record<string, unknown>[] };
  };
  return properties.ipSecurityRestrictions;
}

test("the implicit rule is shown, never stored: sent back it turns into its opposite", async () => {
  await using azure = await startTestSimulator();
  const arm = await createArmClient(azure);
  const open = rulesOf((await arm("GET", WEB)).json);
  expect(open).toMatchObject([{ name: "Allow all", action: "Allow", priority: 2147483647 }]);

  const patched = await arm("PATCH", WEB, {
    properties: { ipSecurityRestrictions: [RULE, ...open] },
  });

  const restricted = rulesOf(patched.json);
  expect(restricted).toMatchObject([RULE, { name: "Deny all", action: "Deny" }]);
  const reopened = await arm("PATCH", WEB, {
    properties: { ipSecurityRestrictions: restricted.slice(1) },
  });
  expect(rulesOf(reopened.json)).toMatchObject([{ name: "Allow all" }]);
});

test("PATCH of config/web answers id and type of the site", async () => {
  await using azure = await startTestSimulator();
  const arm = await createArmClient(azure);

  const patched = await arm("PATCH", WEB, { properties: { ftpsState: "Disabled" } });

  expect(patched.json).toMatchObject({
    id: SITE_ID,
    type: "Microsoft.Web/sites",
    properties: { ftpsState: "Disabled" },
  });
});

test("a site shows no restrictions, and an address that is not let in gets a 403 that names it", async () => {
  await using azure = await startTestSimulator();
  const arm = await createArmClient(azure);
  await arm("PATCH", WEB, { properties: { ipSecurityRestrictions: [RULE] } });

  const site = await arm("GET", webUrl(SITE_ID));
  const call = await fetch(`${azure.addresses.functionApps["orders-func"]}/`);

  expect(site.json).toMatchObject({
    properties: { state: "Running", siteConfig: { ipSecurityRestrictions: null } },
  });
  expect([call.status, call.headers.get("x-ms-forbidden-ip")]).toEqual([403, "127.0.0.1"]);
});

test("PATCH of a site sets what it sends and nothing else", async () => {
  await using azure = await startTestSimulator();
  const arm = await createArmClient(azure);
  const before = (await arm("GET", webUrl(SITE_ID))).json as { properties: object };

  await arm("PATCH", webUrl(SITE_ID), { properties: { httpsOnly: true, defaultHostName: "evil" } });

  const after = (await arm("GET", webUrl(SITE_ID))).json as { properties: object };
  expect(after.properties).toEqual({ ...before.properties, httpsOnly: true });
});

test("PATCH of config/web leaves what it does not send, and replaces the list that it sends", async () => {
  await using azure = await startTestSimulator();
  const arm = await createArmClient(azure);
  const other = { ...RULE, ipAddress: "203.0.113.8/32", name: "lab", headers: { novel: ["x"] } };
  await arm("PATCH", WEB, { properties: { minTlsVersion: "1.3", ipSecurityRestrictions: [RULE] } });

  const patched = await arm("PATCH", WEB, { properties: { ipSecurityRestrictions: [other] } });

  expect(patched.json).toMatchObject({ properties: { minTlsVersion: "1.3" } });
  expect(rulesOf(patched.json).slice(0, -1)).toEqual([other]);
});

test("a site shows its plan, and members that no type knows", async () => {
  await using azure = await startTestSimulator();
  const arm = await createArmClient(azure);
  const unknown = { functionsRuntimeAdminIsolationEnabled: true };
  await arm("PATCH", webUrl(SITE_ID), { properties: unknown });
  expect((await arm("GET", webUrl(SITE_ID))).json).toMatchObject({
    properties: { sku: "ElasticPremium", ...unknown },
  });
});
