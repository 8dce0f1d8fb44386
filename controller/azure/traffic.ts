import type { Answer, KeyForGateway, Traffic } from "./door.ts";

const KEPT_HEADERS = ["location", "retry-after", "www-authenticate", "x-ms-forbidden-ip"] as const;

/**
 * Calls as a user of the function would make them, over the data plane: GET only, one attempt, no
 * redirects, no cookies, nothing read of the body.
 */
export function traffic(timeoutInMs: number, signal: AbortSignal): Traffic {
  return {
    async call(url, token, key): Promise<Answer> {
      if (key !== undefined && !isFor(key, url)) {
        return {
          kind: "unreachable",
          cause: "not called: the subscription key is for the gateway's own hosts over HTTPS",
        };
      }
      try {
        const response = await fetch(url, {
          redirect: "manual",
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutInMs)]),
          headers: {
            ...(token && { authorization: `Bearer ${token.bearer}` }),
            ...(key && { [key.header]: key.key.reveal() }),
          },
        });
        await response.body?.cancel();
        return {
          kind: "answered",
          status: response.status,
          headers: keptHeaders(response.headers),
        };
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        return { kind: "unreachable", cause: describe(cause) };
      }
    },
  };
}

function isFor({ hosts }: KeyForGateway, url: string): boolean {
  const { protocol, host } = URL.parse(url) ?? {};
  return protocol === "https:" && host !== undefined && hosts.includes(host);
}

function keptHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === "TimeoutError") return "no answer in time";
  return cause.cause instanceof Error ? cause.cause.message || cause.cause.name : cause.message;
}
