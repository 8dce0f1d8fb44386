import { ApiManagementClient } from "@azure/arm-apimanagement";
import { WebSiteManagementClient } from "@azure/arm-appservice";
import { expect, test } from "vitest";
import { createCredential } from "../../test/support/arm-client.ts";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator, type TestSimulator } from "../../test/support/simulator.ts";
import { DEMO } from "../world/demo-world.ts";

const { resourceGroup, service, api, functionApp } = DEMO;

function apiManagement(azure: TestSimulator): ApiManagementClient {
  return new ApiManagementClient(createCredential(azure), DEMO.subscriptionId, {
    endpoint: azure.addresses.arm,
    credentialScopes: [`${azure.addresses.arm}/.default`],
  });
}

function webSites(azure: TestSimulator): WebSiteManagementClient {
  return new WebSiteManagementClient(createCredential(azure), DEMO.subscriptionId, {
    endpoint: azure.addresses.arm,
    credentials: { scopes: [`${azure.addresses.arm}/.default`] },
  });
}

test("the SDK's poller carries an identity change to its end", async () => {
  await using azure = await startTestSimulator({ settings: { operationDurationInMs: 20 } });

  const updated = await apiManagement(azure).apiManagementService.beginUpdateAndWait(
    resourceGroup,
    service,
    { identity: { type: "SystemAssigned" } },
    { updateIntervalInMs: 10 },
  );

  expect(updated.identity?.type).toBe("SystemAssigned");
  expect(updated.targetProvisioningState).toBe("");
});

test("the SDK's apiPolicy.get never returns the policy", async () => {
  await using azure = await startTestSimulator();
  const client = apiManagement(azure);

  const policy = await client.apiPolicy.get(resourceGroup, service, api, "policy", {
    format: "rawxml",
  });

  expect(policy.value).toBeUndefined();
  expect(policy.format).toBe("xml");
  const global = await client.policy.get(resourceGroup, service, "policy", { format: "rawxml" });
  expect(global.value).toContain("forward-request");
});

test("the SDK lists APIs, revisions and operations", async () => {
  await using azure = await startTestSimulator({ settings: { pageSize: 1 } });
  const client = apiManagement(azure);

  const apis = await collect(client.api.listByService(resourceGroup, service));
  const operations = await collect(client.apiOperation.listByApi(resourceGroup, service, api));

  expect(apis).toMatchObject([
    {
      name: "orders",
      isCurrent: true,
      subscriptionKeyParameterNames: {
        header: "Ocp-Apim-Subscription-Key",
        query: "subscription-key",
      },
    },
  ]);
  expect(operations.map((one) => one.name)).toEqual(["get-orders", "get-health"]);
});

test("a round trip of auth settings through the typed client loses what it does not know", async () => {
  await using azure = await startTestSimulator();
  await azure.control.portal({
    method: "PUT",
    path: webUrl(`${SITE_ID}/config/authsettingsV2`),
    body: { properties: { platform: { enabled: true, future: 1 } } },
  });
  const { webApps } = webSites(azure);

  const read = await webApps.getAuthSettingsV2WithoutSecrets(resourceGroup, functionApp);
  await webApps.updateAuthSettingsV2(resourceGroup, functionApp, read);

  const after = await azure.control.portal({
    method: "GET",
    path: webUrl(`${SITE_ID}/config/authsettingsV2`),
  });
  expect(after.body).toMatchObject({ properties: { platform: { enabled: true } } });
  expect(after.body).not.toHaveProperty("properties.platform.future");
});

test("the SDK reads a site", async () => {
  await using azure = await startTestSimulator();

  const site = await webSites(azure).webApps.get(resourceGroup, functionApp);

  expect(site.defaultHostName).toBe(new URL(azure.addresses.functionApps[functionApp] ?? "").host);
});

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of pages) all.push(one);
  return all;
}
