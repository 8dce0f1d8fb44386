import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { createCredential } from "../../test/support/arm-client.ts";
import { startTestSimulator, type TestSimulator } from "../../test/support/simulator.ts";
import { DEMO, demoWorld } from "../world/demo-world.ts";
import type { RegistrationSeed } from "../world/seed.ts";

const RESOURCE = "77777777-7777-4777-8777-777777777777";

function withResource(registration: Partial<RegistrationSeed>) {
  const resource = { clientId: RESOURCE, displayName: "resource", ...registration };
  return { world: { registrations: [...demoWorld().registrations, resource] } };
}

async function requestToken(azure: TestSimulator, form: Record<string, string>, tenant?: string) {
  const response = await fetch(
    `${azure.addresses.entra}/${tenant ?? DEMO.tenantId}/oauth2/v2.0/token`,
    {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: DEMO.intruderClientId,
        client_secret: "the-intruder-has-a-secret",
        scope: `${DEMO.functionClientId}/.default`,
        ...form,
      }),
    },
  );
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("tokens", () => {
  test.each([
    {
      name: "version 2 by client id",
      registration: { tokenVersion: 2 as const },
      resource: RESOURCE,
      claims: { ver: "2.0", azp: DEMO.operatorClientId, aud: RESOURCE },
      issuerPath: `/${DEMO.tenantId}/v2.0`,
    },
    {
      name: "version 2 by identifier URI: the audience is the client id all the same",
      registration: { tokenVersion: 2 as const, identifierUris: [`api://${RESOURCE}`] },
      resource: `api://${RESOURCE}`,
      claims: { ver: "2.0", aud: RESOURCE },
      issuerPath: `/${DEMO.tenantId}/v2.0`,
    },
    {
      name: "version 1 by default",
      registration: { tokenVersion: null },
      resource: RESOURCE,
      claims: { ver: "1.0", appid: DEMO.operatorClientId, aud: RESOURCE },
      issuerPath: `/sts/${DEMO.tenantId}/`,
    },
    {
      name: "version 1 by identifier URI: the audience is as asked for",
      registration: { identifierUris: [`api://${RESOURCE}`] },
      resource: `api://${RESOURCE}`,
      claims: { ver: "1.0", aud: `api://${RESOURCE}` },
      issuerPath: `/sts/${DEMO.tenantId}/`,
    },
  ])("$name", async ({ registration, resource, claims, issuerPath }) => {
    await using azure = await startTestSimulator(withResource(registration));

    const { token } = await createCredential(azure).getToken(`${resource}/.default`);

    expect(decodeJwt(token)).toMatchObject({
      ...claims,
      iss: `${azure.addresses.entra}${issuerPath}`,
      oid: DEMO.operatorObjectId,
      tid: DEMO.tenantId,
    });
  });

  test("metadata and keys of both versions lead to the issuer", async () => {
    await using azure = await startTestSimulator();
    for (const [path, issuer] of [
      [`/${DEMO.tenantId}/v2.0`, `/${DEMO.tenantId}/v2.0`],
      [`/${DEMO.tenantId}`, `/sts/${DEMO.tenantId}/`],
      [`/sts/${DEMO.tenantId}`, `/sts/${DEMO.tenantId}/`],
      ["/common/v2.0", "/{tenantid}/v2.0"],
    ]) {
      const url = `${azure.addresses.entra}${path}/.well-known/openid-configuration`;
      const metadata = (await (await fetch(url)).json()) as { issuer: string; jwks_uri: string };
      expect(metadata.issuer).toBe(`${azure.addresses.entra}${issuer}`);
      const keys = (await (await fetch(metadata.jwks_uri)).json()) as { keys: unknown[] };
      expect(keys.keys).toHaveLength(1);
    }
  });

  test("after a rotation of keys old tokens still hold", async () => {
    await using azure = await startTestSimulator();
    const old = await azure.control.token(DEMO.operatorClientId, azure.addresses.arm);
    await azure.control.rotateKeys();

    const url = `${azure.addresses.arm}/subscriptions/${DEMO.subscriptionId}/providers/Microsoft.Web/sites?api-version=2025-05-01`;
    for (const token of [
      old,
      await azure.control.token(DEMO.operatorClientId, azure.addresses.arm),
    ]) {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(200);
    }
  });
});

describe("refusals", () => {
  test.each([
    { name: "a wrong secret", form: { client_secret: "x" }, status: 401, code: 7000215 },
    { name: "an unknown client", form: { client_id: RESOURCE }, status: 400, code: 700016 },
    { name: "an unknown resource", form: { scope: `${RESOURCE}/.default` }, code: 500011 },
    { name: "a scope without .default", form: { scope: "openid" }, code: 1002012 },
    { name: "no scope", form: { scope: "" }, code: 900144 },
    { name: "another grant", form: { grant_type: "password" }, code: 70003 },
    { name: "another tenant", form: {}, tenant: RESOURCE, code: 90002 },
    {
      name: "an assertion nobody trusts",
      form: { client_assertion: "a.b.c", client_id: DEMO.operatorClientId },
      status: 401,
      code: 70021,
    },
  ])("AADSTS$code for $name", async ({ form, tenant, status = 400, code }) => {
    await using azure = await startTestSimulator();

    const answer = await requestToken(azure, form, tenant);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error_codes: [code] });
    expect(answer.body["error_description"]).toMatch(
      new RegExp(`^AADSTS${code}: .+Trace ID: `, "u"),
    );
  });

  test("AADSTS500011 when the registration has no service principal", async () => {
    await using azure = await startTestSimulator(withResource({ servicePrincipal: null }));

    const answer = await requestToken(azure, { scope: `${RESOURCE}/.default` });

    expect(answer.body).toMatchObject({ error: "invalid_resource", error_codes: [500011] });
  });

  test("AADSTS501051 when the resource demands an assignment, until there is one", async () => {
    await using azure = await startTestSimulator(withResource({ assignmentRequired: true }));
    const form = { scope: `${RESOURCE}/.default` };
    const refused = await requestToken(azure, form);

    await azure.control.changeWorld({
      registrations: [
        {
          clientId: RESOURCE,
          displayName: "resource",
          assignmentRequired: true,
          assignedPrincipals: [DEMO.intruderObjectId],
        },
      ],
    });

    expect(refused.body).toMatchObject({ error_codes: [501051] });
    expect((await requestToken(azure, form)).status).toBe(200);
  });

  test("the log knows who asked, and no token", async () => {
    await using azure = await startTestSimulator();
    await requestToken(azure, {});

    const [record] = await azure.control.requests({ listener: "entra" });

    expect(record).toMatchObject({ principal: { name: "intruder" }, status: 200 });
    expect(JSON.stringify(await azure.control.requests())).not.toMatch(/eyJ|the-intruder-has/u);
  });
});
