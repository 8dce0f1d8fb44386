import type { PipelinePolicy, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/core-auth";
import type { AzureService, CallObserver } from "./call-observer.ts";
import { CALL_KINDS } from "./limiter.ts";

/**
 * Where Azure puts the id of a request: Resource Manager in the first, most services in the second,
 * Microsoft Graph in the third.
 */
const ID_HEADERS = ["x-ms-correlation-request-id", "x-ms-request-id", "request-id"] as const;

/** Headers are foreign text, which may quote anything: only what is an id by its form passes. */
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Tells an observer of each request that a pipeline sends. It belongs behind the policies that wait or
 * sign, so that the time is Azure's own.
 */
export function observePolicy(
  observer: CallObserver,
  serviceOf: (url: string) => AzureService,
  monotonic: () => number = () => performance.now(),
): PipelinePolicy {
  return {
    name: "observePolicy",
    async sendRequest(request, next) {
      const since = monotonic();
      const ended = (response: PipelineResponse | undefined) =>
        observer.called({
          service: serviceOf(request.url),
          method: request.method,
          status: response?.status,
          durationInMs: monotonic() - since,
          correlationId: response && correlationIdOf(response),
        });
      try {
        const response = await next(request);
        ended(response);
        tellRemaining(observer, request, response);
        return response;
      } catch (cause) {
        // An aborted request says nothing about Azure.
        if (request.abortSignal?.aborted !== true) ended(undefined);
        throw cause;
      }
    },
  };
}

/** Which service of Azure Resource Manager a URL belongs to. */
export function armServiceOf(url: string): AzureService {
  const provider = /\/providers\/(Microsoft\.\w+)\//i.exec(url)?.[1]?.toLowerCase();
  if (provider === "microsoft.apimanagement") return "api-management";
  return provider === "microsoft.web" ? "app-service" : "resource-manager";
}

/** The same credential; an observer is told whenever it gives no token. */
export function observedCredential(
  credential: TokenCredential,
  observer: CallObserver,
): TokenCredential {
  return {
    async getToken(scopes, options) {
      try {
        return await credential.getToken(scopes, options);
      } catch (cause) {
        if (options?.abortSignal?.aborted !== true) observer.credentialFailed();
        throw cause;
      }
    },
  };
}

function correlationIdOf({ headers }: PipelineResponse): string | undefined {
  return ID_HEADERS.map((name) => headers.get(name)).find(
    (value) => value !== undefined && ID.test(value),
  );
}

function tellRemaining(
  observer: CallObserver,
  { url }: PipelineRequest,
  { headers }: PipelineResponse,
): void {
  const subscription = /\/subscriptions\/([0-9a-f-]{36})(?:\/|$)/i.exec(url)?.[1]?.toLowerCase();
  if (subscription === undefined) return;
  for (const kind of CALL_KINDS) {
    const told = headers.get(`x-ms-ratelimit-remaining-subscription-${kind}`);
    if (told !== undefined && /^\d+$/.test(told)) {
      observer.remainingTold(subscription, kind, Number(told));
    }
  }
}
