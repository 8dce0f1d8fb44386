import { Agent } from "undici";
import type { TlsMaterial } from "./connection.ts";

/** The connections to one server, as long as trust and client certificate stay the same. */
export interface Agents {
  readonly tls: TlsMaterial;
  /** A few connections that calls share. */
  readonly unary: Agent;
  /** One connection for each open stream. */
  readonly stream: Agent;
}

const CONNECT_TIMEOUT_IN_MS = 10_000;
/** Less than the 90 s after which the API server ends an idle connection. */
const KEEP_ALIVE_IN_MS = 30_000;
const CONNECTIONS = 8;

/**
 * Opens nothing yet. HTTP/1.1 only: over HTTP/2 everything would share one connection, and undici does
 * not notice when nobody answers its pings.
 */
export function openAgents(tls: TlsMaterial): Agents {
  const defined = Object.fromEntries(
    Object.entries(tls).filter(([, value]) => value !== undefined),
  );
  const options: Agent.Options = {
    allowH2: false,
    pipelining: 1,
    connect: {
      ...defined,
      timeout: CONNECT_TIMEOUT_IN_MS,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_IN_MS,
    },
    keepAliveTimeout: KEEP_ALIVE_IN_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_IN_MS,
    // Every request has a signal that ends it in time.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  return {
    tls,
    unary: new Agent({ ...options, connections: CONNECTIONS }),
    stream: new Agent(options),
  };
}

/** Whether two say the same, byte by byte. */
export function isSameMaterial(a: TlsMaterial, b: TlsMaterial): boolean {
  return (
    a.servername === b.servername &&
    a.rejectUnauthorized === b.rejectUnauthorized &&
    isSamePem(a.ca, b.ca) &&
    isSamePem(a.cert, b.cert) &&
    isSamePem(a.key, b.key)
  );
}

type Pem = string | Buffer | undefined;

function isSamePem(a: Pem, b: Pem): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.from(a).equals(Buffer.from(b));
}
