import { describe, expect, test } from "vitest";
import { assess } from "../../test/support/assess.ts";
import {
  asAzureAnswers,
  authSettings,
  NEVER_CONFIGURED,
} from "../../test/support/auth-settings.ts";
import {
  aBackend,
  anAuthentication,
  AUTH_SETTINGS,
  facts,
  START,
} from "../../test/support/builders.ts";
import { FakeAzure } from "../../test/support/fake-azure.ts";
import { withValueAt, type JsonObject } from "../azure/json.ts";
import { authentication, isEnforced } from "./authentication.ts";
import { isKnown, KNOWN_AFTER_APPLY } from "./safeguard.ts";
import { targetOf } from "./target.ts";

function azureWith(settings: JsonObject): FakeAzure {
  return new FakeAzure({ settings });
}

describe("isEnforced", () => {
  const action = "/globalValidation/unauthenticatedClientAction";
  test.each<{ name: string; settings: JsonObject; enforced: boolean }>([
    { name: "closed", settings: authSettings(), enforced: true },
    {
      name: "closed, as Azure answers it",
      settings: asAzureAnswers(authSettings()),
      enforced: true,
    },
    { name: "never configured", settings: NEVER_CONFIGURED, enforced: false },
    {
      name: "switched off",
      settings: withValueAt(authSettings(), "/platform/enabled", false),
      enforced: false,
    },
    {
      name: "not required",
      settings: withValueAt(authSettings(), "/globalValidation/requireAuthentication", false),
      enforced: false,
    },
    {
      name: "required, and anonymous callers let through",
      settings: withValueAt(authSettings(), action, "AllowAnonymous"),
      enforced: false,
    },
    {
      name: "required, and nothing said of anonymous callers",
      settings: withValueAt(authSettings(), action, undefined),
      enforced: false,
    },
    {
      name: "sends people to a login page",
      settings: withValueAt(authSettings(), action, "RedirectToLoginPage"),
      enforced: true,
    },
  ])("$name", async ({ settings, enforced }) => {
    expect(isEnforced(settings)).toBe(enforced);
    const { facts } = await assess(authentication, azureWith(settings));
    expect(facts.site?.enforced).toBe(enforced);
  });
});

describe("what is to be changed", () => {
  test("nothing on a function that is closed", async () => {
    const { changes, obstacle } = await assess(
      authentication,
      azureWith(asAzureAnswers(authSettings())),
    );
    expect({ changes, obstacle }).toEqual({ changes: [], obstacle: undefined });
  });

  test("all of it in one resource, and so in one write", async () => {
    const { changes } = await assess(authentication, azureWith(NEVER_CONFIGURED));
    expect(new Set(changes.map(({ resource }) => resource))).toEqual(new Set([AUTH_SETTINGS]));
    expect(changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "authentication:/platform/enabled",
        expect.stringMatching(/allowedApplications$/),
        expect.stringMatching(/allowedPrincipals\/identities$/),
      ]),
    );
  });

  test("a difference says where, what and what is there", async () => {
    const settings = withValueAt(authSettings(), "/globalValidation/excludedPaths", ["/api/*"]);
    const spec = { authentication: anAuthentication({ excludedPaths: ["/health"] }) };
    const { changes } = await assess(authentication, azureWith(settings), { spec });
    expect(changes).toEqual([
      {
        safeguard: "authentication",
        resource: AUTH_SETTINGS,
        path: "authentication:/globalValidation/excludedPaths",
        desired: ["/health"],
        observed: ["/api/*"],
        danger: "Weakens",
        patch: {
          kind: "auth-settings",
          pointer: "/globalValidation/excludedPaths",
          value: ["/health"],
        },
      },
    ]);
  });

  test("what waits for the gateway's identity is not known yet", async () => {
    const gateways = facts().gateways.map((gateway) => ({
      ...gateway,
      clientId: KNOWN_AFTER_APPLY,
    }));
    const { changes } = await assess(authentication, azureWith(authSettings()), {
      facts: { gateways },
    });
    expect(changes.map((change) => [change.path.split("/").at(-1), isKnown(change)])).toEqual([
      ["allowedApplications", false],
    ]);
  });
});

describe("what is in the way", () => {
  test("a file in the app's content overrides what is set in Azure", async () => {
    const settings = withValueAt(NEVER_CONFIGURED, "/platform/configFilePath", "auth.json");
    const { changes, obstacle } = await assess(authentication, azureWith(settings));
    expect(obstacle).toMatchObject({ kind: "blocked", reason: "FileBasedSettings" });
    expect(changes).toEqual([]);
  });

  test("an empty file name is none", async () => {
    const settings = withValueAt(authSettings(), "/platform/configFilePath", "");
    const { obstacle } = await assess(authentication, azureWith(settings));
    expect(obstacle).toBeUndefined();
  });

  test("settings of version 1 are not converted, since there is no way back", async () => {
    const azure = azureWith(NEVER_CONFIGURED);
    azure.guardedByV1 = true;
    const { changes, obstacle } = await assess(authentication, azure);
    expect(obstacle).toMatchObject({ kind: "blocked", reason: "NeedsMigration" });
    expect(changes).toEqual([]);
  });

  test("version 1 is not asked about while version 2 is on: then both say on", async () => {
    const azure = azureWith(authSettings());
    azure.guardedByV1 = true;
    const { obstacle } = await assess(authentication, azure);
    expect(obstacle).toBeUndefined();
    expect(azure.calls).not.toContain("isAuthenticationOn");
  });
});

test("it names the resource that it writes", () => {
  const target = targetOf(aBackend(), undefined, Date.parse(START));
  expect(authentication.resources(target)).toEqual([AUTH_SETTINGS]);
});
