/** A request as every service of the simulator sees it. */
export interface IncomingCall {
  /** Upper case. */
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The address the request came from. */
  readonly remoteAddress: string;
}

/** What a service answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Who called, as found in a token; never the token. */
export interface Principal {
  /** What a reader of the request log calls it: `operator`, `intruder`, `portal`, a service's name. */
  readonly name: string;
  readonly objectId: string;
  readonly clientId: string;
}

/** What a service tells the request log about a call, and what a fault tells the service. */
export interface Trace {
  principal?: Principal;
  readonly notes: string[];
  /** A fault on the long-running operation which this call begins. */
  operationFault?: OperationFault;
}

/** How a long-running operation misbehaves. */
export type OperationFault =
  | { readonly kind: "fails"; readonly code: string; readonly message: string }
  | { readonly kind: "never-ends" };

/** A JSON answer without white space, as most services give it. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}

/** Text without the byte order mark, parsed as JSON; `undefined` when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object (not an array, not null). */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value when it is a string; else nothing. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The bearer token of a request, when it has one. */
export function bearerToken(call: IncomingCall): string | undefined {
  return /^bearer\s+(\S+)$/iu.exec(call.headers["authorization"] ?? "")?.[1];
}
