import type { ApiManagementClient } from "@azure/arm-apimanagement";
import {
  createHttpHeaders,
  createPipelineRequest,
  isRestError,
  type HttpMethods,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import type { ApiManagementClients } from "./clients.ts";
import { addressHandedOut, addressOf } from "./arm-address.ts";
import { AzureError, classifyAnswer, classifyFailure } from "./errors.ts";
import { isJsonObject, type JsonObject } from "./json.ts";

/** Far more than a service holds; a list that goes on has lost its way. */
const MOST_PAGES = 200;

export interface ArmAnswer {
  readonly status: number;
  /** The parsed body, or undefined when there is none. */
  readonly body: unknown;
  readonly header: (name: string) => string | undefined;
}

/** What both generations of typed clients take. */
export interface ReadOptions {
  readonly abortSignal: AbortSignal;
  readonly onResponse: (raw: FullOperationAnswer) => void;
}

/** An answer as both generations hand it to `onResponse`. */
type FullOperationAnswer = Pick<PipelineResponse, "status" | "headers" | "bodyAsText">;

interface Exchange {
  readonly method: HttpMethods;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

interface ArmRequest extends Exchange {
  readonly apiVersion: string;
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * Azure Resource Manager over the pipeline of the API Management client: one attempt per call, raw
 * JSON both ways.
 *
 * The pipeline is the SDK's own (credentials, user agent, request ids), without its retries: it would
 * sleep out a `Retry-After` inside the call, and the queue can wait better.
 */
export class Arm {
  readonly #endpoint: string;
  readonly #clients: ApiManagementClients;
  readonly #signal: AbortSignal;

  /** Requests end when the signal says so; the clients are kept from pass to pass. */
  constructor(endpoint: string, clients: ApiManagementClients, signal: AbortSignal) {
    this.#endpoint = endpoint;
    this.#clients = clients;
    this.#signal = signal;
  }

  /** Sends one request for a resource. @throws {AzureError} for every answer that is not 2xx. */
  async send(resourceId: string, request: ArmRequest): Promise<ArmAnswer> {
    const url = addressOf(this.#endpoint, resourceId);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      url.searchParams.set(name, value);
    }
    url.searchParams.set("api-version", request.apiVersion);
    return await this.#sendTo(url, resourceId, request);
  }

  /**
   * Looks at an address that Azure handed out: of a running operation, or of a list's next page.
   * @throws {AzureError} also when the address is not one that may be followed.
   */
  async poll(address: string, resourceId: string): Promise<ArmAnswer> {
    const url = addressHandedOut(this.#endpoint, address, resourceId);
    return await this.#sendTo(url, resourceId, { method: "GET" });
  }

  /**
   * Reads a list from its first page to its last.
   * @throws {AzureError} also when it does not end: nothing is concluded from half a list.
   */
  async list(resourceId: string, apiVersion: string): Promise<readonly JsonObject[]> {
    const entries: JsonObject[] = [];
    let answer = await this.send(resourceId, { method: "GET", apiVersion });
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const { value, nextLink } = isJsonObject(answer.body) ? answer.body : {};
      if (!Array.isArray(value)) break;
      entries.push(...value.filter(isJsonObject));
      if (typeof nextLink !== "string" || nextLink === "") return entries;
      answer = await this.poll(nextLink, resourceId);
    }
    throw new AzureError({
      reason: "AzureUnavailable",
      errorClass: "BackOff",
      message: `GET ${resourceId} answered no list, or one without end. Nothing is concluded from it; it is read again.`,
    });
  }

  /**
   * Runs a read of one of the typed clients under the same rules as {@link send}. The answer is kept
   * beside it: a typed client that trips over an error document loses the status it came with.
   */
  async read<T>(what: string, read: (options: ReadOptions) => Promise<T>): Promise<T> {
    let answer: FullOperationAnswer | undefined;
    const onResponse = (raw: FullOperationAnswer) => {
      answer = raw;
    };
    try {
      return await read({ abortSignal: this.#signal, onResponse });
    } catch (cause) {
      throw this.#classify(what, cause, answer);
    }
  }

  /** The API Management client whose pipeline carries the requests of a subscription. */
  client(resourceId: string): ApiManagementClient {
    return this.#clients(resourceId);
  }

  async #sendTo(url: URL, resourceId: string, request: Exchange): Promise<ArmAnswer> {
    const what = `${request.method} ${url.pathname}`;
    try {
      const response = await this.client(resourceId).sendRequest(
        createPipelineRequest({
          url: url.href,
          method: request.method,
          headers: createHttpHeaders({
            accept: "application/json",
            ...(request.body !== undefined && { "content-type": "application/json" }),
            ...request.headers,
          }),
          ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
          abortSignal: this.#signal,
        }),
      );
      const answer = {
        status: response.status,
        body: parseBody(response.bodyAsText),
        header: (name: string) => response.headers.get(name),
      };
      if (response.status >= 200 && response.status < 300) return answer;
      throw classifyAnswer(
        { request: what, ...answer, retryAfter: answer.header("retry-after") },
        Date.now(),
      );
    } catch (cause) {
      throw this.#classify(what, cause);
    }
  }

  #classify(what: string, cause: unknown, answer?: FullOperationAnswer): unknown {
    if (this.#signal.aborted) return this.#signal.reason;
    const failed = isRestError(cause) ? cause.response : answer;
    const isUnread = isRestError(cause) && cause.code === "PARSE_ERROR";
    if (failed === undefined || failed.status < 400 || isUnread)
      return classifyFailure(what, cause);
    const { status, headers, bodyAsText } = failed;
    const retryAfter = headers.get("retry-after");
    return classifyAnswer(
      { request: what, status, body: parseBody(bodyAsText), retryAfter },
      Date.now(),
    );
  }
}

/** What is not JSON is kept as text: an error page must not hide the status it came with. */
function parseBody(text: string | null | undefined): unknown {
  if (text === undefined || text === null || text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
