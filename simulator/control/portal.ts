import type { Answer, IncomingCall, Trace } from "../http/message.ts";
import type { PortalRequest } from "./faults.ts";
import type { RequestLog } from "./request-log.ts";

/** A service that takes requests from the portal. */
interface PortalService {
  handleFromPortal(call: IncomingCall, trace: Trace): Promise<Answer>;
}

/**
 * Someone in the portal: makes requests to ARM and, below `/v1.0/`, to Microsoft Graph with every
 * right; the log lists them like others.
 */
export class Portal {
  readonly #services: { readonly resourceManager: PortalService; readonly graph: PortalService };
  readonly #log: RequestLog;
  readonly #addresses: { readonly arm: string; readonly graph: string };

  /** @param addresses filled in when the services listen. */
  constructor(
    services: { readonly resourceManager: PortalService; readonly graph: PortalService },
    log: RequestLog,
    addresses: { readonly arm: string; readonly graph: string },
  ) {
    this.#services = services;
    this.#log = log;
    this.#addresses = addresses;
  }

  async send(request: PortalRequest): Promise<Answer> {
    const listener = request.path.startsWith("/v1.0/") ? "graph" : "arm";
    const { resourceManager, graph } = this.#services;
    const service = listener === "graph" ? graph : resourceManager;
    const headers = Object.entries(request.headers ?? {}).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    const call: IncomingCall = {
      method: request.method.toUpperCase(),
      url: new URL(request.path, this.#addresses[listener]),
      headers: Object.fromEntries(headers),
      body: request.body === undefined ? "" : JSON.stringify(request.body),
      remoteAddress: "127.0.0.1",
    };
    const trace: Trace = { notes: [] };
    const record = this.#log.begin(listener, call);
    const answer = await service.handleFromPortal(call, trace);
    record.end(trace, { answer });
    return answer;
  }
}
