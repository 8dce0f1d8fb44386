import { request, type Dispatcher } from "undici";
import { isSameMaterial, openAgents, type Agents } from "./agents.ts";
import { errorOfAnswer } from "./answer-error.ts";
import type { CallOptions } from "./client.ts";
import type { Clock } from "./clock.ts";
import type { Connection, Credentials } from "./connection.ts";
import { KubernetesError } from "./errors.ts";
import { limitedSignal, untilAborted } from "./limited-signal.ts";

export interface TransportOptions {
  readonly connection: Connection;
  /** Name and version of the program. */
  readonly userAgent: string;
  readonly clock: Clock;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  /** How long a call may take that says nothing else, in milliseconds. */
  readonly timeoutInMs?: number;
  /** Told of every answer; `code` is `<error>` where there was none. */
  readonly onAnswer?: (method: string, code: string, host: string) => void;
}

export interface Call extends CallOptions {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
  readonly contentType?: string;
}

type Lane = "unary" | "stream";

const ATTEMPTS = 5;
const TIMEOUT_IN_MS = 30_000;
const FIRST_WAIT_IN_MS = 200;

/**
 * Carries requests to the API server over connections that are kept, and brings back JSON or a
 * {@link KubernetesError}. Calls share a few connections; each stream has one to itself, so that a
 * stalled one holds up nobody.
 */
export class Transport implements AsyncDisposable {
  readonly #options: TransportOptions;
  readonly #base: string;
  readonly #host: string;
  #agents: Agents | undefined;

  constructor(options: TransportOptions) {
    const { host, origin, pathname } = new URL(options.connection.server);
    this.#options = options;
    this.#base = origin + pathname.replace(/\/$/, "");
    this.#host = host;
  }

  /**
   * One call: sent again while the server is busy and says when to come back, when a GET got no answer,
   * and once with fresh credentials after a 401. All of it ends within the time limit.
   *
   * @returns the JSON of the answer; undefined for an empty one.
   * @throws {KubernetesError}
   */
  async call(call: Call): Promise<unknown> {
    const { timeoutInMs = this.#options.timeoutInMs ?? TIMEOUT_IN_MS } = call;
    const limit = limitedSignal(timeoutInMs, call.signal);
    try {
      return await this.#callAgain(call, limit.signal, timeoutInMs);
    } catch (error) {
      throw asKubernetesError(error, nameOfCall(call), call.signal, limit.signal);
    } finally {
      limit.release();
    }
  }

  /**
   * Opens a stream, with fresh credentials after a 401. The time limit is for the answer's head alone;
   * the body flows until the server ends it or the signal aborts.
   *
   * @throws {KubernetesError} for an answer that is no success. The body's own errors are the caller's.
   */
  async stream(
    call: Pick<Call, "path" | "query" | "timeoutInMs"> & { readonly signal: AbortSignal },
  ): Promise<Dispatcher.ResponseData["body"]> {
    const get: Call = { ...call, method: "GET" };
    const head = limitedSignal(call.timeoutInMs ?? TIMEOUT_IN_MS, call.signal);
    try {
      const { body } = await this.#send(get, "stream", head.signal);
      head.stopTimer();
      body.once("close", head.release);
      return body;
    } catch (error) {
      head.release();
      throw asKubernetesError(error, nameOfCall(get), call.signal, head.signal);
    }
  }

  /** Ends all connections, also those of open streams. */
  async close(): Promise<void> {
    const agents = this.#agents;
    this.#agents = undefined;
    await Promise.all([agents?.unary.destroy(), agents?.stream.destroy()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #callAgain(call: Call, signal: AbortSignal, timeoutInMs: number): Promise<unknown> {
    const { clock, random } = this.#options;
    const deadline = clock.monotonic() + timeoutInMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { body } = await this.#send(call, "unary", signal);
        return parseJson(await body.text(), call);
      } catch (error) {
        const failure = asKubernetesError(error, nameOfCall(call), call.signal, signal);
        const backoffInMs = FIRST_WAIT_IN_MS * 2 ** (attempt - 1) * (1 + random());
        const waitInMs = waitBefore(call, failure, backoffInMs);
        if (waitInMs === undefined || attempt >= (call.attempts ?? ATTEMPTS)) throw failure;
        // A wait that outlasts the call is the caller's to take: the error says how long it is.
        if (signal.aborted || clock.monotonic() + waitInMs >= deadline) throw failure;
        await clock.sleep(waitInMs, signal);
      }
    }
  }

  /** One request, two after a 401. */
  async #send(call: Call, lane: Lane, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { connection, clock } = this.#options;
    for (let isFirst = true; ; isFirst = false) {
      const answer = await this.#request(call, lane, signal);
      if (answer.statusCode >= 200 && answer.statusCode < 300) return answer;
      // Read to its end: an unread body keeps its connection for ever.
      const text = await answer.body.text();
      if (answer.statusCode === 401) connection.forget();
      if (answer.statusCode === 401 && isFirst) continue;
      throw errorOfAnswer(
        nameOfCall(call),
        {
          code: answer.statusCode,
          retryAfter: firstOf(answer.headers["retry-after"]),
          body: parseLoosely(text),
        },
        clock.now(),
      );
    }
  }

  async #request(call: Call, lane: Lane, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { connection, userAgent, onAnswer } = this.#options;
    const credentials = await untilAborted(connection.credentials(), signal);
    const agents = this.#agentsFor(credentials);
    try {
      const answer = await request(this.#base + call.path + queryOf(call), {
        dispatcher: agents[lane],
        method: call.method,
        headers: {
          accept: "application/json",
          "user-agent": userAgent,
          ...(call.body && { "content-type": call.contentType ?? "application/json" }),
          ...credentials.headers,
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal,
      });
      onAnswer?.(call.method, String(answer.statusCode), this.#host);
      return answer;
    } catch (error) {
      onAnswer?.(call.method, "<error>", this.#host);
      throw error;
    }
  }

  /** Those that trust and present what the credentials say; the ones before finish what they carry. */
  #agentsFor({ tls }: Credentials): Agents {
    if (this.#agents !== undefined && isSameMaterial(this.#agents.tls, tls)) return this.#agents;
    void this.#agents?.unary.close();
    void this.#agents?.stream.close();
    this.#agents = openAgents(tls);
    return this.#agents;
  }
}

function nameOfCall({ method, path }: Call): string {
  return `${method} ${path}`;
}

function queryOf({ query = {} }: Call): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size === 0 ? "" : `?${given.toString()}`;
}

/** How long to wait before sending a call again; undefined: do not. */
function waitBefore(
  { method }: Call,
  { kind, retryAfterInMs }: KubernetesError,
  backoffInMs: number,
): number | undefined {
  // On top of what the server asks, so that not all come back in the same moment.
  if (kind === "Busy" && retryAfterInMs !== undefined) return retryAfterInMs + backoffInMs;
  // Any other verb may have been carried out before the connection broke.
  return kind === "Unreachable" && method === "GET" ? backoffInMs : undefined;
}

function asKubernetesError(
  error: unknown,
  call: string,
  caller: AbortSignal | undefined,
  limit: AbortSignal,
): KubernetesError {
  if (error instanceof KubernetesError) return error;
  if (caller?.aborted) {
    return new KubernetesError("Aborted", `${call} was aborted`, { cause: error });
  }
  const reason = limit.aborted ? "no end within its time limit" : (error as Error).message;
  return new KubernetesError("Unreachable", `${call} got no answer: ${reason}`, { cause: error });
}

function parseJson(text: string, call: Call): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new KubernetesError("Unreadable", `${nameOfCall(call)} was not answered with JSON`, {
      cause: error,
    });
  }
}

/** Proxies answer errors in HTML. */
function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}
