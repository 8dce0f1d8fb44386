import { Agent, request as httpsRequest } from "node:https";
import type { AddressBook } from "../http/address-book.ts";
import { outboundAddress } from "../world/outbound-address.ts";
import { HeaderMap, type GatewayExchange, type GatewayResponse } from "./exchange.ts";

const HOP_BY_HOP = ["host", "connection", "content-length", "transfer-encoding", "keep-alive"];
const TIMEOUT_IN_MS = 20_000;

/** Calls backends over real HTTPS; trusts the simulator's own authority. */
export class Backend {
  readonly #agent: Agent;
  readonly #addresses: AddressBook;

  /**
   * @param ca the authority's certificate, PEM.
   * @param addresses where its connections are entered under the gateways' public addresses.
   */
  constructor(ca: string, addresses: AddressBook) {
    this.#addresses = addresses;
    this.#agent = new Agent({ ca, keepAlive: false });
  }

  /**
   * Sends the request to the backend.
   *
   * @throws Error when there is no connection or no answer in time.
   */
  forward(exchange: GatewayExchange): Promise<GatewayResponse> {
    const { request, backend: credentials = { query: {}, header: {} } } = exchange;
    const base = exchange.backendUrl.replace(/\/$/u, "");
    const url = new URL(`${base}${exchange.backendPath}`);
    for (const [name, value] of request.query) url.searchParams.append(name, value);
    for (const [name, values] of Object.entries(credentials.query)) {
      for (const value of values) url.searchParams.append(name, value);
    }
    const headers = {
      ...Object.fromEntries(
        Object.entries(request.headers.toRecord()).filter(([name]) => !HOP_BY_HOP.includes(name)),
      ),
      ...joinValues(credentials.header),
    };
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        url,
        { method: request.method, headers, agent: this.#agent, timeout: TIMEOUT_IN_MS },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () => {
            const answered = new HeaderMap();
            for (const [name, value] of Object.entries(incoming.headers)) {
              if (value === undefined || HOP_BY_HOP.includes(name)) continue;
              answered.set(name, Array.isArray(value) ? value : [value]);
            }
            resolve({
              status: incoming.statusCode ?? 502,
              headers: answered,
              body: Buffer.concat(chunks).toString("utf8"),
            });
          });
        },
      );
      outgoing.on("socket", (socket) =>
        this.#addresses.enter(socket, outboundAddress(exchange.service)),
      );
      outgoing.on("timeout", () =>
        outgoing.destroy(new Error("The backend did not answer in time.")),
      );
      outgoing.on("error", reject);
      outgoing.end(request.body === "" ? undefined : request.body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function joinValues(
  headers: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values.join(",")]),
  );
}
