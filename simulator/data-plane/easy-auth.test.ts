import { describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../../test/support/simulator.ts";
import { SITE_ID, webUrl } from "../../test/support/demo-ids.ts";
import type { TokenOverrides } from "../entra/issuer.ts";
import { DEMO, demoWorld } from "../world/demo-world.ts";
import type { FunctionAppSeed } from "../world/seed.ts";

type Json = Readonly<Record<string, unknown>>;

/** A document that lets in callers with a token for the function, whoever they are. */
function settings(azure: TestSimulator, overrides: Json = {}, validation: Json = {}): Json {
  return {
    platform: { enabled: true },
    globalValidation: { requireAuthentication: true, unauthenticatedClientAction: "Return401" },
    identityProviders: {
      azureActiveDirectory: {
        registration: {
          clientId: DEMO.functionClientId,
          openIdIssuer: `${azure.addresses.entra}/${DEMO.tenantId}/v2.0`,
        },
        validation,
      },
    },
    ...overrides,
  };
}

async function configure(azure: TestSimulator, properties: Json): Promise<void> {
  const path = webUrl(`${SITE_ID}/config/authsettingsV2`);
  const answer = await azure.control.portal({ method: "PUT", path, body: { properties } });
  expect(answer.status).toBe(200);
}

async function call(azure: TestSimulator, path = "/api/orders", token?: string): Promise<Response> {
  return fetch(`${azure.addresses.functionApps[DEMO.functionApp]}${path}`, {
    redirect: "manual",
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
}

function app(overrides: Partial<FunctionAppSeed>) {
  const [seed] = demoWorld().functionApps;
  if (!seed) throw new Error("The demonstration has a Function App.");
  return { world: { functionApps: [{ ...seed, ...overrides }] } };
}

describe("an open Function App", () => {
  test.each([
    ["/", 200],
    ["/admin/host/ping", 200],
    ["/api/orders", 200],
    ["/api/orders/7", 200],
    ["/api/nothing", 404],
    ["/nothing", 404],
  ])("answers %s with %i", async (path, status) => {
    await using azure = await startTestSimulator();

    expect((await call(azure, path)).status).toBe(status);
  });

  test("asks for its own key where the functions demand one, and shows the home page all the same", async () => {
    await using azure = await startTestSimulator(app({ functionKey: "secret" }));

    expect((await call(azure)).status).toBe(401);
    expect((await call(azure, "/api/orders?code=secret")).status).toBe(200);
    expect((await call(azure, "/")).status).toBe(200);
  });
});

describe("callers without a token", () => {
  test.each([
    { action: "Return401", status: 401 },
    { action: "Return403", status: 403 },
    { action: "Return404", status: 404 },
    { action: "RedirectToLoginPage", status: 302 },
    { action: "AllowAnonymous", status: 200 },
  ])("get $status under $action, on every path", async ({ action, status }) => {
    await using azure = await startTestSimulator();
    const globalValidation = { requireAuthentication: true, unauthenticatedClientAction: action };
    await configure(azure, settings(azure, { globalValidation }));

    for (const path of ["/", "/admin/host/ping", "/api/orders"]) {
      expect((await call(azure, path)).status).toBe(status);
    }
  });

  test("with an invalid token are judged as those without", async () => {
    await using azure = await startTestSimulator();
    const globalValidation = {
      requireAuthentication: true,
      unauthenticatedClientAction: "AllowAnonymous",
    };
    await configure(azure, settings(azure, { globalValidation }));

    expect((await call(azure, "/api/orders", "nonsense")).status).toBe(200);
  });

  test("are told the realm and the resource, with an empty body on Linux", async () => {
    await using azure = await startTestSimulator();
    await configure(azure, settings(azure));

    const answer = await call(azure);

    expect(answer.headers.get("www-authenticate")).toBe(
      `Bearer realm="${new URL(answer.url).host}" authorization_uri="${azure.addresses.entra}/${DEMO.tenantId}/oauth2/v2.0/authorize" resource_id="${DEMO.functionClientId}"`,
    );
    expect(await answer.text()).toBe("");
  });

  test("pass on excluded paths, and as a preflight", async () => {
    await using azure = await startTestSimulator();
    const globalValidation = {
      requireAuthentication: true,
      unauthenticatedClientAction: "Return401",
      excludedPaths: ["/admin/*"],
    };
    await configure(azure, settings(azure, { globalValidation }));

    expect((await call(azure, "/admin/host/ping")).status).toBe(200);
    expect((await call(azure, "/api/orders")).status).toBe(401);
    const preflight = await fetch(`${azure.addresses.functionApps[DEMO.functionApp]}/api/orders`, {
      method: "OPTIONS",
      headers: { origin: "https://x.example", "access-control-request-method": "GET" },
    });
    expect(preflight.status).toBe(200);
  });
});

describe("tokens", () => {
  const cases: readonly (TokenOverrides & { name: string; status: number; issuer?: string })[] = [
    { name: "a valid one", status: 200 },
    { name: "an expired one", expiresInSeconds: -10, status: 401 },
    { name: "one not valid yet", notBeforeInSeconds: 600, status: 401 },
    { name: "another audience", audience: "api://else", status: 401 },
    { name: "another issuer", issuer: "https://evil.example/", status: 401 },
    { name: "version 1 where the setting says v2.0", tokenVersion: 1, status: 401 },
  ];
  test.each(cases)("$name: $status", async ({ name: _name, status, ...overrides }) => {
    await using azure = await startTestSimulator();
    await configure(azure, settings(azure));
    const token = await azure.control.token(
      DEMO.intruderClientId,
      DEMO.functionClientId,
      overrides,
    );

    expect((await call(azure, "/api/orders", token)).status).toBe(status);
  });

  test.each([
    { setting: "/{tenant}/v2.0", version: 2, status: 200 },
    { setting: "/sts/{tenant}/v2.0", version: 2, status: 200 },
    { setting: "/{tenant}", version: 1, status: 200 },
    { setting: "/sts/{tenant}/", version: 1, status: 200 },
    { setting: "/{tenant}", version: 2, status: 401 },
    { setting: "/common/v2.0", version: 1, status: 200 },
  ] as const)("issuer $setting and a version $version token: $status", async (row) => {
    await using azure = await startTestSimulator();
    const openIdIssuer = `${azure.addresses.entra}${row.setting.replace("{tenant}", DEMO.tenantId)}`;
    const registration = { clientId: DEMO.functionClientId, openIdIssuer };
    await configure(
      azure,
      settings(azure, { identityProviders: { azureActiveDirectory: { registration } } }),
    );
    const token = await azure.control.token(DEMO.intruderClientId, DEMO.functionClientId, {
      tokenVersion: row.version,
    });

    expect((await call(azure, "/api/orders", token)).status).toBe(row.status);
  });
});

describe("the authorization policy", () => {
  const me = { applications: DEMO.intruderClientId, identities: DEMO.intruderObjectId };
  const other = "99999999-9999-4999-8999-999999999999";
  test.each([
    { name: "nothing configured", validation: {}, status: 200 },
    {
      name: "listed in both",
      validation: policy([me.applications.toUpperCase()], [me.identities]),
      status: 200,
    },
    {
      name: "only the application listed",
      validation: policy([me.applications], [other]),
      status: 403,
    },
    { name: "only the identity listed", validation: policy([other], [me.identities]), status: 403 },
    { name: "an empty list of applications", validation: policy([], [me.identities]), status: 403 },
    {
      name: "audiences without a policy",
      validation: { allowedAudiences: ["api://x"] },
      status: 403,
    },
    {
      name: "a group beside the identity",
      validation: {
        defaultAuthorizationPolicy: {
          allowedPrincipals: { identities: [me.identities], groups: [other] },
        },
      },
      status: 403,
    },
  ])("$name: $status", async ({ validation, status }) => {
    await using azure = await startTestSimulator();
    await configure(azure, settings(azure, {}, validation));
    const token = await azure.control.token(DEMO.intruderClientId, DEMO.functionClientId);

    expect((await call(azure, "/api/orders", token)).status).toBe(status);
  });

  function policy(allowedApplications: string[], identities: string[]): Json {
    return {
      defaultAuthorizationPolicy: { allowedApplications, allowedPrincipals: { identities } },
    };
  }
});

describe("what is in force", () => {
  test("changes only after the delay", async () => {
    await using azure = await startTestSimulator({ settings: { authenticationDelayInMs: 20_000 } });
    await configure(azure, settings(azure));

    expect((await call(azure)).status).toBe(200);
    await azure.control.advanceClock(20_000);
    expect((await call(azure)).status).toBe(401);
  });

  test("is the file, where the settings name one", async () => {
    await using azure = await startTestSimulator(
      app({ files: { "auth.json": JSON.stringify({ platform: { enabled: false } }) } }),
    );
    await configure(
      azure,
      settings(azure, { platform: { enabled: true, configFilePath: "auth.json" } }),
    );

    expect((await call(azure)).status).toBe(200);
  });

  test("is nothing, where an app setting on Linux switches Easy Auth off", async () => {
    await using azure = await startTestSimulator(
      app({ appSettings: { WEBSITE_AUTH_ENABLED: "false" } }),
    );
    await configure(azure, settings(azure));

    expect((await call(azure)).status).toBe(200);
  });

  test("are the classic settings, while they govern", async () => {
    await using azure = await startTestSimulator();

    await azure.control.configureV1Authentication(DEMO.functionApp);

    expect((await call(azure)).status).toBe(302);
  });

  test("a stopped app answers 403 whoever asks", async () => {
    await using azure = await startTestSimulator(app({ state: "Stopped" }));

    const answer = await call(azure);

    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining("This web app is stopped"),
    ]);
  });
});

test("principal headers cannot be forged while authentication is on", async () => {
  await using azure = await startTestSimulator();
  await configure(azure, settings(azure));
  const token = await azure.control.token(DEMO.intruderClientId, DEMO.functionClientId);

  const answer = await fetch(`${azure.addresses.functionApps[DEMO.functionApp]}/api/orders`, {
    headers: {
      authorization: `Bearer ${token}`,
      "x-ms-client-principal-id": "somebody-else",
      "x-ms-client-principal-name": "admin",
    },
  });

  const { headers } = (await answer.json()) as { headers: Record<string, string> };
  expect(headers["x-ms-client-principal-id"]).toBe(DEMO.intruderObjectId);
  expect(headers).not.toHaveProperty("x-ms-client-principal-name");
  expect(headers["authorization"]).toBe(
    `bearer appid=${DEMO.intruderClientId} oid=${DEMO.intruderObjectId}`,
  );
});
