import type {
  Api,
  ApiManagementService,
  ApiOperation,
  ApiRevision,
  BackendEntity,
  SubscriptionKey,
} from "../world/service.ts";

/** A header collection whose names ignore letter case; values in the order they were added. */
export class HeaderMap {
  readonly #values = new Map<string, string[]>();

  constructor(initial: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(initial)) this.set(name, [value]);
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.join(",");
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, values: readonly string[]): void {
    this.#values.set(name.toLowerCase(), [...values]);
  }

  append(name: string, values: readonly string[]): void {
    this.set(name, [...(this.#values.get(name.toLowerCase()) ?? []), ...values]);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries([...this.#values].map(([name, values]) => [name, values.join(",")]));
  }
}

export interface GatewayRequest {
  method: string;
  readonly url: URL;
  readonly headers: HeaderMap;
  readonly query: URLSearchParams;
  body: string;
  readonly remoteAddress: string;
}

export interface GatewayResponse {
  status: number;
  readonly headers: HeaderMap;
  body: string;
}

/** One call on its way through the gateway: what policies see and change. */
export interface GatewayExchange {
  readonly service: ApiManagementService;
  readonly api: Api;
  readonly revision: ApiRevision;
  readonly operation: ApiOperation;
  readonly subscription: SubscriptionKey | undefined;
  readonly request: GatewayRequest;
  readonly variables: Map<string, unknown>;
  /** Where `forward-request` goes: the API's `serviceUrl` unless a policy says otherwise. */
  backendUrl: string;
  /** The backend entity that a policy has chosen. */
  backend: BackendEntity | undefined;
  /** The path below the backend's address. */
  backendPath: string;
  response: GatewayResponse | undefined;
  /** Remarks for the request log: statements and expressions that are not simulated. */
  readonly notes: string[];
}
