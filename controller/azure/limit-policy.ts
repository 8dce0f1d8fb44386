import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { retryAfterInMs } from "./errors.ts";
import type { CallKind, Lane, Limiter } from "./limiter.ts";

/**
 * Has each request of a pipeline wait for its turn, and tells the limiter what Azure said: how many
 * calls are left, and for how long it wants none.
 */
export function limitPolicy(limiter: Limiter, lane: Lane): PipelinePolicy {
  return {
    name: "limitPolicy",
    async sendRequest(request, next) {
      const subscription = /\/subscriptions\/([^/?]+)/i.exec(request.url)?.[1];
      if (subscription === undefined) return await next(request);
      const kind = kindOf(request.method);
      await limiter.admit(subscription, kind, lane, request.abortSignal);
      const response = await next(request);
      const remaining = response.headers.get(`x-ms-ratelimit-remaining-subscription-${kind}`);
      if (remaining !== undefined) limiter.learn(subscription, kind, Number(remaining));
      if (response.status === 429) {
        const wait = retryAfterInMs(response.headers.get("retry-after"), Date.now());
        if (wait !== undefined) limiter.pause(subscription, kind, wait);
      }
      return response;
    },
  };
}

function kindOf(method: string): CallKind {
  if (method === "GET" || method === "HEAD") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}
