import { describe, expect, test } from "vitest";
import { createCredential, createGraphClient } from "../../test/support/arm-client.ts";
import { startTestSimulator } from "../../test/support/simulator.ts";
import { KNOWN_FAULTS } from "../control/known-faults.ts";
import { DEMO, demoWorld } from "../world/demo-world.ts";

const APPLICATION = "/v1.0/applications(uniqueName='sfb-1')";
const UPSERT = { prefer: "create-if-missing" };
const BODY = {
  displayName: "orders",
  signInAudience: "AzureADMyOrg",
  api: { requestedAccessTokenVersion: 2 },
};

async function start(options: Parameters<typeof startTestSimulator>[0] = {}) {
  const azure = await startTestSimulator(options);
  const graph = await createGraphClient(azure);
  return {
    azure,
    graph,
    /** Creates the application; answers its client id. */
    create: async () => (await graph("PATCH", APPLICATION, BODY, UPSERT)).string("appId"),
    portal: (method: string, path: string, body?: unknown) =>
      azure.control.portal({ method, path, body }),
    [Symbol.asyncDispose]: () => azure.close(),
  };
}

function operator(overrides: object) {
  return { world: { operator: { ...demoWorld().operator, ...overrides } } };
}

describe("upsert of an application", () => {
  test("creates what is missing, updates what is there, and needs Prefer to create", async () => {
    await using world = await start();
    expect((await world.graph("PATCH", APPLICATION, BODY)).status).toBe(404);

    const created = await world.graph("PATCH", APPLICATION, BODY, UPSERT);
    const again = await world.graph("PATCH", APPLICATION, { displayName: "renamed" }, UPSERT);

    expect([created.status, again.status, again.text]).toEqual([201, 204, ""]);
    expect(created.json).toMatchObject({ ...BODY, uniqueName: "sfb-1", passwordCredentials: [] });
    const read = await world.graph("GET", APPLICATION);
    expect(read.string("id")).toBe(created.string("id"));
    expect(read.json).toMatchObject({ displayName: "renamed", api: BODY.api });
  });

  test("needs a display name to create", async () => {
    await using world = await start();
    const refused = await world.graph("PATCH", APPLICATION, {}, UPSERT);
    expect(refused.status).toBe(400);
    expect(refused.string("error", "message")).toContain("displayName");
  });

  test.each([
    { body: { passwordCredentials: [] }, named: "passwordCredentials" },
    { body: { api: { requestedAccessTokenVersion: 3 } }, named: "requestedAccessTokenVersion" },
    { body: { signInAudience: "Everybody" }, named: "signInAudience" },
  ])("refuses $body", async ({ body, named }) => {
    await using world = await start();
    const refused = await world.graph("PATCH", APPLICATION, { ...BODY, ...body }, UPSERT);
    expect([refused.status, refused.string("error", "code")]).toEqual([400, "Request_BadRequest"]);
    expect(refused.string("error", "message")).toContain(`'${named}'`);
  });

  test("finds the unique name of a deleted application taken, until it is purged", async () => {
    await using world = await start();
    const created = await world.graph("PATCH", APPLICATION, BODY, UPSERT);
    expect((await world.graph("DELETE", `/v1.0/applications/${created.string("id")}`)).status).toBe(
      204,
    );
    expect((await world.graph("GET", APPLICATION)).status).toBe(404);

    const refused = await world.graph("PATCH", APPLICATION, BODY, UPSERT);
    await world.portal("DELETE", `/v1.0/directory/deletedItems/${created.string("id")}`);
    const accepted = await world.graph("PATCH", APPLICATION, BODY, UPSERT);

    expect(refused.status).toBe(400);
    expect(refused.string("error", "message")).toBe(
      "Another object with the same value for property uniqueName already exists.",
    );
    expect(accepted.status).toBe(201);
  });
});

test("a deleted application can be restored, with its service principal", async () => {
  await using world = await start();
  const clientId = await world.create();
  await world.graph("POST", "/v1.0/servicePrincipals", { appId: clientId });
  const before = await world.graph("GET", APPLICATION);
  await world.graph("DELETE", APPLICATION);

  const path = `/v1.0/directory/deletedItems/${before.string("id")}`;
  expect((await world.portal("POST", `${path}/restore`)).status).toBe(200);

  expect((await world.graph("GET", APPLICATION)).json).toEqual(before.json);
  expect((await world.graph("GET", `/v1.0/servicePrincipals(appId='${clientId}')`)).status).toBe(
    200,
  );
  expect((await world.portal("DELETE", path)).status).toBe(404);
});

describe("reading", () => {
  test("an application is found by object id, appId and unique name", async () => {
    await using world = await start();
    const clientId = await world.create();
    const byName = await world.graph("GET", APPLICATION);
    for (const key of [`/${byName.string("id")}`, `(appId='${clientId}')`]) {
      const answer = await world.graph("GET", `/v1.0/applications${key}`);
      expect(answer.string("uniqueName")).toBe("sfb-1");
    }
  });

  test("$select and $expand choose members, and must name those of the type", async () => {
    await using world = await start();
    await world.create();
    const chosen = await world.graph(
      "GET",
      `${APPLICATION}?$select=appId,uniqueName&$expand=federatedIdentityCredentials`,
    );
    expect(Object.keys(chosen.json as object).toSorted()).toEqual([
      "@odata.context",
      "appId",
      "federatedIdentityCredentials",
      "uniqueName",
    ]);
    const misspelt = await world.graph("GET", `${APPLICATION}?$select=appID`);
    expect([misspelt.status, misspelt.string("error", "code")]).toEqual([
      400,
      "Request_BadRequest",
    ]);
  });

  test("what is missing answers 404 with the ids of the request", async () => {
    await using world = await start();
    const missing = await world.graph("GET", APPLICATION, undefined, {
      "client-request-id": "mine",
    });
    expect(missing.status).toBe(404);
    expect(missing.json).toEqual({
      error: {
        code: "Request_ResourceNotFound",
        message: expect.stringContaining("'sfb-1' does not exist") as string,
        innerError: {
          date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/u) as string,
          "request-id": missing.header("request-id"),
          "client-request-id": "mine",
        },
      },
    });
  });
});

describe("a service principal", () => {
  test("is not made with its application; without it no token is issued", async () => {
    await using world = await start();
    const clientId = await world.create();
    const token = () => createCredential(world.azure).getToken(`${clientId}/.default`);
    expect((await world.graph("GET", `/v1.0/servicePrincipals(appId='${clientId}')`)).status).toBe(
      404,
    );
    await expect(token()).rejects.toThrow("AADSTS500011");

    const made = await world.graph("POST", "/v1.0/servicePrincipals", { appId: clientId });

    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ appId: clientId, appOwnerOrganizationId: DEMO.tenantId });
    const byId = await world.graph("GET", `/v1.0/servicePrincipals/${made.string("id")}`);
    expect(byId.string("appId")).toBe(clientId);
    expect(await token()).toBeDefined();
  });

  test("needs an application, and is made once", async () => {
    await using world = await start();
    const make = (appId: string) => world.graph("POST", "/v1.0/servicePrincipals", { appId });
    const unknown = await make("99999999-9999-4999-8999-999999999999");
    const clientId = await world.create();
    await make(clientId);
    const second = await make(clientId);

    expect([unknown.status, unknown.string("error", "code")]).toEqual([400, "Request_BadRequest"]);
    expect([second.status, second.string("error", "code")]).toEqual([
      409,
      "Request_MultipleObjectsWithSameKeyValue",
    ]);
  });

  test("goes with its application, and can be taken away alone", async () => {
    await using world = await start();
    const clientId = await world.create();
    const path = `/v1.0/servicePrincipals(appId='${clientId}')`;
    await world.graph("POST", "/v1.0/servicePrincipals", { appId: clientId });
    const { body } = await world.portal("GET", path);
    const id = (body as { id: string }).id;
    await world.portal("PATCH", path, { appRoleAssignmentRequired: true });
    expect((await world.graph("GET", path)).json).toMatchObject({
      appRoleAssignmentRequired: true,
    });
    await world.portal("DELETE", `/v1.0/servicePrincipals/${id}`);
    expect((await world.graph("GET", path)).status).toBe(404);
    await world.graph("POST", "/v1.0/servicePrincipals", { appId: clientId });
    await world.portal("DELETE", `/v1.0/applications(appId='${clientId}')`);
    expect((await world.graph("GET", path)).status).toBe(404);
  });
});

test("what was created is seen later by reads and by the token endpoint, not by an upsert", async () => {
  await using world = await start({ settings: { graphDelayInMs: 10_000 } });
  const clientId = await world.create();
  const read = () => world.graph("GET", APPLICATION);
  const make = () => world.graph("POST", "/v1.0/servicePrincipals", { appId: clientId });
  expect((await read()).status).toBe(404);
  expect((await make()).status).toBe(400);
  expect((await world.graph("PATCH", APPLICATION, BODY, UPSERT)).status).toBe(204);

  await world.azure.control.advanceClock(10_000);

  expect((await read()).status).toBe(200);
  expect((await make()).status).toBe(201);
  const token = () => createCredential(world.azure).getToken(`${clientId}/.default`);
  await expect(token()).rejects.toThrow("AADSTS500011");
  await world.azure.control.advanceClock(10_000);
  expect(await token()).toBeDefined();
});

describe("rights", () => {
  test.each([
    { granted: [], read: 403, upsert: 403, foreign: 403 },
    { granted: ["Application.Read.All"], read: 200, upsert: 403, foreign: 403 },
    { granted: ["Application.ReadWrite.OwnedBy"], read: 200, upsert: 201, foreign: 403 },
    { granted: ["Application.ReadWrite.All"], read: 200, upsert: 201, foreign: 204 },
  ] as const)("with $granted", async ({ granted, read, upsert, foreign }) => {
    await using world = await start(operator({ graphPermissions: granted }));
    const other = `/v1.0/applications(appId='${DEMO.functionClientId}')`;
    const answers = [
      await world.graph("GET", other),
      await world.graph("PATCH", APPLICATION, BODY, UPSERT),
      await world.graph("PATCH", other, { displayName: "mine" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([read, upsert, foreign]);
    for (const refused of answers.filter(({ status }) => status === 403)) {
      expect(refused.string("error", "code")).toBe("Authorization_RequestDenied");
    }
  });

  test("only tokens for Graph are taken", async () => {
    await using world = await start();
    const { arm, graph } = world.azure.addresses;
    const token = await world.azure.control.token(DEMO.operatorClientId, arm);
    for (const headers of [
      { authorization: `Bearer ${token}` },
      {},
      { authorization: "Bearer x" },
    ]) {
      const answer = await fetch(`${graph}${APPLICATION}`, { headers: new Headers(headers) });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: { code: "InvalidAuthenticationToken" } });
    }
  });

  test("the quota counts applications and service principals, deleted ones too", async () => {
    await using world = await start({ settings: { directoryQuota: 2 } });
    const clientId = await world.create();
    await world.graph("POST", "/v1.0/servicePrincipals", { appId: clientId });
    await world.graph("DELETE", `/v1.0/applications(appId='${clientId}')`);

    const refused = await world.graph(
      "PATCH",
      "/v1.0/applications(uniqueName='other')",
      BODY,
      UPSERT,
    );

    expect([refused.status, refused.string("error", "code")]).toEqual([
      403,
      "Directory_QuotaExceeded",
    ]);
  });
});

test.each([
  { fault: KNOWN_FAULTS.graphThrottled, retryAfter: "10" },
  { fault: KNOWN_FAULTS.graphThrottledWithoutRetryAfter, retryAfter: "" },
])("429 with Retry-After '$retryAfter'", async ({ fault, retryAfter }) => {
  await using world = await start();
  await world.azure.control.fault({ match: { listener: "graph" }, fault });
  const answer = await world.graph("GET", APPLICATION);
  expect([answer.status, answer.header("retry-after")]).toEqual([429, retryAfter]);
  expect(answer.string("error", "code")).toBe("TooManyRequests");
});

test("someone in the portal leaves credentials behind, whose values only he sees", async () => {
  await using world = await start();
  const clientId = await world.create();
  const path = `/v1.0/applications(appId='${clientId}')`;
  const secret = await world.portal("POST", `${path}/addPassword`, {
    passwordCredential: { displayName: "left behind" },
  });
  await world.portal("POST", `${path}/federatedIdentityCredentials`, {
    name: "pipeline",
    issuer: "https://token.actions.githubusercontent.com",
    subject: "repo:contoso/orders:ref:refs/heads/main",
    audiences: ["api://AzureADTokenExchange"],
  });

  const read = await world.graph("GET", `${path}?$expand=federatedIdentityCredentials`);

  expect(read.json).toMatchObject({
    passwordCredentials: [{ displayName: "left behind" }],
    federatedIdentityCredentials: [{ name: "pipeline" }],
  });
  const { secretText } = secret.body as { secretText: string };
  expect(secretText).not.toBe("");
  expect(read.text).not.toContain(secretText);
  expect(JSON.stringify(await world.azure.control.world())).not.toContain(secretText);
  expect(JSON.stringify(await world.azure.control.requests())).not.toContain(secretText);
});
