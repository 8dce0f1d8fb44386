import { isJsonObject, valueAt, type Json } from "../../azure/json.ts";
import { authSettingsId } from "../../azure/resource-ids.ts";
import { defineBypassCheck, observeNothing } from "./bypass-check.ts";

const ENTRA = "azureActiveDirectory";
const CUSTOM = "customOpenIdConnectProviders";

/**
 * Other identity providers: their users get in past the allow-lists, which belong to Entra's. Once
 * anything was written, the settings hold every provider as enabled; only one with a registration works.
 */
export const identityProviders = defineBypassCheck({
  codes: ["OtherIdentityProvider"],
  actions: [],
  observe: observeNothing,

  judge(_, { target, facts }) {
    const providers = valueAt(facts.site.settings, "/identityProviders") ?? {};
    const custom = valueAt(providers, `/${CUSTOM}`) ?? {};
    const others = isJsonObject(providers)
      ? Object.entries(providers).filter(([name]) => name !== ENTRA && name !== CUSTOM)
      : [];
    return [...others, ...(isJsonObject(custom) ? Object.entries(custom) : [])]
      .filter(([, provider]) => isWorking(provider))
      .map(([name]) => ({
        code: "OtherIdentityProvider",
        resource: authSettingsId(target.siteId),
        message: `${facts.site.hostName} accepts users of the identity provider ${name} besides Entra's.`,
      }));
  },
});

function isWorking(provider: Json): boolean {
  if (!isJsonObject(provider) || provider["enabled"] === false) return false;
  const registration = provider["registration"];
  return (
    isJsonObject(registration) &&
    ["clientId", "appId", "consumerKey"].some((name) => {
      const value = registration[name];
      return typeof value === "string" && value !== "";
    })
  );
}
