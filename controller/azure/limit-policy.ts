import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { retryAfterInMs } from "./errors.ts";
import type { CallKind, Lane, Limiter } from "./limiter.ts";

/**
 * Has each request of a pipeline wait for its turn, and tells the limiter what Azure said: how many
 * calls are left, and for how long it wants none.
 *
 * @param accountOf whose count a request goes on, by its URL; undefined: it is not counted.
 */
export function limitPolicy(
  limiter: Limiter,
  lane: Lane,
  accountOf: (url: string) => string | undefined = subscriptionIn,
): PipelinePolicy {
  return {
    name: "limitPolicy",
    async sendRequest(request, next) {
      const account = accountOf(request.url);
      if (account === undefined) return await next(request);
      const kind = kindOf(request.method);
      await limiter.admit(account, kind, lane, request.abortSignal);
      const response = await next(request);
      const remaining = response.headers.get(`x-ms-ratelimit-remaining-subscription-${kind}`);
      if (remaining !== undefined) limiter.learn(account, kind, Number(remaining));
      if (response.status === 429) {
        const wait = retryAfterInMs(response.headers.get("retry-after"), Date.now());
        if (wait !== undefined) limiter.pause(account, kind, wait);
      }
      return response;
    },
  };
}

function subscriptionIn(url: string): string | undefined {
  const id = /\/subscriptions\/([^/?]+)/i.exec(url)?.[1];
  return id === undefined ? undefined : `subscription ${id}`;
}

function kindOf(method: string): CallKind {
  if (method === "GET" || method === "HEAD") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}
