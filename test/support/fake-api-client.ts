import { readFileSync } from "node:fs";
import { ApiClient } from "../../controller/kubernetes/api-client.ts";
import { SYSTEM_CLOCK } from "../../controller/kubernetes/clock.ts";
import type { Connection } from "../../controller/kubernetes/connection.ts";
import { Transport, type TransportOptions } from "../../controller/kubernetes/transport.ts";
import type { FakeApiServer } from "./fake-api-server.ts";

/** A client of a fake API server, with what it is made of. */
export interface FakeApiClient extends AsyncDisposable {
  readonly client: ApiClient;
  readonly transport: Transport;
}

/** What must be known of a fake API server to call it. */
type Reachable = Pick<FakeApiServer, "address" | "caFile" | "tokens">;

/** Connects to a fake API server with a token that it lets in. */
export function connectTo(
  server: Reachable,
  options: Partial<TransportOptions> = {},
): FakeApiClient {
  const transport = new Transport({
    connection: fixedConnection(server),
    userAgent: "secured-function-backend/test",
    clock: SYSTEM_CLOCK,
    random: Math.random,
    ...options,
  });
  return {
    transport,
    client: new ApiClient(transport),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

/** The first token, and the authority that the workers trust. */
export function fixedConnection({ address, caFile, tokens }: Reachable): Connection {
  const [token = ""] = tokens;
  const credentials = {
    headers: { Authorization: `Bearer ${token}` },
    tls: { ca: readFileSync(caFile) },
  };
  return {
    server: address,
    namespace: "default",
    source: "a test",
    credentials: () => Promise.resolve(credentials),
    forget: () => undefined,
  };
}
