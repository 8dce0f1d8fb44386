import type { TokenCredential } from "@azure/core-auth";
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
} from "@azure/core-rest-pipeline";
import type { CallObserver } from "./call-observer.ts";
import { timeLimitPolicy } from "./credential.ts";
import { AzureError, classifyAnswer, classifyFailure } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import { limitPolicy } from "./limit-policy.ts";
import type { Lane, Limiter } from "./limiter.ts";
import { observePolicy } from "./observe-policy.ts";
import { LAST, permitPolicy, type Permit } from "./permit.ts";

export interface GraphClientOptions {
  /** E.g. `https://graph.microsoft.com`: also the audience of the token. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly timeoutInMs: number;
  readonly userAgent: string;
  readonly limiter: Limiter;
  readonly permit: Permit;
  readonly observer: CallObserver;
}

interface GraphRequest {
  readonly method: HttpMethods;
  /** Below `/v1.0`, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/**
 * Sends one request to Microsoft Graph and answers the parsed body, undefined when there is none.
 * @throws {AzureError} for every answer that is not 2xx.
 */
export type GraphClient = (request: GraphRequest, signal: AbortSignal) => Promise<unknown>;

/**
 * Microsoft Graph v1.0 with the manners of the other services: one attempt per call, raw JSON both
 * ways, a time limit, and nothing sent before a `Retry-After` is over. There is no typed client to
 * build on; the pipeline is the SDK's own.
 */
export function graphClient(options: GraphClientOptions, lane: Lane): GraphClient {
  const root = options.endpoint.replace(/\/$/, "");
  const httpClient = createDefaultHttpClient();
  const pipeline = createPipelineFromOptions({
    retryOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: options.userAgent },
  });
  pipeline.addPolicy(
    bearerTokenAuthenticationPolicy({
      credential: options.credential,
      scopes: `${root}/.default`,
    }),
  );
  pipeline.addPolicy(limitPolicy(options.limiter, lane, () => "Microsoft Graph"));
  pipeline.addPolicy(timeLimitPolicy(options.timeoutInMs));
  pipeline.addPolicy(permitPolicy(options.permit), LAST);
  pipeline.addPolicy(
    observePolicy(options.observer, () => "graph"),
    LAST,
  );

  return async ({ method, path, headers, body }, signal) => {
    const what = `${method} Microsoft Graph ${path.replace(/\?.*$/, "")}`;
    try {
      const request = createPipelineRequest({
        url: `${root}/v1.0${path}`,
        method,
        headers: createHttpHeaders({
          accept: "application/json",
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        }),
        ...(body !== undefined && { body: JSON.stringify(body) }),
        abortSignal: signal,
      });
      const {
        status,
        headers: answered,
        bodyAsText,
      } = await pipeline.sendRequest(httpClient, request);
      const answer = { request: what, status, body: parseBody(bodyAsText) };
      if (status >= 200 && status < 300) return answer.body;
      throw classifyAnswer({ ...answer, retryAfter: answered.get("retry-after") }, Date.now());
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw cause instanceof AzureError ? cause : classifyFailure(what, cause);
    }
  };
}

function parseBody(text: string | null | undefined): unknown {
  if (text === undefined || text === null || text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
