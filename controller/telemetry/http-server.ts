import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer to one GET. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers a path; undefined: there is nothing there. */
export type Handler = (url: URL) => Promise<Reply | undefined> | Reply | undefined;

export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** Answers what is being asked and nothing more; does not wait for connections that are kept alive. */
  readonly close: () => Promise<void>;
}

export interface ServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Absent: all addresses, over IPv6 and IPv4. */
  readonly host?: string | undefined;
  readonly handler: Handler;
}

/** A request that comes in byte by byte must not hold a connection for long. */
const LONGEST_REQUEST_IN_MS = 5000;
/** For answers that are under way while the server closes. */
const PATIENCE_IN_MS = 1000;

/**
 * Serves GET and HEAD over HTTP.
 * @throws {Error} when the port cannot be had.
 */
export async function startServer({ port, host, handler }: ServerOptions): Promise<RunningServer> {
  const server = createServer(
    { requestTimeout: LONGEST_REQUEST_IN_MS, headersTimeout: LONGEST_REQUEST_IN_MS },
    (request, response) => {
      void respond(request, response, handler, () => server.listening);
    },
  );
  server.listen({ port, host });
  await once(server, "listening");
  const close = () => closeServer(server);
  return {
    port: (server.address() as AddressInfo).port,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  handler: Handler,
  isOpen: () => boolean,
): Promise<void> {
  const { status, contentType, body, allow } = await answer(request, handler);
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(allow !== undefined && { allow }),
    ...(!isOpen() && { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? "" : body);
}

async function answer(
  { method, url: target = "/" }: IncomingMessage,
  handler: Handler,
): Promise<Reply & { readonly allow?: string }> {
  if (method !== "GET" && method !== "HEAD") {
    return { ...plain(405, "only GET and HEAD are answered here"), allow: "GET, HEAD" };
  }
  const url = URL.parse(target, "http://localhost");
  try {
    return (url && (await handler(url))) ?? plain(404, "nothing here");
  } catch {
    // Whatever it is must not be told to whoever asks.
    return plain(500, "the answer could not be made");
  }
}

/** A reply of one text. */
export function plain(status: number, text: string): Reply {
  return { status, contentType: "text/plain; charset=utf-8", body: `${text}\n` };
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), PATIENCE_IN_MS);
  await closed;
  clearTimeout(cut);
}
