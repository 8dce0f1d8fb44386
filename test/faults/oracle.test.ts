import { describe, expect, test } from "vitest";
import { withValueAt, type Json, type JsonObject } from "../../controller/azure/json.ts";
import { DEMO } from "../../simulator/world/demo-world.ts";
import { lostForeign } from "./foreign.ts";
import { Oracle } from "./oracle.ts";
import type { View } from "./outside.ts";

const ISSUER = "https://localhost/tenant/v2.0";
const GATEWAY = { principalId: "principal", clientId: "client" };
const STATEMENT = `<authentication-managed-identity resource="${DEMO.functionClientId}" ignore-error="false" />`;
const ENTRA = "/identityProviders/azureActiveDirectory";
const AUTHORIZATION = `${ENTRA}/validation/defaultAuthorizationPolicy`;

const SECURED: JsonObject = {
  platform: { enabled: true },
  globalValidation: { requireAuthentication: true, unauthenticatedClientAction: "Return401" },
  identityProviders: {
    azureActiveDirectory: {
      registration: { clientId: DEMO.functionClientId, openIdIssuer: ISSUER },
      validation: {
        defaultAuthorizationPolicy: {
          allowedApplications: [GATEWAY.clientId],
          allowedPrincipals: { identities: [GATEWAY.principalId] },
        },
      },
    },
  },
};

function view(overrides: Partial<View> = {}): View {
  return {
    anonymous: 401,
    intruder: 403,
    gateway: 200,
    settings: SECURED,
    policy: `<policies><inbound><base />${STATEMENT}</inbound></policies>`,
    identity: GATEWAY,
    ...overrides,
  };
}

const open = view({ anonymous: 200, intruder: 200, settings: {} });

function securedBut(pointer: string, value: Json | undefined): View {
  return view({ settings: withValueAt(SECURED, pointer, value) });
}

function oracleFrom(start: View): Oracle {
  return new Oracle(start, ISSUER, { callsLag: false });
}

describe("from a secured pair on", () => {
  test.each([
    { name: "as it was", now: view(), wanted: [] },
    { name: "opened", now: open, wanted: [/everybody/] },
    {
      name: "not asking for a token",
      now: securedBut("/globalValidation/requireAuthentication", false),
      wanted: [/everybody/],
    },
    {
      name: "another application",
      now: securedBut(`${AUTHORIZATION}/allowedApplications`, ["client", "other"]),
      wanted: [/admits application:other$/],
    },
    {
      name: "any application",
      now: securedBut(`${AUTHORIZATION}/allowedApplications`, undefined),
      wanted: [/admits application:\*$/],
    },
    {
      name: "an empty list of identities",
      now: securedBut(`${AUTHORIZATION}/allowedPrincipals/identities`, []),
      wanted: [/admits identity:\*$/],
    },
    {
      name: "a group",
      now: securedBut(`${AUTHORIZATION}/allowedPrincipals/groups`, ["g"]),
      wanted: [/admits group:g$/],
    },
    {
      name: "an excluded path",
      now: securedBut("/globalValidation/excludedPaths", ["/api/x"]),
      wanted: [/admits path:\/api\/x$/],
    },
    {
      name: "another audience",
      now: securedBut(`${ENTRA}/validation/allowedAudiences`, ["api://other"]),
      wanted: [/admits audience:api:\/\/other$/],
    },
    {
      name: "another issuer",
      now: securedBut(`${ENTRA}/registration/openIdIssuer`, "https://localhost/common"),
      wanted: [/admits issuer:/],
    },
    { name: "an intruder gets in", now: view({ intruder: 200 }), wanted: [/admits application:/] },
    { name: "an outage", now: view({ gateway: 401 }), wanted: [/gateway get 401/] },
    {
      name: "a statement that stands twice",
      now: view({ policy: `<inbound>${STATEMENT}${STATEMENT}</inbound>` }),
      wanted: [/doubled/],
    },
  ])("$name", ({ now, wanted }) => {
    const oracle = oracleFrom(view());
    oracle.sees(now, "then");
    expect(oracle.violations).toHaveLength(wanted.length);
    for (const [index, pattern] of wanted.entries()) {
      expect(oracle.violations[index]).toMatch(pattern);
    }
  });
});

describe("what may be let in", () => {
  test("everybody, from an open start on, until the pair was called secured", () => {
    const oracle = oracleFrom(open);
    oracle.sees(view(), "closed");
    oracle.sees(open, "taken back");
    expect(oracle.violations).toEqual([]);
    oracle.secured(view());
    oracle.sees(open, "opened again");
    expect(oracle.violations).toHaveLength(1);
  });

  test("whom somebody else let in, until it was put right", () => {
    const oracle = oracleFrom(view());
    oracle.disturbed(open, false);
    oracle.sees(open, "not seen yet");
    oracle.sees(view(), "put right");
    expect(oracle.violations).toEqual([]);
    oracle.sees(open, "opened again");
    expect(oracle.violations).toHaveLength(1);
  });
});

test("secured is believed only when callers and settings show it", () => {
  const oracle = oracleFrom(view());
  oracle.secured(view());
  expect(oracle.violations).toEqual([]);
  oracle.secured(view({ anonymous: 200 }));
  oracle.secured(securedBut("/globalValidation/excludedPaths", ["/x"]));
  expect(oracle.violations.length).toBeGreaterThanOrEqual(2);
});

test.each([
  { reason: "Throttled", violations: 0 },
  { reason: "Progressing", violations: 0 },
  { reason: "PolicyConflict", violations: 1 },
])("a reason that nothing explains is dishonest: $reason", ({ reason, violations }) => {
  const oracle = oracleFrom(view());
  const condition = {
    type: "Ready",
    status: "False",
    reason,
    message: "m",
    lastTransitionTime: "",
  };
  oracle.reads({ conditions: [{ ...condition, status: "False" }] }, ["Throttled"], "then");
  expect(oracle.violations).toHaveLength(violations);
});

describe("what the owners wrote", () => {
  const owners = {
    settings: { platform: { enabled: false, future: 1 }, novelty: [{ a: null }] },
    policy: "<policies><inbound><base /><x a='1' /></inbound></policies>",
  };
  const kept = { ...owners.settings, platform: { enabled: true, future: 1 }, added: true };
  const promised = { policy: true };
  test.each([
    { name: "kept", settings: kept, policy: owners.policy, lost: 0 },
    {
      name: "kept beside ours, with other blanks",
      settings: kept,
      policy: `<policies>\r\n\t<inbound><base /><x a='1' />\r\n\t${STATEMENT}</inbound></policies>`,
      lost: 0,
    },
    { name: "a member gone", settings: { ...kept, novelty: [] }, policy: owners.policy, lost: 1 },
    {
      name: "an attribute changed",
      settings: kept,
      policy: owners.policy.replace("1", "2"),
      lost: 1,
    },
    { name: "the policy gone", settings: kept, policy: undefined, lost: 1 },
  ])("$name", ({ settings, policy, lost }) => {
    expect(lostForeign(owners, view({ settings, policy }), promised)).toHaveLength(lost);
  });
});
