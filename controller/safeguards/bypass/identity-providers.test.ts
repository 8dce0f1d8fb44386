import { describe, expect, test } from "vitest";
import type { Json } from "../../azure/json.ts";
import { look } from "../../../test/support/look.ts";
import { identityProviders } from "./identity-providers.ts";

async function providersFound(providers: Json) {
  const found = await look(identityProviders, {
    site: { settings: { identityProviders: providers } },
  });
  return found.map(({ message }) => /provider (\S+)/.exec(message)?.[1]);
}

describe("another identity provider is a way in", () => {
  test.each([
    { name: "GitHub", providers: { gitHub: { enabled: true, registration: { clientId: "x" } } } },
    { name: "Facebook", providers: { facebook: { registration: { appId: "x" } } } },
    { name: "Twitter", providers: { twitter: { registration: { consumerKey: "x" } } } },
    {
      name: "one's own",
      providers: {
        customOpenIdConnectProviders: { mine: { registration: { clientId: "x" } } },
      },
    },
  ])("with a registration: $name", async ({ providers }) => {
    expect(await providersFound(providers)).toHaveLength(1);
  });

  test.each([
    { name: "as Azure fills it in", provider: { enabled: true, login: {}, registration: {} } },
    { name: "with an empty registration", provider: { registration: { clientId: "" } } },
    { name: "switched off", provider: { enabled: false, registration: { clientId: "x" } } },
    { name: "absent", provider: null },
  ])("not when it is there by default: $name", async ({ provider }) => {
    expect(await providersFound({ gitHub: provider })).toEqual([]);
  });

  test("Entra is none", async () => {
    const entra = { azureActiveDirectory: { registration: { clientId: "x" } } };
    expect(await providersFound(entra)).toEqual([]);
  });

  test("nothing is concluded from settings that were never written", async () => {
    expect(await look(identityProviders, { site: { settings: {} } })).toEqual([]);
  });
});
