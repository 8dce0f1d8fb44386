import { describe, expect, test } from "vitest";
import { AUDIENCE, facts, ISSUER, STRANGER, TENANT } from "../../test/support/builders.ts";
import { REASONS } from "../api/v1alpha1/reasons.ts";
import type { Answer } from "../azure/door.ts";
import type { RegistrationFacts, SiteFacts } from "../safeguards/safeguard.ts";
import { diagnose } from "./diagnose.ts";
import type { DirectCall, GatewayCall } from "./probes.ts";

const URL_CALLED = "https://contoso-apim.azure-api.net/orders/health";
const KEY_WANTED = { "www-authenticate": 'AzureApiManagementKey realm="x",name="key"' };
const V1_ISSUER = `https://sts.windows.net/${TENANT}/`;

function answered(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { kind: "answered", status, headers };
}

function saidByGateway(status: number): Answer {
  return { kind: "answered", status, headers: {}, origin: "gateway" };
}

/** What Easy Auth writes into its 401, which API Management hands on. */
function challenge(clientId: string) {
  return {
    "www-authenticate": `Bearer realm="orders-func.azurewebsites.net" authorization_uri="https://login.windows.net/${TENANT}/oauth2/v2.0/authorize" resource_id="${clientId}"`,
  };
}

const direct = (caller: DirectCall["caller"], status: number): DirectCall => ({
  url: "https://orders-func.azurewebsites.net/",
  caller,
  answer: answered(status),
});

/** How the direct calls ended, by what they tell of the function's view of a valid token. */
const DIRECT = {
  none: [],
  recognised: [direct("anonymous", 401), direct("intruder", 403)],
  "not recognised": [direct("anonymous", 401), direct("intruder", 401)],
  "all forbidden": [direct("anonymous", 403), direct("intruder", 403)],
} as const;

interface Case {
  readonly name: string;
  readonly answer: GatewayCall["answer"];
  readonly withKey?: boolean;
  readonly direct?: keyof typeof DIRECT;
  readonly site?: Partial<SiteFacts>;
  readonly registration?: Partial<RegistrationFacts>;
  readonly reason: keyof typeof REASONS;
  /** A part of the remedy. */
  readonly says: RegExp;
  /** What it is right after a change, where that explains it. */
  readonly recently?: "NotYetPropagated";
}

const CASES: readonly Case[] = [
  {
    name: "the API wants a key",
    answer: answered(401, KEY_WANTED),
    reason: "SubscriptionKeyRequired",
    says: /subscriptionKeySecretRef/,
  },
  {
    name: "the API wants another key",
    answer: answered(401, KEY_WANTED),
    withKey: true,
    reason: "SubscriptionKeyRefused",
    says: /active subscription/,
  },
  {
    name: "a stopped app",
    answer: answered(403),
    site: { state: "Stopped" },
    reason: "AppStopped",
    says: /the app is Stopped\. Start it/,
  },
  {
    name: "an IP rule",
    answer: answered(403, { "x-ms-forbidden-ip": "20.1.2.3" }),
    reason: "AddressRefused",
    says: /Allow the gateway's addresses/,
  },
  {
    name: "no public access",
    answer: answered(403),
    site: { publicNetworkAccess: "Disabled" },
    reason: "AddressRefused",
    says: /private way/,
  },
  {
    name: "another audience, in the function's own words",
    answer: answered(401, challenge(STRANGER.clientId)),
    reason: "WrongAudience",
    says: new RegExp(`tokens for ${STRANGER.clientId}, and the gateway brings one for ${AUDIENCE}`),
    recently: "NotYetPropagated",
  },
  {
    name: "another audience, in the settings",
    answer: answered(401),
    site: { accepts: { clientId: STRANGER.clientId, issuer: ISSUER } },
    reason: "WrongAudience",
    says: /registration\.clientId/,
    recently: "NotYetPropagated",
  },
  {
    name: "an issuer of version 1 where Entra issues version 2",
    answer: answered(401, challenge(AUDIENCE.toUpperCase())),
    site: { accepts: { clientId: AUDIENCE, issuer: V1_ISSUER } },
    direct: "not recognised",
    reason: "IssuerMismatch",
    says: /requestedAccessTokenVersion of the registration to 2/,
    recently: "NotYetPropagated",
  },
  {
    name: "an issuer of version 2 where Entra issues version 1",
    answer: answered(401),
    registration: { issuer: V1_ISSUER },
    reason: "IssuerMismatch",
    says: /Entra issues them as https:\/\/sts/,
    recently: "NotYetPropagated",
  },
  {
    name: "the other spelling of an issuer is no mismatch",
    answer: answered(401),
    site: {
      accepts: { clientId: AUDIENCE, issuer: `https://sts.windows.net/${TENANT}/v2.0` },
    },
    direct: "recognised",
    reason: "PolicyNotExecuted",
    says: /<base \/>/,
    recently: "NotYetPropagated",
  },
  {
    name: "other tokens are recognised, so none came",
    answer: answered(401, challenge(AUDIENCE)),
    direct: "recognised",
    reason: "PolicyNotExecuted",
    says: /operation policy without <base \/>/,
    recently: "NotYetPropagated",
  },
  {
    name: "no token is recognised, though the settings are right",
    answer: answered(401),
    direct: "not recognised",
    reason: "TokenNotAccepted",
    says: /though its settings are right/,
    recently: "NotYetPropagated",
  },
  {
    name: "nothing tells whether a token came",
    answer: answered(401),
    reason: "TokenNotAccepted",
    says: /audience, issuer and tenant/,
    recently: "NotYetPropagated",
  },
  {
    name: "settings that name no registration",
    answer: answered(401),
    site: { accepts: { clientId: undefined, issuer: ISSUER } },
    reason: "TokenNotAccepted",
    says: /name no registration/,
    recently: "NotYetPropagated",
  },
  {
    name: "403 to all tells nothing of tokens",
    answer: answered(401),
    direct: "all forbidden",
    reason: "TokenNotAccepted",
    says: /audience, issuer and tenant/,
    recently: "NotYetPropagated",
  },
  {
    name: "the gateway's identity is not on the list",
    answer: answered(403),
    direct: "recognised",
    reason: "CallerNotAllowed",
    says: /allow-lists/,
    recently: "NotYetPropagated",
  },
  {
    name: "an open function that wants its own key",
    answer: answered(401),
    site: { enforced: false },
    reason: "UnexpectedStatus",
    says: /authLevel/,
  },
  {
    name: "an open function that forbids by itself",
    answer: answered(403),
    site: { enforced: false },
    reason: "UnexpectedStatus",
    says: /expectedStatus/,
  },
  {
    name: "no such operation",
    answer: saidByGateway(404),
    reason: "PathNotFound",
    says: /no GET operation/,
  },
  {
    name: "no such function",
    answer: answered(404),
    reason: "PathNotFound",
    says: /the function has no such path/,
  },
  {
    name: "an assignment is demanded",
    answer: saidByGateway(500),
    registration: { refusal: "AADSTS501051: not assigned to a role" },
    reason: "RoleNotAssigned",
    says: /Assign the gateway's identity/,
  },
  {
    name: "no service principal",
    answer: saidByGateway(500),
    registration: { refusal: "AADSTS500011: not found" },
    reason: "ServicePrincipalMissing",
    says: /az ad sp create/,
  },
  {
    name: "a gateway in trouble",
    answer: saidByGateway(500),
    reason: "GatewayFailing",
    says: /service principal, then the API's trace/,
    recently: "NotYetPropagated",
  },
  {
    name: "a function in trouble",
    answer: answered(503),
    reason: "FunctionFailing",
    says: /function's logs/,
  },
  {
    name: "a redirect",
    answer: answered(302),
    reason: "UnexpectedStatus",
    says: /correct expectedStatus or path/,
  },
  {
    name: "no way there",
    answer: { kind: "unreachable", cause: "ENOTFOUND" },
    reason: "NoRoute",
    says: /cannot be reached from here \(ENOTFOUND\)/,
  },
];

function verdictOn(
  {
    answer,
    withKey = false,
    direct = "none",
    site,
    registration,
  }: Omit<Case, "reason" | "says" | "name">,
  { isRecent = false, expectedStatus = 200 } = {},
) {
  const known = facts();
  return diagnose(
    { direct: DIRECT[direct], gateway: [{ url: URL_CALLED, expectedStatus, withKey, answer }] },
    {
      site: { ...known.site, ...site },
      registration: { ...known.registration, ...registration },
      isRecent,
    },
  );
}

describe("a call through the gateway that went wrong", () => {
  test.each(CASES)("$name: $reason, with a remedy", ({ reason, says, ...seen }) => {
    const verdict = verdictOn(seen);
    expect(verdict).toMatchObject({ status: "False", reason, gateway: "failed" });
    expect(verdict.message).toContain(URL_CALLED);
    expect(verdict.message).toMatch(says);
    expect(REASONS[reason].remedy).not.toBe("");
  });

  test.each(CASES)(
    "$name, right after a change",
    ({ reason, recently = reason, says, ...seen }) => {
      const verdict = verdictOn(seen, { isRecent: true });
      expect(verdict).toMatchObject({ status: "False", reason: recently, gateway: "failed" });
      expect(verdict.message).toMatch(says);
    },
  );
});

describe("every combination", () => {
  const answers: readonly Answer[] = [
    ...CASES.flatMap(({ answer }) => (answer.kind === "withheld" ? [] : [answer])),
    ...[200, 204, 400, 405, 429, 502, 504].map((status) => answered(status)),
  ];
  const sites: readonly Partial<SiteFacts>[] = [
    {},
    { enforced: false },
    { state: "Stopped" },
    { state: undefined },
    { publicNetworkAccess: "Disabled" },
    { accepts: { clientId: undefined, issuer: undefined } },
    { accepts: { clientId: STRANGER.clientId, issuer: V1_ISSUER } },
  ];
  const refusals = [undefined, "AADSTS501051: x", "AADSTS500011: x", "AADSTS700016: x"];
  const combinations = answers.flatMap((answer) =>
    sites.flatMap((site) =>
      (Object.keys(DIRECT) as (keyof typeof DIRECT)[]).flatMap((direct) =>
        refusals.flatMap((refusal) =>
          [false, true].map((withKey) => ({
            answer,
            site,
            direct,
            withKey,
            registration: { refusal },
          })),
        ),
      ),
    ),
  );

  test("is judged by the status that the spec expects, and has a reason of its own otherwise", () => {
    const reasons = new Set<string>();
    for (const seen of combinations) {
      const isExpected = seen.answer.kind === "answered" && seen.answer.status === 200;
      const verdict = verdictOn(seen);
      expect(verdict.gateway).toBe(isExpected ? "passed" : "failed");
      if (isExpected) continue;
      expect(verdict.status).toBe("False");
      expect(Object.keys(REASONS)).toContain(verdict.reason);
      expect(["Succeeded", "Unverified"]).not.toContain(verdict.reason);
      reasons.add(verdict.reason);
    }
    const named = CASES.map(({ reason }) => reason as string);
    expect(reasons).toEqual(new Set(named));
  });

  test("right after a change has the same outcome, and only another reason", () => {
    for (const seen of combinations) {
      const settled = verdictOn(seen);
      const recent = verdictOn(seen, { isRecent: true });
      expect({ ...recent, reason: "", message: "" }).toEqual({
        ...settled,
        reason: "",
        message: "",
      });
      expect([settled.reason, "NotYetPropagated"]).toContain(recent.reason);
      expect(recent.message.startsWith(settled.message)).toBe(true);
    }
  });
});

test("the status that the spec expects is a pass, whatever it is", () => {
  expect(verdictOn({ answer: answered(404) }, { expectedStatus: 404 })).toMatchObject({
    status: "True",
    gateway: "passed",
  });
});
