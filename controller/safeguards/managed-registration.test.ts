import { describe, expect, test } from "vitest";
import { assess } from "../../test/support/assess.ts";
import {
  AUDIENCE,
  gatewayFacts,
  ISSUER,
  SITE,
  START,
  STRANGER,
  TENANT,
} from "../../test/support/builders.ts";
import { azureError, FakeAzure } from "../../test/support/fake-azure.ts";
import { applicationId, managedUniqueName, servicePrincipalId } from "../azure/directory-ids.ts";
import type { Application } from "../azure/door.ts";
import { AzureError } from "../azure/errors.ts";
import { appRegistration } from "./app-registration.ts";
import { isKnown, KNOWN_AFTER_APPLY } from "./safeguard.ts";

const UNIQUE_NAME = managedUniqueName(SITE);
const APPLICATION_ID = applicationId(UNIQUE_NAME);
const SERVICE_PRINCIPAL_ID = servicePrincipalId(AUDIENCE);
const MANAGED = { registration: { tokenVersion: "Auto" } } as const;
const NO_SUCH_RESOURCE = new AzureError({
  reason: "CredentialUnavailable",
  errorClass: "BackOff",
  message: "AADSTS500011: The resource principal was not found.",
});
const QUARTER_OF_AN_HOUR_IN_MS = 15 * 60 * 1000;

function anApplication(overrides: Partial<Application> = {}): Application {
  return {
    id: "object-id",
    clientId: AUDIENCE,
    signInAudience: "AzureADMyOrg",
    tokenVersion: "V2",
    credentials: [],
    ...overrides,
  };
}

/** An Azure with an application; with its service principal unless told. */
function azureWith(application: Application | undefined, hasServicePrincipal = true): FakeAzure {
  const azure = new FakeAzure();
  azure.directory.registered = application;
  azure.directory.hasServicePrincipal = application !== undefined && hasServicePrincipal;
  return azure;
}

function writtenAtStart(resourceId: string) {
  return [{ resourceId, url: `https://graph.microsoft.com/v1.0${resourceId}`, startedAt: START }];
}

test("a registration as it should be needs nothing, and tells what others rest on", async () => {
  const result = await assess(appRegistration, azureWith(anApplication()), { spec: MANAGED });
  expect(result).toMatchObject({ changes: [], notes: [] });
  expect(result.obstacle).toBeUndefined();
  expect(result.facts.registration).toMatchObject({
    audience: AUDIENCE,
    tenantId: TENANT,
    issuer: ISSUER,
    token: { claims: { audience: AUDIENCE } },
  });
});

test("the version of its tokens is known without a token", async () => {
  const azure = azureWith(anApplication());
  azure.token = azureErrorOf("AADSTS501051: not assigned to a role");
  const { facts, obstacle } = await assess(appRegistration, azure, { spec: MANAGED });
  expect(facts.registration).toMatchObject({ issuer: ISSUER, token: undefined });
  expect(obstacle).toBeUndefined();
});

describe("what is missing is made, one thing after the other", () => {
  test.each([
    {
      name: "the application",
      azure: azureWith(undefined),
      change: {
        resource: APPLICATION_ID,
        path: "app-registration:/uniqueName",
        patch: {
          kind: "application",
          uniqueName: UNIQUE_NAME,
          members: {
            displayName: "Function App orders-func (secured function backend)",
            signInAudience: "AzureADMyOrg",
            api: { requestedAccessTokenVersion: 2 },
          },
        },
      },
    },
    {
      name: "the service principal",
      azure: azureWith(anApplication(), false),
      change: {
        resource: SERVICE_PRINCIPAL_ID,
        path: "app-registration:/servicePrincipal",
        patch: { kind: "service-principal", clientId: AUDIENCE },
      },
    },
  ])("$name", async ({ azure, change }) => {
    const { changes, obstacle, facts } = await assess(appRegistration, azure, { spec: MANAGED });
    expect(changes).toMatchObject([change]);
    expect(changes.every(isKnown)).toBe(true);
    expect(obstacle).toBeUndefined();
    expect(facts.registration).toEqual({
      audience: KNOWN_AFTER_APPLY,
      tenantId: KNOWN_AFTER_APPLY,
      issuer: KNOWN_AFTER_APPLY,
      token: undefined,
    });
    expect(azure.calls).not.toContain("getToken");
  });
});

describe("what was written lately is waited for, and written again after a quarter of an hour", () => {
  const noToken = azureWith(anApplication());
  noToken.token = NO_SUCH_RESOURCE;

  test.each([
    { name: "the application", azure: azureWith(undefined), written: APPLICATION_ID },
    {
      name: "the service principal",
      azure: azureWith(anApplication(), false),
      written: SERVICE_PRINCIPAL_ID,
    },
  ])("$name", async ({ azure, written }) => {
    const look = (elapsedInMs: number) =>
      assess(appRegistration, azure, {
        spec: MANAGED,
        operations: writtenAtStart(written),
        elapsedInMs,
      });
    const soon = await look(QUARTER_OF_AN_HOUR_IN_MS - 1);
    const late = await look(QUARTER_OF_AN_HOUR_IN_MS);
    expect(soon.changes).toEqual([]);
    expect(soon.obstacle).toMatchObject({ kind: "waiting", reason: "RegistrationNotYetKnown" });
    expect(late.changes.map(({ resource }) => resource)).toEqual([written]);
    expect(late.obstacle).toBeUndefined();
  });

  test.each([
    { elapsedInMs: 0, kind: "waiting", reason: "RegistrationNotYetKnown" },
    { elapsedInMs: QUARTER_OF_AN_HOUR_IN_MS, kind: "blocked", reason: "ServicePrincipalMissing" },
  ])(
    "a token that is refused after $elapsedInMs ms: $kind",
    async ({ elapsedInMs, ...obstacle }) => {
      const result = await assess(appRegistration, noToken, {
        spec: MANAGED,
        operations: writtenAtStart(SERVICE_PRINCIPAL_ID),
        elapsedInMs,
      });
      expect(result.changes).toEqual([]);
      expect(result.obstacle).toMatchObject(obstacle);
    },
  );
});

test("an identity of a gateway in another tenant gets no token", async () => {
  const gateways = [gatewayFacts({ tenantId: STRANGER.clientId })];
  const { obstacle } = await assess(appRegistration, azureWith(anApplication()), {
    spec: MANAGED,
    facts: { gateways },
  });
  expect(obstacle).toMatchObject({ kind: "blocked", reason: "TenantMismatch" });
});

test.each([
  { application: anApplication(), paths: [] },
  {
    application: anApplication({ tokenVersion: "V1" }),
    paths: ["app-registration:/api/requestedAccessTokenVersion"],
  },
  {
    application: anApplication({ tokenVersion: "V1", signInAudience: "AzureADMultipleOrgs" }),
    paths: [
      "app-registration:/signInAudience",
      "app-registration:/api/requestedAccessTokenVersion",
    ],
  },
])("differences: $paths", async ({ application, paths }) => {
  const { changes } = await assess(appRegistration, azureWith(application), { spec: MANAGED });
  expect(changes.map(({ path }) => path)).toEqual(paths);
  expect(changes.every(({ resource }) => resource === APPLICATION_ID)).toBe(true);
});

test("credentials are told, and are no difference", async () => {
  const application = anApplication({ credentials: ['client secret "old"', 'certificate "new"'] });
  const { changes, notes } = await assess(appRegistration, azureWith(application), {
    spec: MANAGED,
  });
  expect(changes).toEqual([]);
  expect(notes).toMatchObject([
    {
      code: "registration-credentials",
      message: expect.stringMatching(/client secret "old", certificate "new"/) as string,
    },
  ]);
});

test("Graph is asked for nothing where the spec names a registration", async () => {
  const azure = azureWith(undefined);
  await assess(appRegistration, azure);
  expect(azure.calls).toEqual(["getToken"]);
});

test("a failure of Graph is no absence", async () => {
  const azure = azureWith(anApplication());
  const failure = azureError("AzureUnavailable");
  azure.before = (call) => {
    if (call === "getServicePrincipal") throw failure;
  };
  await expect(assess(appRegistration, azure, { spec: MANAGED })).rejects.toBe(failure);
});

function azureErrorOf(message: string): AzureError {
  return new AzureError({ reason: "CredentialUnavailable", errorClass: "BackOff", message });
}
