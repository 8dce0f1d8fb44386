import type { AzureCall, CallObserver } from "../azure/call-observer.ts";
import type { AzureMetrics } from "./azure-metrics.ts";
import type { Log } from "./log.ts";

/** Counts the calls to Azure, and logs each with the id by which Microsoft's support finds it. */
export function azureObserver(metrics: AzureMetrics, log: Log): CallObserver {
  return {
    called: (call) => {
      metrics.called(call);
      const { service, method, status, durationInMs, correlationId } = call;
      log[isTrouble(call) ? "info" : "debug"](
        {
          service,
          method,
          status,
          durationInMs: Math.round(durationInMs),
          azureCorrelationId: correlationId,
        },
        "azure called",
      );
    },
    credentialFailed: () => {
      metrics.credentialFailed();
      log.warn({}, "no token for azure");
    },
    remainingTold: (subscription, kind, calls) => metrics.remainingTold(subscription, kind, calls),
  };
}

/** Functions refuse callers as they should, and a 404 or a lost race is nothing out of the ordinary. */
function isTrouble({ service, status = 0 }: AzureCall): boolean {
  if (service === "data-plane") return false;
  return status < 200 || status === 401 || status === 403 || status === 429 || status >= 500;
}
