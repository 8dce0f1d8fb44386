import type { CallObserver } from "./call-observer.ts";
import type { Answer, KeyForGateway, Traffic } from "./door.ts";
import { isSaidByGateway } from "./gateway-words.ts";
import type { Permit } from "./permit.ts";

const KEPT_HEADERS = ["location", "retry-after", "www-authenticate", "x-ms-forbidden-ip"] as const;

const LONGEST_GATEWAY_ERROR = 2048;

export interface TrafficOptions {
  readonly timeoutInMs: number;
  readonly permit: Permit;
  readonly observer: CallObserver;
}

/**
 * Calls as a user of the function would make them, over the data plane: GET only, one attempt, no
 * redirects, no cookies, nothing kept of the body.
 */
export function traffic(
  { timeoutInMs, permit, observer }: TrafficOptions,
  signal: AbortSignal,
): Traffic {
  return {
    async call(url, token, key): Promise<Answer> {
      if (key !== undefined && !isFor(key, url)) {
        return {
          kind: "unreachable",
          cause: "not called: the subscription key is for the gateway's own hosts over HTTPS",
        };
      }
      permit();
      const since = performance.now();
      const ended = (status: number | undefined) =>
        observer.called({
          service: "data-plane",
          method: "GET",
          status,
          durationInMs: performance.now() - since,
          correlationId: undefined,
        });
      try {
        const response = await fetch(url, {
          redirect: "manual",
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutInMs)]),
          headers: {
            ...(token && { authorization: `Bearer ${token.bearer}` }),
            ...(key && { [key.header]: key.key.reveal() }),
          },
        });
        ended(response.status);
        return {
          kind: "answered",
          status: response.status,
          headers: keptHeaders(response.headers),
          ...((await isGatewaysError(response)) && { origin: "gateway" as const }),
        };
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        ended(undefined);
        return { kind: "unreachable", cause: describe(cause) };
      }
    },
  };
}

function isFor({ hosts }: KeyForGateway, url: string): boolean {
  const { protocol, host } = URL.parse(url) ?? {};
  return protocol === "https:" && host !== undefined && hosts.includes(host);
}

/** Reads no more of a body than an error of API Management is long, and of other bodies nothing. */
async function isGatewaysError({ status, headers, body }: Response): Promise<boolean> {
  if (body === null) return false;
  if (status < 400 || !/json/i.test(headers.get("content-type") ?? "")) {
    await body.cancel();
    return false;
  }
  return isSaidByGateway(status, await readStart(body));
}

/** A body that breaks off says nothing; its status stands all the same. */
async function readStart(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > LONGEST_GATEWAY_ERROR) break;
    }
  } catch {
    return "";
  }
  return text;
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
