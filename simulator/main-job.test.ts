import { expect, test } from "vitest";
import { createArmClient } from "../test/support/arm-client.ts";
import { API_ID, apimUrl, SERVICE_ID, SITE_ID, webUrl } from "../test/support/demo-ids.ts";
import { startTestSimulator } from "../test/support/simulator.ts";
import { DEMO } from "./world/demo-world.ts";

/** The job by hand, step by step over plain HTTPS. */
test("an open function becomes reachable only through its API", async () => {
  await using azure = await startTestSimulator();
  const direct = `${azure.addresses.functionApps["orders-func"]}/api/orders`;
  const gateway = `${azure.addresses.gateways["contoso-apim"]}/orders/orders`;
  expect((await fetch(direct)).status).toBe(200);
  expect((await fetch(gateway)).status).toBe(200);

  const arm = await createArmClient(azure);
  const patched = await arm("PATCH", apimUrl(SERVICE_ID), { identity: { type: "SystemAssigned" } });
  expect(patched.status).toBe(202);
  await azure.control.advanceClock(1000);
  expect((await arm("GET", patched.header("location"))).status).toBe(200);
  const identity = await arm(
    "GET",
    `${SERVICE_ID}/providers/Microsoft.ManagedIdentity/identities/default?api-version=2023-01-31`,
  );
  const clientId = identity.string("properties", "clientId");
  const principalId = identity.string("properties", "principalId");

  const policyUrl = apimUrl(`${API_ID}/policies/policy`, "&format=rawxml");
  const policy = await arm("GET", policyUrl);
  const value = policy
    .string("properties", "value")
    .replace(
      "</inbound>",
      `<authentication-managed-identity resource="${DEMO.functionClientId}" ignore-error="false" /></inbound>`,
    );
  const put = await arm("PUT", policyUrl, { properties: { format: "rawxml", value } });
  expect(put.status).toBe(200);
  expect((await fetch(gateway)).status).toBe(200);

  const written = await arm("PUT", webUrl(`${SITE_ID}/config/authsettingsV2`), {
    properties: {
      platform: { enabled: true },
      globalValidation: { requireAuthentication: true, unauthenticatedClientAction: "Return401" },
      identityProviders: {
        azureActiveDirectory: {
          enabled: true,
          registration: {
            clientId: DEMO.functionClientId,
            openIdIssuer: `${azure.addresses.entra}/${DEMO.tenantId}/v2.0`,
          },
          validation: {
            defaultAuthorizationPolicy: {
              allowedApplications: [clientId],
              allowedPrincipals: { identities: [principalId] },
            },
          },
        },
      },
    },
  });
  expect(written.status).toBe(200);

  expect((await fetch(direct)).status).toBe(401);
  const token = await azure.control.token(DEMO.intruderClientId, DEMO.functionClientId);
  const intrusion = await fetch(direct, { headers: { authorization: `Bearer ${token}` } });
  expect(intrusion.status).toBe(403);
  const through = await fetch(gateway);
  expect(through.status).toBe(200);
  expect(await through.json()).toMatchObject({
    function: "orders-func",
    headers: { authorization: `bearer appid=${clientId} oid=${principalId}`, "x-team": "orders" },
  });
});
