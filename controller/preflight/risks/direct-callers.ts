import { listAt, type JsonObject } from "../../azure/json.ts";
import { closes, defineRiskCheck } from "./risk-check.ts";

/** Lets people try functions out in the portal; that is no caller. */
const PORTAL = "https://portal.azure.com";

/** Whoever calls the function past its gateway. */
export const directCallers = defineRiskCheck<JsonObject>({
  code: "DirectCallers",
  meaning: "Whoever calls the function itself, and not its API, is turned away.",
  remedy:
    "Let them call the API instead, name their identities in authentication.allowedCallers, or name their API in spec.apis.",
  cannotSee:
    "who calls the function: its logs are not read. Look at its requests (Application Insights) for callers that are not the gateway.",
  actions: ["Microsoft.Web/sites/config/Read", "Microsoft.Web/sites/slots/config/Read"],
  concerns: closes,
  observe: async ({ webApps }, { siteId }) => await webApps.getWebConfig(siteId),

  judge: (webConfig, { plan, findings }) => {
    const { hostName, hostNames } = plan.facts.site;
    const custom = hostNames.filter((name) => name !== hostName);
    const origins = listAt(webConfig, "/cors/allowedOrigins").flatMap((origin) =>
      typeof origin === "string" && origin !== PORTAL ? [origin] : [],
    );
    return [
      ...findings.filter(({ code }) => code === "OtherApiReaches").map(({ message }) => message),
      ...(custom.length === 0 ? [] : [`It has host names of its own: ${custom.join(", ")}.`]),
      ...(origins.length === 0
        ? []
        : [`CORS lets pages of these origins call it: ${origins.join(", ")}.`]),
    ];
  },
});
