import { describe, expect, test } from "vitest";
import { createArmClient } from "../../test/support/arm-client.ts";
import { API_ID, apimUrl, SERVICE_ID, SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { DEMO, demoWorld } from "../world/demo-world.ts";

const GROUP = SITE_ID.split("/providers/")[0] ?? "";

describe("the token", () => {
  test.each([
    { name: "missing", code: "AuthenticationFailed" },
    { name: "not a token", bearer: "nonsense", code: "InvalidAuthenticationToken" },
    { name: "expired", overrides: { expiresInSeconds: -1 }, code: "ExpiredAuthenticationToken" },
    {
      name: "for another audience",
      resource: DEMO.functionClientId,
      code: "InvalidAuthenticationTokenAudience",
    },
  ])("401 $code when it is $name", async ({ bearer, overrides, resource, code, name }) => {
    await using azure = await startTestSimulator();
    const token =
      bearer ??
      (await azure.control.token(
        DEMO.operatorClientId,
        resource ?? azure.addresses.arm,
        overrides,
      ));

    const answer = await fetch(`${azure.addresses.arm}${webUrl(SITE_ID)}`, {
      headers: name === "missing" ? {} : { authorization: `Bearer ${token}` },
    });

    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code } });
    expect(answer.headers.get("www-authenticate")).toContain(azure.addresses.entra);
  });
});

describe("the path", () => {
  test.each([
    { name: "letter case does not matter", path: webUrl(SITE_ID.toUpperCase()), status: 200 },
    { name: "no api-version", path: SITE_ID, status: 400, code: "MissingApiVersionParameter" },
    {
      name: "an api-version of another provider",
      path: `${SITE_ID}?api-version=2024-05-01`,
      status: 400,
      code: "InvalidApiVersionParameter",
    },
    {
      name: "another subscription",
      path: webUrl(SITE_ID.replace(DEMO.subscriptionId, DEMO.tenantId)),
      status: 404,
      code: "SubscriptionNotFound",
    },
    {
      name: "an unknown resource group",
      path: webUrl(SITE_ID.replace("/shop/", "/other/")),
      status: 404,
      code: "ResourceGroupNotFound",
    },
    {
      name: "an unknown site",
      path: webUrl(`${SITE_ID}-2`),
      status: 404,
      code: "ResourceNotFound",
    },
    {
      name: "an unknown service",
      path: apimUrl(`${SERVICE_ID}-2`),
      status: 404,
      code: "ResourceNotFound",
    },
    {
      name: "an unknown API",
      path: apimUrl(`${API_ID}-2`),
      status: 404,
      code: "ResourceNotFound",
      message: "API not found.",
    },
    {
      name: "an unknown type",
      path: webUrl(`${GROUP}/providers/Microsoft.Web/planets/earth`),
      status: 404,
      code: "InvalidResourceType",
    },
    { name: "nonsense", path: "/%E0%A4%A/x?api-version=1", status: 404, code: "NotFound" },
  ])("$name: $status", async ({ path, status, code, ...further }) => {
    const error = code === undefined ? {} : { error: { code, ...message(further) } };
    await using azure = await startTestSimulator();
    const arm = await createArmClient(azure);

    const answer = await arm("GET", path);

    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject(error);
    expect(answer.header("x-ms-request-id")).not.toBe("");
    expect(answer.header("x-ms-correlation-request-id")).not.toBe("");
  });

  function message(row: { message?: string | undefined }): object {
    return row.message === undefined ? {} : { message: row.message };
  }

  test("a method that a path does not have: 405", async () => {
    await using azure = await startTestSimulator();
    const arm = await createArmClient(azure);

    const answer = await arm("GET", webUrl(`${SITE_ID}/config/authsettings/list`));

    expect(answer.status).toBe(405);
    expect(answer.string("Message")).toBe(
      "The requested resource does not support http method 'GET'.",
    );
  });
});

describe("rights, locks and policies", () => {
  test("403 AuthorizationFailed names action and scope; other actions still work", async () => {
    await using azure = await startTestSimulator({
      world: {
        operator: {
          clientId: DEMO.operatorClientId,
          objectId: DEMO.operatorObjectId,
          deniedActions: ["Microsoft.Web/sites/config/Write"],
        },
      },
    });
    const arm = await createArmClient(azure);
    const url = webUrl(`${SITE_ID}/config/authsettingsV2`);

    const refused = await arm("PUT", url, { properties: {} });

    expect([refused.status, refused.string("error", "code")]).toEqual([403, "AuthorizationFailed"]);
    expect(refused.string("error", "message")).toContain("'Microsoft.Web/sites/config/write'");
    expect(refused.string("error", "message")).toContain(`'${SITE_ID}/config/authsettingsV2'`);
    expect((await arm("GET", url)).status).toBe(200);
  });

  test("another identity of the tenant may do nothing", async () => {
    await using azure = await startTestSimulator();
    const token = await azure.control.token(DEMO.intruderClientId, azure.addresses.arm);

    const answer = await fetch(`${azure.addresses.arm}${webUrl(SITE_ID)}`, {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(answer.status).toBe(403);
  });

  test.each([
    { level: "ReadOnly", method: "PUT", status: 409 },
    { level: "ReadOnly", method: "GET", status: 200 },
    { level: "CanNotDelete", method: "PUT", status: 200 },
    { level: "CanNotDelete", method: "DELETE", status: 409 },
  ] as const)("a $level lock on the group: $method $status", async ({ level, method, status }) => {
    const refusal = status === 409 ? '"code":"ScopeLocked"' : "";
    await using azure = await startTestSimulator({ world: { locks: [{ scope: GROUP, level }] } });
    const arm = await createArmClient(azure);
    const body = { properties: { format: "rawxml", value: "<policies><inbound /></policies>" } };

    const answer = await arm(
      method,
      apimUrl(`${API_ID}/policies/policy`),
      method === "PUT" ? body : undefined,
    );

    expect(answer.status).toBe(status);
    expect(answer.text).toContain(refusal);
  });

  test("403 RequestDisallowedByPolicy, until the assignment goes", async () => {
    await using azure = await startTestSimulator({
      world: { policyDenials: [{ scope: SITE_ID, assignment: "no-changes" }] },
    });
    const arm = await createArmClient(azure);
    const url = webUrl(`${SITE_ID}/config/authsettingsV2`);

    const refused = await arm("PUT", url, { properties: {} });
    await azure.control.changeWorld({ policyDenials: [] });

    expect(refused.string("error", "code")).toBe("RequestDisallowedByPolicy");
    expect((await arm("PUT", url, { properties: {} })).status).toBe(200);
  });
});

describe("throttling", () => {
  test("each answer tells what is left; an empty bucket is a 429 that says how long", async () => {
    await using azure = await startTestSimulator({
      settings: { reads: { size: 2, refillPerSecond: 0.1 } },
    });
    const arm = await createArmClient(azure);
    const left = async () =>
      (await arm("GET", webUrl(SITE_ID))).header("x-ms-ratelimit-remaining-subscription-reads");
    expect([await left(), await left()]).toEqual(["1", "0"]);

    const throttled = await arm("GET", webUrl(SITE_ID));

    expect(throttled.status).toBe(429);
    expect(throttled.string("error", "code")).toBe("SubscriptionRequestsThrottled");
    expect(Number(throttled.header("retry-after"))).toBeGreaterThan(0);
    expect((await arm("PATCH", webUrl(SITE_ID), {})).status).toBe(200);
    await azure.control.advanceClock(60_000);
    expect((await arm("GET", webUrl(SITE_ID))).status).toBe(200);
  });

  test("someone in the portal is not throttled", async () => {
    await using azure = await startTestSimulator({
      settings: { reads: { size: 0, refillPerSecond: 1 } },
    });

    const answer = await azure.control.portal({ method: "GET", path: SITE_ID });

    expect(answer.status).toBe(200);
    expect(demoWorld().functionApps[0]?.name).toBe("orders-func");
  });
});
