import { describe, expect, test } from "vitest";
import { assess } from "../../test/support/assess.ts";
import {
  aToken,
  AUDIENCE,
  gatewayFacts,
  ISSUER,
  STRANGER,
  TENANT,
} from "../../test/support/builders.ts";
import { FakeAzure } from "../../test/support/fake-azure.ts";
import type { Registration } from "../api/v1alpha1/types.generated.ts";
import type { TokenClaims } from "../azure/door.ts";
import { AzureError } from "../azure/errors.ts";
import { appRegistration } from "./app-registration.ts";
import { KNOWN_AFTER_APPLY } from "./safeguard.ts";

const OTHER_TENANT = STRANGER.clientId;
const V1_ISSUER = `https://sts.windows.net/${TENANT}/`;

function registration(overrides: Partial<Registration> = {}): Registration {
  return { clientId: AUDIENCE, tokenVersion: "Auto", ...overrides };
}

function azureWith(token: Partial<TokenClaims> | string): FakeAzure {
  const azure = new FakeAzure();
  azure.token = typeof token === "string" ? refusal(token) : aToken(token);
  return azure;
}

function refusal(message: string): AzureError {
  return new AzureError({ reason: "CredentialUnavailable", errorClass: "BackOff", message });
}

describe("the issuer that the function must accept", () => {
  test.each<{
    name: string;
    token: Partial<TokenClaims> | string;
    spec: Registration;
    issuer: string;
  }>([
    { name: "Auto takes it from a token", token: {}, spec: registration(), issuer: ISSUER },
    {
      name: "Auto, of version 1",
      token: { version: "V1", issuer: V1_ISSUER },
      spec: registration(),
      issuer: V1_ISSUER,
    },
    {
      name: "V1 by the spec, where the operator gets no token",
      token: "AADSTS501051: role required",
      spec: registration({ tokenVersion: "V1", tenantId: TENANT }),
      issuer: V1_ISSUER,
    },
    {
      name: "V2 by the spec, where the operator gets no token",
      token: "AADSTS501051: role required",
      spec: registration({ tokenVersion: "V2", tenantId: TENANT }),
      issuer: ISSUER,
    },
    {
      name: "the tenant in another letter case",
      token: {},
      spec: registration({ tenantId: TENANT.toUpperCase() }),
      issuer: ISSUER,
    },
  ])("$name", async ({ token, spec, issuer }) => {
    const result = await assess(appRegistration, azureWith(token), {
      spec: { registration: spec },
    });
    expect(result.facts.registration).toMatchObject({ audience: AUDIENCE, issuer });
    expect(result.obstacle).toBeUndefined();
    expect(result.changes).toEqual([]);
  });
});

describe("what is in the way", () => {
  test.each<{
    name: string;
    token: Partial<TokenClaims> | string;
    spec: Registration;
    reason: string;
    says: RegExp;
  }>([
    ...["AADSTS500011", "AADSTS7000229", "AADSTS650052"].map((code) => ({
      name: `no service principal (${code})`,
      token: `No token: ${code}: not found in the directory.`,
      spec: registration({ tokenVersion: "V2", tenantId: TENANT }),
      reason: "ServicePrincipalMissing",
      says: new RegExp(`az ad sp create --id ${AUDIENCE}`),
    })),
    {
      name: "another refusal, and no version in the spec",
      token: "AADSTS501051: role required",
      spec: registration({ tenantId: TENANT }),
      reason: "TokenVersionUnknown",
      says: /AADSTS501051.*registration\.tokenVersion/,
    },
    {
      name: "a code that only begins alike",
      token: "AADSTS5000111: something else",
      spec: registration(),
      reason: "TokenVersionUnknown",
      says: /AADSTS5000111/,
    },
    {
      name: "another version than the spec says",
      token: { version: "V1", issuer: V1_ISSUER },
      spec: registration({ tokenVersion: "V2" }),
      reason: "TokenVersionMismatch",
      says: /V1 tokens.*says V2/,
    },
    {
      name: "another tenant than the gateway's",
      token: "AADSTS501051: role required",
      spec: registration({ tokenVersion: "V2", tenantId: OTHER_TENANT }),
      reason: "TenantMismatch",
      says: new RegExp(`${OTHER_TENANT}.*${TENANT}`),
    },
    {
      name: "a token of another tenant tells no version",
      token: { tenantId: OTHER_TENANT, issuer: ISSUER.replace(TENANT, OTHER_TENANT) },
      spec: registration({ tenantId: TENANT }),
      reason: "TokenVersionUnknown",
      says: /registration\.tokenVersion/,
    },
    {
      name: "an issuer without tenant",
      token: { issuer: "https://login.microsoftonline.com/common/v2.0" },
      spec: registration(),
      reason: "TenantMismatch",
      says: /would let in callers of others/,
    },
  ])("$name", async ({ token, spec, reason, says }) => {
    const { obstacle } = await assess(appRegistration, azureWith(token), {
      spec: { registration: spec },
    });
    expect(obstacle).toMatchObject({ kind: "blocked", reason });
    expect(obstacle?.message).toMatch(says);
  });

  test("a tenant that the gateway does not tell yet is no mismatch", async () => {
    const gateways = [gatewayFacts({ tenantId: undefined })];
    const { obstacle } = await assess(appRegistration, azureWith({}), { facts: { gateways } });
    expect(obstacle).toBeUndefined();
  });

  test("a failure that is not Entra's refusal is no answer", async () => {
    const azure = azureWith("getaddrinfo ENOTFOUND login.microsoftonline.com");
    await expect(assess(appRegistration, azure)).rejects.toBe(azure.token);
  });
});

test.each([
  {
    name: "an issuer without tenant is given to nobody",
    issuer: "https://login.microsoftonline.com/common/v2.0",
  },
  { name: "nor one of another tenant", issuer: ISSUER.replace(TENANT, OTHER_TENANT) },
])("$name: a function would accept it", async ({ issuer }) => {
  const { facts } = await assess(appRegistration, azureWith({ issuer }));
  expect(facts.registration?.issuer).toBe(KNOWN_AFTER_APPLY);
});
