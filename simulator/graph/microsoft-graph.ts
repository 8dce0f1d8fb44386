import { randomUUID } from "node:crypto";
import { PORTAL } from "../arm/access.ts";
import type { Issuer } from "../entra/issuer.ts";
import {
  parseJson,
  type Answer,
  type IncomingCall,
  type Principal,
  type Trace,
} from "../http/message.ts";
import {
  addFederatedCredential,
  addPassword,
  deleteApplication,
  getApplication,
  patchApplication,
  purgeApplication,
  restoreApplication,
} from "./applications.ts";
import { authenticate } from "./authentication.ts";
import type { GraphContext, GraphHandler, GraphKey } from "./call.ts";
import { badRequest, GraphError } from "./errors.ts";
import {
  createServicePrincipal,
  deleteServicePrincipal,
  getServicePrincipal,
  patchServicePrincipal,
} from "./service-principals.ts";

/** By method, collection, and `KEY` where the path names an object of it. */
const HANDLERS: Readonly<Record<string, GraphHandler>> = {
  "GET applications KEY": getApplication,
  "PATCH applications KEY": patchApplication,
  "DELETE applications KEY": deleteApplication,
  "POST applications KEY addPassword": addPassword,
  "POST applications KEY federatedIdentityCredentials": addFederatedCredential,
  "POST directory/deletedItems KEY restore": restoreApplication,
  "DELETE directory/deletedItems KEY": purgeApplication,
  "POST servicePrincipals": createServicePrincipal,
  "GET servicePrincipals KEY": getServicePrincipal,
  "PATCH servicePrincipals KEY": patchServicePrincipal,
  "DELETE servicePrincipals KEY": deleteServicePrincipal,
};

const PATH =
  /^\/v1\.0\/(?<set>applications|servicePrincipals|directory\/deletedItems)(?:\((?<name>appId|uniqueName)='(?<value>[^']*)'\)|\/(?<id>[^/()]+))?(?:\/(?<member>\w+))?$/u;

/** Microsoft Graph v1.0, as far as applications and their service principals go. */
export class MicrosoftGraph {
  readonly #context: GraphContext;
  readonly #issuer: Issuer;

  constructor(context: GraphContext, issuer: Issuer) {
    this.#context = context;
    this.#issuer = issuer;
  }

  /** Answers a request that came in by HTTPS; its token tells who asks. */
  handle(http: IncomingCall, trace: Trace): Promise<Answer> {
    return this.#answer(http, async () => {
      const { world, address } = this.#context;
      trace.principal = await authenticate(http, this.#issuer, world.directory, address());
      return this.#dispatch(http, trace.principal);
    });
  }

  /** Does a request as someone in the portal: without token, with every right. */
  handleFromPortal(http: IncomingCall, trace: Trace): Promise<Answer> {
    trace.principal = PORTAL;
    return this.#answer(http, async () => this.#dispatch(http, PORTAL));
  }

  #dispatch(http: IncomingCall, principal: Principal): Answer {
    const { set, key, member } = readPath(http.url.pathname);
    const route = [http.method, set, key && "KEY", member].filter(Boolean).join(" ");
    const handler = HANDLERS[route];
    if (handler === undefined) {
      throw badRequest("Specified HTTP method is not allowed for the request target.");
    }
    return handler({ ...this.#context, http, principal, key, body: parseJson(http.body) });
  }

  async #answer(http: IncomingCall, serve: () => Promise<Answer>): Promise<Answer> {
    const requestId = randomUUID();
    const clientRequestId = http.headers["client-request-id"] ?? requestId;
    const answer = await serve().catch((error: unknown) => {
      if (!(error instanceof GraphError)) throw error;
      return error.toAnswer(requestId, clientRequestId, new Date(this.#context.clock.now()));
    });
    const ids = { "request-id": requestId, "client-request-id": clientRequestId };
    return { ...answer, headers: { "cache-control": "no-cache", ...ids, ...answer.headers } };
  }
}

function readPath(path: string): { set: string; key: GraphKey | undefined; member: string } {
  const groups = PATH.exec(decode(path))?.groups;
  if (groups === undefined) {
    throw badRequest(`Resource not found for the segment '${path.split("/")[2] ?? ""}'.`);
  }
  const { set = "", name, value = "", id, member = "" } = groups;
  const key = name === undefined ? id && { name: "id", value: id } : { name, value };
  return { set, key: key || undefined, member };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}
