import { randomUUID } from "node:crypto";
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseJson, type IncomingCall, type Trace } from "../http/message.ts";
import type { Disturbed } from "./faults.ts";
import { maskSecrets } from "./mask-secrets.ts";

/** The services whose traffic is recorded, by the names of their listeners. */
const RECORDED_LISTENERS = ["arm", "graph"] as const;
export type RecordedListener = (typeof RECORDED_LISTENERS)[number];

/** Whether what a listener hears and answers is recorded. */
export function isRecorded(listener: string): listener is RecordedListener {
  return RECORDED_LISTENERS.some((each) => each === listener);
}

/** One request to ARM or Microsoft Graph and what became of it, as a line of a recording. */
export interface RecordedExchange {
  readonly listener: RecordedListener;
  /** Who called, as the token said; absent when no token was accepted. */
  readonly principal?: string;
  /** The `User-Agent` header: which program called. */
  readonly userAgent: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names in lower case; never the token. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** Parsed; as text when it is not JSON; absent when empty. */
  readonly requestBody?: unknown;
  /** What the same program had last read at the same path before it wrote; parsed. */
  readonly readBefore?: unknown;
  /** Absent when there was no answer. */
  readonly status?: number;
  /** Names in lower case. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: unknown;
  /** Whether a fault made the answer up: then it says nothing about the service. */
  readonly isInjected: boolean;
}

const KEPT_REQUEST_HEADERS = [
  "accept",
  "consistencylevel",
  "content-type",
  "if-match",
  "if-none-match",
  "prefer",
];
const KEPT_RESPONSE_HEADERS = [
  "azure-asyncoperation",
  "content-type",
  "etag",
  "location",
  "retry-after",
];

/** The distinct exchanges of one simulator, kept for a check against the official documents. */
export class TrafficRecording {
  readonly #folder: string;
  readonly #lines = new Set<string>();
  readonly #lastRead = new Map<string, unknown>();

  /** @param folder receives one file of JSON lines; created when absent. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  add(listener: RecordedListener, call: IncomingCall, trace: Trace, outcome: Disturbed): void {
    const answered = typeof outcome === "string" || outcome.cutInMidAnswer ? undefined : outcome;
    const userAgent = call.headers["user-agent"] ?? "";
    const resource = `${userAgent} ${call.url.pathname.toLowerCase()}`;
    const readBefore = call.method === "GET" ? undefined : this.#lastRead.get(resource);
    const exchange: RecordedExchange = {
      listener,
      ...(trace.principal && { principal: trace.principal.name }),
      userAgent,
      method: call.method,
      url: `${call.url.pathname}${call.url.search}`,
      requestHeaders: pick(call.headers, KEPT_REQUEST_HEADERS),
      ...bodyAs("requestBody", call, call.body),
      ...(readBefore !== undefined && { readBefore }),
      ...(answered && {
        status: answered.answer.status,
        responseHeaders: pick(answered.answer.headers ?? {}, KEPT_RESPONSE_HEADERS),
        ...bodyAs("responseBody", call, answered.answer.body ?? ""),
      }),
      isInjected: answered?.isInjected ?? false,
    };
    if (call.method === "GET" && exchange.status === 200) {
      this.#lastRead.set(resource, exchange.responseBody);
    }
    this.#lines.add(JSON.stringify(exchange));
  }

  /** Writes what was recorded; nothing when there was no traffic. */
  async save(): Promise<void> {
    if (this.#lines.size === 0) return;
    await mkdir(this.#folder, { recursive: true });
    await appendFile(
      join(this.#folder, `${randomUUID()}.jsonl`),
      `${[...this.#lines].join("\n")}\n`,
    );
    this.#lines.clear();
  }
}

function pick(
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]): [string, string] => [name.toLowerCase(), value])
      .filter(([name]) => names.includes(name)),
  );
}

function bodyAs(
  name: "requestBody" | "responseBody",
  { url }: IncomingCall,
  text: string,
): Record<string, unknown> {
  return text === "" ? {} : { [name]: maskSecrets(url.pathname, parseJson(text) ?? text) };
}
