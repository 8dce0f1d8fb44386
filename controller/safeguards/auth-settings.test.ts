import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asAzureAnswers, authSettings } from "../../test/support/auth-settings.ts";
import {
  anAuthentication,
  aSpec,
  AUDIENCE,
  facts,
  GATEWAY,
  gatewayFacts,
  ISSUER,
  STRANGER,
  TENANT,
} from "../../test/support/builders.ts";
import type { Danger, SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import { valueAt, withValueAt, type Json, type JsonObject } from "../azure/json.ts";
import { compareSetting, desiredSettings, type DesiredSetting } from "./auth-settings.ts";
import { KNOWN_AFTER_APPLY } from "./safeguard.ts";

const ENTRA = "/identityProviders/azureActiveDirectory";
const APPLICATIONS = `${ENTRA}/validation/defaultAuthorizationPolicy/allowedApplications`;
const IDENTITIES = `${ENTRA}/validation/defaultAuthorizationPolicy/allowedPrincipals/identities`;
const GROUPS = `${ENTRA}/validation/defaultAuthorizationPolicy/allowedPrincipals/groups`;
const AUDIENCES = `${ENTRA}/validation/allowedAudiences`;
const ISSUER_POINTER = `${ENTRA}/registration/openIdIssuer`;
const ACTION = "/globalValidation/unauthenticatedClientAction";
const EXCLUDED = "/globalValidation/excludedPaths";

function desired(spec: Partial<SecuredFunctionBackendSpec> = {}): readonly DesiredSetting[] {
  return desiredSettings(aSpec(spec), facts());
}

/** What a document does otherwise than desired, by pointer. */
function differences(
  document: JsonObject,
  settings: readonly DesiredSetting[] = desired(),
): Record<string, Danger> {
  return Object.fromEntries(
    settings.flatMap((setting) => {
      const danger = compareSetting(setting, valueAt(document, setting.pointer));
      return danger === undefined ? [] : [[setting.pointer, danger]];
    }),
  );
}

describe("desiredSettings", () => {
  const caller = { objectId: STRANGER.principalId, clientId: STRANGER.clientId };

  function listAt(pointer: string, settings: readonly DesiredSetting[]): Json | undefined {
    return settings.find((setting) => setting.pointer === pointer)?.value;
  }

  test("each caller stands in both lists, since Easy Auth asks for both", () => {
    const settings = desired({ authentication: anAuthentication({ allowedCallers: [caller] }) });
    expect(listAt(APPLICATIONS, settings)).toEqual([GATEWAY.clientId, caller.clientId]);
    expect(listAt(IDENTITIES, settings)).toEqual([GATEWAY.principalId, caller.objectId]);
  });

  test("who is named twice stands in a list once", () => {
    const twice = { objectId: GATEWAY.principalId.toUpperCase(), clientId: GATEWAY.clientId };
    const settings = desired({ authentication: anAuthentication({ allowedCallers: [twice] }) });
    expect(listAt(APPLICATIONS, settings)).toEqual([GATEWAY.clientId]);
    expect(listAt(IDENTITIES, settings)).toEqual([GATEWAY.principalId]);
  });

  test("no list is ever empty", () => {
    const callers = fc.array(fc.record({ objectId: fc.uuid(), clientId: fc.uuid() }));
    const texts = fc.array(fc.string({ minLength: 1 }), { maxLength: 2 });
    const authentication = fc.record({
      allowedCallers: callers,
      allowedAudiences: texts,
      excludedPaths: texts,
    });
    fc.assert(
      fc.property(authentication, (overrides) => {
        for (const { value } of desired({ authentication: anAuthentication(overrides) })) {
          expect(value).not.toEqual([]);
        }
      }),
    );
  });
});

describe("what means the same is no difference", () => {
  function withValue(pointer: string, value: Json | undefined): JsonObject {
    return withValueAt(authSettings(), pointer, value);
  }
  test.each<{ name: string; document: JsonObject }>([
    { name: "the settings as they were written", document: authSettings() },
    {
      name: "GUIDs in capitals",
      document: authSettings({
        identities: [GATEWAY.principalId.toUpperCase()],
        applications: [GATEWAY.clientId.toUpperCase()],
      }),
    },
    {
      name: "the client id in capitals",
      document: withValue(`${ENTRA}/registration/clientId`, AUDIENCE.toUpperCase()),
    },
    {
      name: "the other spelling of a version 2 issuer",
      document: withValue(ISSUER_POINTER, `https://sts.windows.net/${TENANT}/v2.0`),
    },
    {
      name: "an issuer with a slash at its end",
      document: withValue(ISSUER_POINTER, `${ISSUER}/`),
    },
    { name: "an issuer in capitals", document: withValue(ISSUER_POINTER, ISSUER.toUpperCase()) },
    {
      name: "the audience that Easy Auth accepts anyway",
      document: withValue(AUDIENCES, [AUDIENCE]),
    },
    {
      name: "its own URI, as the portal writes it",
      document: withValue(AUDIENCES, [`api://${AUDIENCE}`]),
    },
    { name: "an empty list of audiences", document: withValue(AUDIENCES, []) },
    { name: "an empty list of groups", document: withValue(GROUPS, []) },
    { name: "an empty list of excluded paths", document: withValue(EXCLUDED, []) },
    {
      name: "HTTPS required, as it is by default",
      document: withValue("/httpSettings/requireHttps", true),
    },
    {
      name: "a provider that is not said to be off",
      document: withValue(`${ENTRA}/enabled`, undefined),
    },
  ])("$name", ({ document }) => {
    expect(differences(document)).toEqual({});
  });

  test("what Azure fills in by itself", () => {
    const filled = asAzureAnswers(authSettings());
    expect(filled).not.toEqual(authSettings());
    expect(differences(filled)).toEqual({});
  });
});

describe("what means something else is a difference", () => {
  test.each<{ pointer: string; observed: Json | undefined; danger: Danger; reason: string }>([
    { pointer: "/platform/enabled", observed: false, danger: "Weakens", reason: "open to all" },
    {
      pointer: "/platform/enabled",
      observed: undefined,
      danger: "Weakens",
      reason: "off unless on",
    },
    {
      pointer: "/globalValidation/requireAuthentication",
      observed: undefined,
      danger: "Weakens",
      reason: "off unless on",
    },
    {
      pointer: "/httpSettings/requireHttps",
      observed: false,
      danger: "Weakens",
      reason: "tokens in clear text",
    },
    {
      pointer: `${ENTRA}/enabled`,
      observed: false,
      danger: "Weakens",
      reason: "nobody checks tokens",
    },
    {
      pointer: ACTION,
      observed: "AllowAnonymous",
      danger: "Weakens",
      reason: "lets all through although authentication is required",
    },
    {
      pointer: ACTION,
      observed: undefined,
      danger: "Weakens",
      reason: "nothing is said of anonymous callers",
    },
    {
      pointer: ACTION,
      observed: "RedirectToLoginPage",
      danger: "Cosmetic",
      reason: "refused too, in another way",
    },
    {
      pointer: ACTION,
      observed: "Return404",
      danger: "Cosmetic",
      reason: "accepted by the platform though in no list",
    },
    { pointer: EXCLUDED, observed: ["/api/*"], danger: "Weakens", reason: "a path is open" },
    {
      pointer: `${ENTRA}/registration/clientId`,
      observed: STRANGER.clientId,
      danger: "Weakens",
      reason: "tokens for somebody else",
    },
    {
      pointer: ISSUER_POINTER,
      observed: `https://sts.windows.net/${TENANT}/`,
      danger: "Hardens",
      reason: "the gateway's version is turned away",
    },
    {
      pointer: ISSUER_POINTER,
      observed: ISSUER.replace(TENANT, STRANGER.clientId),
      danger: "Weakens",
      reason: "another tenant's tokens are taken",
    },
    {
      pointer: ISSUER_POINTER,
      observed: "https://login.microsoftonline.com/common/v2.0",
      danger: "Weakens",
      reason: "no tenant is checked",
    },
    {
      pointer: ISSUER_POINTER,
      observed: undefined,
      danger: "Weakens",
      reason: "no issuer is checked",
    },
    {
      pointer: AUDIENCES,
      observed: ["https://other"],
      danger: "Weakens",
      reason: "tokens for somebody else",
    },
    {
      pointer: APPLICATIONS,
      observed: undefined,
      danger: "Weakens",
      reason: "every application of the tenant gets in",
    },
    {
      pointer: APPLICATIONS,
      observed: [],
      danger: "Weakens",
      reason: "read as nobody here, as everybody there",
    },
    {
      pointer: APPLICATIONS,
      observed: [GATEWAY.clientId, STRANGER.clientId],
      danger: "Weakens",
      reason: "a stranger gets in",
    },
    {
      pointer: IDENTITIES,
      observed: [STRANGER.principalId],
      danger: "Weakens",
      reason: "a stranger gets in",
    },
    {
      pointer: IDENTITIES,
      observed: GATEWAY.principalId,
      danger: "Weakens",
      reason: "a text is no list",
    },
    {
      pointer: GROUPS,
      observed: [STRANGER.principalId],
      danger: "Weakens",
      reason: "a group's members get in",
    },
  ])("$pointer $observed: $reason", ({ pointer, observed, danger }) => {
    expect(differences(withValueAt(authSettings(), pointer, observed))).toEqual({
      [pointer]: danger,
    });
  });

  test("a caller of the spec who is left out is kept out", () => {
    const settings = desiredSettings(
      aSpec(),
      facts({ gateways: [gatewayFacts(), gatewayFacts(STRANGER)] }),
    );
    expect(differences(authSettings(), settings)).toEqual({
      [APPLICATIONS]: "Hardens",
      [IDENTITIES]: "Hardens",
    });
  });

  test("wanted additions that are not there keep somebody out", () => {
    const authentication = anAuthentication({
      allowedAudiences: ["https://also"],
      excludedPaths: ["/health"],
    });
    expect(differences(authSettings(), desired({ authentication }))).toEqual({
      [AUDIENCES]: "Hardens",
      [EXCLUDED]: "Hardens",
    });
  });

  test("an issuer of another tenant than the gateways' is never desired: it would keep them out", () => {
    const gateways = [gatewayFacts(), gatewayFacts({ tenantId: STRANGER.clientId })];
    const settings = desiredSettings(aSpec(), facts({ gateways }));
    const issuer = settings.find(({ pointer }) => pointer === ISSUER_POINTER);
    expect(issuer?.value).toBe(KNOWN_AFTER_APPLY);
  });

  test("an issuer that is not known yet says nothing about the one that is there", () => {
    const registration = { ...facts().registration, issuer: KNOWN_AFTER_APPLY };
    const settings = desiredSettings(aSpec(), facts({ registration }));
    expect(differences(authSettings(), settings)).toEqual({});
    const without = withValueAt(authSettings(), ISSUER_POINTER, undefined);
    expect(differences(without, settings)).toEqual({ [ISSUER_POINTER]: "Weakens" });
  });
});

describe("laws", () => {
  const junk = fc.oneof(
    fc.constantFrom<Json>(null, true, false, "AllowAnonymous", 3, {}),
    fc.array(fc.uuid(), { maxLength: 3 }),
  );
  const owned = desired().map(({ pointer }) => pointer);
  const document = fc
    .array(
      fc.tuple(fc.constantFrom(...owned, "/platform", ENTRA, "/foreign/a", "/login/b"), junk),
      { maxLength: 8 },
    )
    .map((values) =>
      values.reduce<JsonObject>(
        (sofar, [pointer, value]) => withValueAt(sofar, pointer, value),
        {},
      ),
    );

  function corrected(before: JsonObject): JsonObject {
    return desired()
      .filter((setting) => compareSetting(setting, valueAt(before, setting.pointer)) !== undefined)
      .reduce((sofar, { pointer, value }) => withValueAt(sofar, pointer, value), before);
  }

  test("once the differences are put right, there are none", () => {
    fc.assert(
      fc.property(document, (before) => {
        expect(differences(corrected(before))).toEqual({});
      }),
    );
  });

  test("what is not owned stays", () => {
    fc.assert(
      fc.property(document, (before) => {
        const after = corrected(before);
        for (const pointer of ["/foreign/a", "/login/b"]) {
          expect(valueAt(after, pointer)).toEqual(valueAt(before, pointer));
        }
      }),
    );
  });

  test("the order of lists means nothing", () => {
    const ids = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 5 });
    const shuffled = ids.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([identities, inOtherOrder]) => {
        const gateways = identities.map((principalId) => gatewayFacts({ principalId }));
        const settings = desiredSettings(aSpec(), facts({ gateways }));
        expect(differences(authSettings({ identities: inOtherOrder }), settings)).toEqual({});
      }),
    );
  });
});
