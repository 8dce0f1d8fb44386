import { valueAt, type JsonObject } from "../../azure/json.ts";
import { isLeftOpen } from "./left-open.ts";
import { closes, defineRiskCheck } from "./risk-check.ts";

/** Whoever asks the function regularly whether it is well. */
export const healthChecks = defineRiskCheck<JsonObject>({
  code: "HealthChecks",
  meaning:
    "Monitors that call the function without a token get 401 and take it for ill, unless they count that as well.",
  remedy: "Point them at the API, or at a path in authentication.excludedPaths that tells nothing.",
  cannotSee:
    "health checks of others, such as load balancers, Front Door and availability tests: they are configured there. What the app's own health check gets is not tried.",
  actions: ["Microsoft.Web/sites/config/Read", "Microsoft.Web/sites/slots/config/Read"],
  concerns: closes,
  observe: async ({ webApps }, { siteId }) => await webApps.getWebConfig(siteId),

  judge: (webConfig, { target }) => {
    const path = valueAt(webConfig, "/healthCheckPath");
    if (typeof path !== "string" || path === "" || isLeftOpen(target.spec, path)) return [];
    // "Monitor App Service instances by using Health check", Microsoft Learn.
    return [
      `App Service checks ${path} itself. Microsoft says that this check gets through authentication; the function that answers there must not ask for a key.`,
    ];
  },
});
