import { describe, expect, test } from "vitest";
import { authSettings, NEVER_CONFIGURED } from "../../test/support/auth-settings.ts";
import {
  API,
  aService,
  AUDIENCE,
  GATEWAY,
  GATEWAY_ADDRESS,
  SITE,
  STRANGER,
  TENANT,
} from "../../test/support/builders.ts";
import { validateManifest } from "../api/v1alpha1/validate.ts";
import { withValueAt, type JsonObject } from "../azure/json.ts";
import { mergePolicy, type PolicyStatements } from "../policy/policy.ts";
import { ownRules } from "../safeguards/access-rules.ts";
import { buildManifest } from "./build-manifest.ts";
import type { ObservedApi, ObservedPair } from "./observe-pair.ts";
import { apiReference, functionAppReference } from "./references.ts";

const OTHER = "99999999-9999-4999-8999-99999999999a";
const KEY_NAMES = { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" };
const IDENTITY_ID = SITE.replace(
  /Microsoft\.Web.*/,
  "Microsoft.ManagedIdentity/userAssignedIdentities/orders-gateway",
);
const VALIDATION = "/identityProviders/azureActiveDirectory/validation";
const GROUPS = `${VALIDATION}/defaultAuthorizationPolicy/allowedPrincipals/groups`;

function policy(statements: Partial<PolicyStatements> = {}): string {
  const merged = mergePolicy(undefined, {
    resource: AUDIENCE,
    removeHeaders: [KEY_NAMES.header],
    removeQueryParameters: [KEY_NAMES.query],
    ...statements,
  });
  if (merged.outcome !== "merged") throw new Error(merged.outcome);
  return merged.text;
}

function anApi(document: string | undefined, name = "orders"): ObservedApi {
  const reference = apiReference(API.replace(/orders$/, name));
  if (reference === undefined) throw new Error(API);
  return { reference, keyNames: KEY_NAMES, policy: document };
}

/** A pair that is closed to everybody but its gateway. */
function aPair(overrides: Partial<ObservedPair> = {}): ObservedPair {
  const functionApp = functionAppReference(SITE);
  if (functionApp === undefined) throw new Error(SITE);
  return {
    functionApp,
    settings: authSettings(),
    webConfig: {},
    apis: [anApi(policy())],
    services: [
      {
        service: aService({ addresses: [GATEWAY_ADDRESS] }),
        system: { ...GATEWAY, tenantId: TENANT },
      },
    ],
    ...overrides,
  };
}

function withUserAssigned(): Partial<ObservedPair> {
  const identity = {
    resourceId: IDENTITY_ID,
    principalId: STRANGER.principalId,
    clientId: STRANGER.clientId,
  };
  return {
    services: [{ service: aService({ userAssignedIdentities: [identity] }), system: undefined }],
    apis: [anApi(policy({ clientId: STRANGER.clientId }))],
    settings: authSettings({
      identities: [STRANGER.principalId],
      applications: [STRANGER.clientId],
    }),
  };
}

function setting(pointer: string, value: JsonObject[string]): Partial<ObservedPair> {
  return { settings: withValueAt(authSettings(), pointer, value) };
}

function rules(...cidrs: readonly string[]): Partial<ObservedPair> {
  const own = ownRules(cidrs.map((cidr) => ({ cidr, for: "test" })));
  return { webConfig: { ipSecurityRestrictions: own } };
}

function adopt(overrides: Partial<ObservedPair>) {
  return buildManifest(aPair(overrides), { name: "orders", namespace: "shop" });
}

describe("buildManifest", () => {
  test.each<[string, Partial<ObservedPair>, object]>([
    [
      "a secure pair as it is",
      {},
      {
        functionApp: { name: "orders-func" },
        apis: [{ serviceName: "contoso-apim", name: "orders" }],
        identity: { type: "SystemAssigned" },
        registration: { clientId: AUDIENCE },
        authentication: {
          unauthenticatedAction: "Return401",
          allowedCallers: [],
          allowedAudiences: [],
          excludedPaths: [],
        },
        subscriptionKey: "Remove",
        network: { mode: "Unmanaged", additionalCidrs: [] },
      },
    ],
    [
      "a user-assigned identity by its resource id, and its ids are no caller's",
      withUserAssigned(),
      {
        identity: { type: "UserAssigned", resourceId: IDENTITY_ID },
        authentication: { allowedCallers: [] },
      },
    ],
    [
      "one other caller",
      {
        settings: authSettings({
          identities: [GATEWAY.principalId, STRANGER.principalId.toUpperCase()],
          applications: [GATEWAY.clientId, STRANGER.clientId],
        }),
      },
      {
        authentication: {
          allowedCallers: [{ objectId: STRANGER.principalId, clientId: STRANGER.clientId }],
        },
      },
    ],
    [
      "audiences besides those that are implied",
      setting(`${VALIDATION}/allowedAudiences`, [AUDIENCE, `api://${AUDIENCE}`, "api://orders"]),
      { authentication: { allowedAudiences: ["api://orders"] } },
    ],
    [
      "paths that are open",
      setting("/globalValidation/excludedPaths", ["/api/health"]),
      { authentication: { excludedPaths: ["/api/health"] } },
    ],
    [
      "the answer to strangers",
      setting("/globalValidation/unauthenticatedClientAction", "Return403"),
      { authentication: { unauthenticatedAction: "Return403" } },
    ],
    [
      "an answer that no manifest has as the usual one",
      setting("/globalValidation/unauthenticatedClientAction", "RedirectToLoginPage"),
      { authentication: { unauthenticatedAction: "Return401" } },
    ],
    [
      "a key that is passed on",
      { apis: [anApi(policy({ removeQueryParameters: [] }))] },
      { subscriptionKey: "Keep" },
    ],
    [
      "own access rules, and the ranges besides the gateways'",
      rules(`${GATEWAY_ADDRESS}/32`, "203.0.113.0/24"),
      { network: { mode: "GatewayOnly", additionalCidrs: ["203.0.113.0/24"] } },
    ],
    [
      "an open pair by what closes it",
      { settings: NEVER_CONFIGURED, apis: [anApi(undefined)] },
      { identity: { type: "SystemAssigned" }, registration: {}, subscriptionKey: "Remove" },
    ],
    [
      "a pair that is half done by the registration it has",
      { apis: [anApi(undefined)] },
      { registration: { clientId: AUDIENCE } },
    ],
  ])("describes %s", (_what, overrides, spec) => {
    const { manifest } = adopt(overrides);
    expect(manifest.spec).toMatchObject(spec);
    expect(validateManifest(manifest)).toMatchObject({ ok: true });
  });

  test.each<[string, Partial<ObservedPair>, RegExp]>([
    [
      "two other identities and one client id",
      {
        settings: authSettings({
          identities: [GATEWAY.principalId, STRANGER.principalId, OTHER],
          applications: [GATEWAY.clientId, STRANGER.clientId],
        }),
      },
      RegExp(`Object ids: ${STRANGER.principalId}, ${OTHER}. Client ids: ${STRANGER.clientId}\\.`),
    ],
    [
      "a client id without an object id",
      { settings: authSettings({ applications: [GATEWAY.clientId, OTHER] }) },
      RegExp(`Object ids: none. Client ids: ${OTHER}\\.`),
    ],
    ["groups", setting(GROUPS, [OTHER]), RegExp(`no groups: ${OTHER}`)],
  ])("asks about %s", (_what, overrides, question) => {
    const { manifest, remarks } = adopt(overrides);
    expect(manifest.spec.authentication.allowedCallers).toEqual([]);
    expect(remarks.filter(({ isOpenQuestion }) => isOpenQuestion)).toEqual([
      {
        field: "authentication",
        isOpenQuestion: true,
        text: expect.stringMatching(question),
      },
    ]);
  });

  test.each<[string, Partial<ObservedPair>, RegExp]>([
    [
      "a key that reaches the function",
      { apis: [anApi(policy({ removeHeaders: [] }))] },
      /^The caller's subscription key reaches/,
    ],
    [
      "a door that stands open",
      setting("/globalValidation/requireAuthentication", false),
      /lets anybody in at present/,
    ],
    [
      "policies without the token",
      { apis: [anApi(undefined)] },
      /no policy gets tokens for it yet/,
    ],
  ])("remarks on %s", (_what, overrides, text) => {
    expect(adopt(overrides).remarks.map((each) => each.text)).toEqual([
      expect.stringMatching(text),
    ]);
    expect(adopt({}).remarks).toEqual([]);
  });

  test.each<[string, Partial<ObservedPair>, RegExp]>([
    [
      "policies and authentication name two registrations",
      { apis: [anApi(policy({ resource: OTHER }))] },
      RegExp(`tokens for ${OTHER}, and .* registration ${AUDIENCE}`),
    ],
    [
      "the APIs get tokens for two registrations",
      { apis: [anApi(policy()), anApi(policy({ resource: OTHER }), "refunds")] },
      /API orders calls with tokens for .* API refunds calls/,
    ],
    [
      "the policy calls with an identity that the service lacks",
      { apis: [anApi(policy({ clientId: OTHER }))] },
      /contoso-apim does not have/,
    ],
    [
      "the registration is named by an address",
      { apis: [anApi(policy({ resource: "api://orders" }))], settings: NEVER_CONFIGURED },
      /named api:\/\/orders, and a manifest takes its client id only/,
    ],
    [
      "only the gateway knows the audience",
      { apis: [anApi(policy().replace(AUDIENCE, "{{audience}}"))] },
      /to an expression or a named value/,
    ],
    ["a policy is no XML", { apis: [anApi("<policies>")] }, /policy of API orders cannot be read/],
  ])("refuses when %s", (_what, overrides, message) => {
    expect(() => adopt(overrides)).toThrow(message);
  });
});
