import type { TokenOverrides } from "../entra/issuer.ts";
import type { SimulatorSettings } from "../settings.ts";
import type { TokenOrder, WorldChange } from "./control-api.ts";
import type { FaultOrder, PortalRequest } from "./faults.ts";
import type { RequestRecord } from "./request-log.ts";

/** What ARM answered to someone in the portal. */
export interface PortalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it was JSON. */
  readonly body: unknown;
}

/** Which requests to list; absent members match everything. */
export interface RequestFilter {
  readonly listener?: string;
  readonly method?: string;
  /** Tried on path and query. */
  readonly url?: RegExp;
  /** Only requests that may change something: PUT, PATCH, POST, DELETE. */
  readonly writes?: boolean;
}

/** Speaks with a simulator's control API over HTTPS. */
export class ControlClient {
  readonly #address: string;

  /** @param address `https://localhost:PORT` of the control API. */
  constructor(address: string) {
    this.#address = address;
  }

  /** The requests so far, in order. */
  async requests(filter: RequestFilter = {}): Promise<readonly RequestRecord[]> {
    const all = (await this.#send("GET", "/requests")) as readonly RequestRecord[];
    return all.filter(
      (one) =>
        (filter.listener === undefined || filter.listener === one.listener) &&
        (filter.method === undefined || filter.method === one.method) &&
        (filter.url === undefined || filter.url.test(one.url)) &&
        (filter.writes !== true || ["PUT", "PATCH", "POST", "DELETE"].includes(one.method)),
    );
  }

  async clearRequests(): Promise<void> {
    await this.#send("DELETE", "/requests");
  }

  async fault(order: FaultOrder): Promise<void> {
    await this.#send("POST", "/faults", order);
  }

  async clearFaults(): Promise<void> {
    await this.#send("DELETE", "/faults");
  }

  /** Does an ARM request as someone in the portal: no token, every right, recorded as `portal`. */
  async portal(request: PortalRequest): Promise<PortalAnswer> {
    return (await this.#send("POST", "/portal", request)) as PortalAnswer;
  }

  /** Switches a service's system-assigned identity off and on. */
  async recreateIdentity(service: string): Promise<void> {
    await this.#send("POST", "/portal/recreate-identity", { service });
  }

  /** Gives a service's gateway other addresses. */
  async changeAddresses(service: string, addresses: readonly string[]): Promise<void> {
    await this.#send("POST", "/portal/addresses", { service, addresses });
  }

  /** Puts a site under classic auth settings. */
  async configureV1Authentication(site: string): Promise<void> {
    await this.#send("POST", "/portal/v1-auth", { site });
  }

  async changeSettings(settings: Partial<SimulatorSettings>): Promise<void> {
    await this.#send("POST", "/settings", settings);
  }

  /** Changes locks, denials, rights and registrations. */
  async changeWorld(change: WorldChange): Promise<void> {
    await this.#send("POST", "/world", change);
  }

  async world(): Promise<Record<string, unknown>> {
    return (await this.#send("GET", "/world")) as Record<string, unknown>;
  }

  /**
   * A token of any identity of the tenant, valid unless the overrides make it wrong.
   *
   * @param resource a client id, an identifier URI, or ARM's audience.
   */
  async token(clientId: string, resource: string, overrides: TokenOverrides = {}): Promise<string> {
    const order: TokenOrder = { clientId, resource, ...overrides };
    const answer = (await this.#send("POST", "/tokens", order)) as { token: string };
    return answer.token;
  }

  /** Every token issued so far, and all keys and secrets. */
  async secrets(): Promise<readonly string[]> {
    return (await this.#send("GET", "/secrets")) as readonly string[];
  }

  /** Moves the simulator's clock on. */
  async advanceClock(advanceInMs: number): Promise<void> {
    await this.#send("POST", "/clock", { advanceInMs });
  }

  /** Makes Entra sign with a new key; the old one stays published. */
  async rotateKeys(): Promise<void> {
    await this.#send("POST", "/keys/rotate", {});
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#address}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} of the control API: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}
