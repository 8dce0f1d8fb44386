import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Certificate } from "../certificate.ts";
import type { Faults } from "../control/faults.ts";
import type { RequestLog } from "../control/request-log.ts";
import type { AddressBook } from "./address-book.ts";
import { jsonAnswer, type Answer, type IncomingCall, type Trace } from "./message.ts";

/** Answers one call. What it throws becomes a 500 and a note in the request log. */
export type CallHandler = (call: IncomingCall, trace: Trace) => Answer | Promise<Answer>;

export interface Listener {
  readonly port: number;
  /** `https://localhost:PORT`, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ListenerOptions {
  /** Its name in the request log and in faults. */
  readonly name: string;
  readonly certificate: Certificate;
  readonly handler: CallHandler;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Tells callers apart that come from this machine under another address. */
  readonly addresses?: AddressBook;
  /** Absent for the control API, which neither lists nor disturbs itself. */
  readonly recording?: { readonly log: RequestLog; readonly faults: Faults };
}

/** Opens one HTTPS listener on the loopback interface. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const { cert, key } = options.certificate;
  const closing = new AbortController();
  const server = createServer({ cert, key }, (request, response) => {
    void serve(request, response, options, closing.signal).catch(() => response.destroy());
  });
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  });
  const port = await listen(server, options.port ?? 0);
  return {
    port,
    url: `https://localhost:${port}`,
    close: () => {
      closing.abort();
      return closeServer(server);
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: ListenerOptions,
  closing: AbortSignal,
): Promise<void> {
  const call = await readCall(request, options.addresses);
  if (call === undefined) {
    send(response, jsonAnswer(400, { error: { code: "BadRequest", message: "Bad Request" } }));
    return;
  }
  const trace: Trace = { notes: [] };
  const { recording, handler, name } = options;
  if (recording === undefined) {
    send(response, await answerSafely(handler, call, trace));
    return;
  }
  const record = recording.log.begin(name, call);
  const answer = await recording.faults.disturb(name, call, trace, closing, () =>
    answerSafely(handler, call, trace),
  );
  record.end(trace, answer);
  if (answer === "hang") return;
  if (answer === "cut") {
    response.destroy();
    return;
  }
  send(response, answer.answer, answer.cutInMidAnswer);
}

async function answerSafely(
  handler: CallHandler,
  call: IncomingCall,
  trace: Trace,
): Promise<Answer> {
  try {
    return await handler(call, trace);
  } catch (error) {
    trace.notes.push(`unexpected: ${error instanceof Error ? error.stack : String(error)}`);
    return jsonAnswer(500, {
      error: { code: "InternalServerError", message: "Encountered an error." },
    });
  }
}

async function readCall(
  request: IncomingMessage,
  addresses: AddressBook | undefined,
): Promise<IncomingCall | undefined> {
  const remoteAddress = addresses?.addressOf(request.socket) ?? request.socket.remoteAddress ?? "";
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const target = request.url ?? "/";
  const url = URL.parse(
    target.startsWith("/") ? `https://${headers["host"] ?? "localhost"}${target}` : target,
  );
  if (url === null) return undefined;
  return {
    method: (request.method ?? "GET").toUpperCase(),
    url,
    headers,
    body: Buffer.concat(chunks).toString("utf8"),
    remoteAddress,
  };
}

function send(response: ServerResponse, answer: Answer, cutInMidAnswer = false): void {
  const body = Buffer.from(answer.body ?? "", "utf8");
  const isHead = response.req.method === "HEAD";
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(isHead || answer.status === 204 ? {} : { "content-length": String(body.length) }),
  });
  if (cutInMidAnswer) {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  response.end(isHead ? undefined : body);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
