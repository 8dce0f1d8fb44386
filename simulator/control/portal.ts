import type { ResourceManager } from "../arm/resource-manager.ts";
import type { Answer, IncomingCall, Trace } from "../http/message.ts";
import type { PortalRequest } from "./faults.ts";
import type { RequestLog } from "./request-log.ts";

/** Someone in the portal: makes ARM requests with every right, which the log lists like others. */
export class Portal {
  readonly #resourceManager: ResourceManager;
  readonly #log: RequestLog;
  readonly #armAddress: () => string;

  constructor(resourceManager: ResourceManager, log: RequestLog, armAddress: () => string) {
    this.#resourceManager = resourceManager;
    this.#log = log;
    this.#armAddress = armAddress;
  }

  async send(request: PortalRequest): Promise<Answer> {
    const headers = Object.entries(request.headers ?? {}).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    const call: IncomingCall = {
      method: request.method.toUpperCase(),
      url: new URL(request.path, this.#armAddress()),
      headers: Object.fromEntries(headers),
      body: request.body === undefined ? "" : JSON.stringify(request.body),
      remoteAddress: "127.0.0.1",
    };
    const trace: Trace = { notes: [] };
    const record = this.#log.begin("arm", call);
    const answer = await this.#resourceManager.handleFromPortal(call, trace);
    record.end(trace, { answer });
    return answer;
  }
}
