import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { TLSSocket } from "node:tls";
import type { Certificate } from "../../simulator/certificate.ts";
import { isFaultPlayed, type Fault } from "./fake-api-faults.ts";
import { FakeStatusApply, mergePatch } from "./fake-patches.ts";
import { FakeStorage, Refusal, type Place, type Stored } from "./fake-storage.ts";
import { FakeWatches } from "./fake-watches.ts";
import { readTestCertificate } from "./test-certificate.ts";

/** A request as the fake saw it. */
export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
  readonly isWatch: boolean;
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
}

interface Injection {
  readonly fault: Fault;
  readonly when: (request: FakeRequest) => boolean;
  left: number;
}

/**
 * A Kubernetes API server of our own making, over HTTPS: any resource, resource versions, pages,
 * watches, preconditions; and faults when asked. It validates nothing and knows no roles. That it
 * behaves as the real one is what `describeApiServer` shows, which runs against both.
 */
export class FakeApiServer implements AsyncDisposable {
  readonly storage = new FakeStorage();
  readonly watches = new FakeWatches(this.storage);
  readonly requests: FakeRequest[] = [];
  /** What clients offered to speak, one entry for each connection. */
  readonly offeredProtocols: (readonly string[])[] = [];
  /** The tokens that are let in. */
  tokens = ["first-token"];
  readonly #apply = new FakeStatusApply();
  readonly #pages = new Map<string, { readonly version: number; readonly items: Stored[] }>();
  readonly #sockets = new Map<Socket, number>();
  readonly #injections: Injection[] = [];
  readonly #server;
  #connections = 0;

  /** Starts one on a free port, with the certificate that this run's workers trust. */
  static async start(): Promise<FakeApiServer> {
    const server = new FakeApiServer(await readTestCertificate());
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  private constructor(certificate: Certificate) {
    const { cert, key } = certificate;
    this.caFile = certificate.caFile;
    this.#server = createServer({
      cert,
      key,
      ALPNCallback: ({ protocols }) => {
        this.offeredProtocols.push(protocols);
        return protocols.at(-1);
      },
    });
    this.#server.on("secureConnection", (socket: TLSSocket) => {
      this.#connections += 1;
      this.#sockets.set(socket, this.#connections);
      socket.on("error", () => undefined);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("tlsClientError", () => undefined);
    this.#server.on("request", (incoming, response) => void this.#answer(incoming, response));
  }

  readonly caFile: string;

  /** `https://localhost:PORT` */
  get address(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many connections were ever opened. */
  get connections(): number {
    return this.#connections;
  }

  /** How many are open now. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  /** From now on requests that match meet a fault; the first injected comes first. */
  inject(fault: Fault, options: { times?: number; when?: (request: FakeRequest) => boolean } = {}) {
    const { times = 1, when = () => true } = options;
    this.#injections.push({ fault, when, left: times });
  }

  /** Withdraws what was injected. */
  heal(): void {
    this.#injections.length = 0;
  }

  /** New connections get another certificate. */
  useCertificate({ cert, key }: Pick<Certificate, "cert" | "key">): void {
    this.#server.setSecureContext({ cert, key });
  }

  /** All resource versions and pages until now have expired, as after a restart. */
  compact(): void {
    this.storage.compact();
    this.#pages.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    for (const socket of this.#sockets.keys()) socket.destroy();
    await closed;
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = await this.#read(incoming);
      this.requests.push(request);
      const injection = this.#injections.find(({ left, when }) => left > 0 && when(request));
      if (injection !== undefined) {
        injection.left -= 1;
        if (isFaultPlayed(injection.fault, response)) return;
      }
      const token = incoming.headers.authorization?.replace(/^Bearer /, "") ?? "";
      if (!this.tokens.includes(token)) throw new Refusal(401, "Unauthorized", "Unauthorized");
      if (request.isWatch) this.#watch(request, response);
      else sendJson(response, request.method === "POST" ? 201 : 200, this.#serve(request));
    } catch (error) {
      // A connection that breaks while the request is read.
      if (!(error instanceof Refusal)) return void incoming.socket.destroy();
      const { code, reason, message } = error;
      const status = { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message };
      sendJson(response, code, { ...status, metadata: {} });
    }
  }

  async #read(incoming: IncomingMessage): Promise<FakeRequest> {
    const { pathname, searchParams } = new URL(incoming.url ?? "/", this.address);
    const body = await text(incoming);
    return {
      method: incoming.method ?? "",
      path: pathname,
      query: searchParams,
      headers: incoming.headers,
      body: body === "" ? undefined : (JSON.parse(body) as unknown),
      isWatch: searchParams.get("watch") === "true",
      connection: this.#sockets.get(incoming.socket) ?? 0,
    };
  }

  #watch({ path, query }: FakeRequest, response: ServerResponse): void {
    const { collection, namespace } = routeOf(path);
    const selects = selectorOf(query);
    this.watches.open(response, {
      collection,
      since: Number(query.get("resourceVersion") ?? this.storage.version),
      matches: (object) =>
        (namespace === undefined || object.metadata.namespace === namespace) && selects(object),
      timeoutInMs: Number(query.get("timeoutSeconds") ?? 1800) * 1000,
    });
  }

  #serve(request: FakeRequest): object {
    const { method, query } = request;
    const { collection, namespace, name, subresource } = routeOf(request.path);
    const body = request.body as Stored;
    if (name === undefined) {
      if (method === "GET") return this.#list(collection, namespace, query);
      if (method === "POST") return this.#create(collection, namespace, body);
      throw new Refusal(405, "MethodNotAllowed", `${method} is not served here`);
    }
    const place: Place = { collection, namespace, name };
    switch (method) {
      case "GET":
        return this.storage.get(place);
      case "PUT":
        return this.#replace(place, body, subresource);
      case "PATCH":
        return this.#patch(place, request, subresource);
      case "DELETE": {
        const { preconditions } = (request.body ?? {}) as { preconditions?: { uid?: string } };
        return this.storage.delete(place, preconditions?.uid);
      }
      default:
        throw new Refusal(405, "MethodNotAllowed", `${method} is not served here`);
    }
  }

  #create(collection: string, namespace: string | undefined, body: Stored): Stored {
    const { status: _status, ...desired } = body;
    return this.storage.create(collection, namespace, desired);
  }

  #replace(place: Place, body: Stored, subresource: string | undefined): Stored {
    return this.storage.update(place, (present) => onlyPart(subresource, present, body));
  }

  #patch(place: Place, request: FakeRequest, subresource: string | undefined): Stored {
    const manager = request.query.get("fieldManager") ?? "unknown";
    const type = request.headers["content-type"] ?? "";
    if (type === "application/merge-patch+json") {
      return this.storage.update(place, (present) => {
        const wanted = mergePatch(present, request.body) as Stored;
        if (subresource === undefined && wanted.metadata.uid !== present.metadata.uid) {
          throw new Refusal(422, "Invalid", "metadata.uid: Invalid value: field is immutable");
        }
        return onlyPart(subresource, present, wanted);
      });
    }
    if (type !== "application/apply-patch+yaml" || subresource !== "status") {
      throw new Refusal(415, "UnsupportedMediaType", `${type} is not understood here`);
    }
    const { metadata, status } = request.body as Stored;
    const { resourceVersion } = metadata;
    // As the real one with custom resources: a uid is not looked at here.
    const written = this.storage.update(place, (present) => ({
      ...this.#apply.apply(present, manager, status),
      metadata: { ...present.metadata, ...(resourceVersion && { resourceVersion }) },
    }));
    this.#apply.remember(written, manager, status);
    return written;
  }

  #list(collection: string, namespace: string | undefined, query: URLSearchParams): object {
    const token = query.get("continue");
    const page = token === null ? undefined : this.#pages.get(token);
    if (token !== null && page === undefined) {
      throw new Refusal(410, "Expired", "The provided continue parameter is too old");
    }
    const version = page?.version ?? this.storage.version;
    const items = page?.items ?? this.storage.list(collection, namespace).filter(selectorOf(query));
    const limit = Number(query.get("limit") ?? items.length);
    const rest = items.slice(limit);
    const next = rest.length === 0 ? undefined : `page-${this.#pages.size + 1}`;
    if (next !== undefined) this.#pages.set(next, { version, items: rest });
    return {
      kind: "List",
      apiVersion: "v1",
      metadata: {
        resourceVersion: String(version),
        ...(next !== undefined && { continue: next, remainingItemCount: rest.length }),
      },
      // The real one leaves the type out of a list's items, too.
      items: items.slice(0, limit).map(({ apiVersion: _version, kind: _kind, ...item }) => item),
    };
  }
}

interface Route {
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

function routeOf(path: string): Route {
  const found =
    /^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
      path,
    );
  const [, root, namespace, plural, name, subresource] = (found ?? []).map((part) =>
    part === undefined ? undefined : decodeURIComponent(part),
  );
  if (root === undefined) throw new Refusal(404, "NotFound", "404 page not found");
  return { collection: `/${root}/${plural}`, namespace, name, subresource };
}

/** `status` changes through its subresource alone, and nothing else does there. */
function onlyPart(subresource: string | undefined, present: Stored, wanted: Stored): Stored {
  const { status, ...desired } = wanted;
  const { metadata } = wanted;
  if (subresource === undefined) {
    return "status" in present ? { ...desired, status: present.status } : desired;
  }
  const { resourceVersion } = metadata;
  const precondition = resourceVersion && { resourceVersion };
  return { ...present, metadata: { ...present.metadata, ...precondition }, status };
}

/** Equality only, which is all we ask for. */
function selectorOf(query: URLSearchParams): (object: Stored) => boolean {
  const terms = (name: string) =>
    (query.get(name) ?? "")
      .split(",")
      .filter((term) => term !== "")
      .map((term) => term.split(/==?/));
  const labels = terms("labelSelector");
  const fields = terms("fieldSelector");
  return (object) =>
    labels.every(([name = "", value]) => object.metadata.labels?.[name] === value) &&
    fields.every(([path = "", value]) => fieldOf(object, path) === value);
}

function fieldOf(object: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce((at, name) => (at as Record<string, unknown> | undefined)?.[name], object);
}

function sendJson(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
