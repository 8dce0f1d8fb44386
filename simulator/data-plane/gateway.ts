import { randomUUID } from "node:crypto";
import { jsonAnswer, type Answer, type IncomingCall, type Trace } from "../http/message.ts";
import type {
  Api,
  ApiManagementService,
  ApiOperation,
  ApiRevision,
  SubscriptionKey,
} from "../world/service.ts";
import { HeaderMap, type GatewayExchange, type GatewayResponse } from "./exchange.ts";
import type { PolicyRunner } from "./policy-runner.ts";
import { GatewayError } from "./statements.ts";

interface Route {
  readonly api: Api;
  readonly revision: ApiRevision;
  readonly operation: ApiOperation;
  /** The path below the API's own, with a slash in front. */
  readonly path: string;
}

/** The gateway of one API Management service. */
export class Gateway {
  readonly #service: ApiManagementService;
  readonly #runner: PolicyRunner;

  constructor(service: ApiManagementService, runner: PolicyRunner) {
    this.#service = service;
    this.#runner = runner;
  }

  async handle(call: IncomingCall, trace: Trace): Promise<Answer> {
    const route = this.#route(call);
    if (!route) return gatewayAnswer(404, "Resource not found");
    const subscription = this.#subscription(call, route.api);
    if (typeof subscription === "object" && "status" in subscription) return subscription;
    const exchange = this.#exchange(call, route, trace, subscription);
    try {
      await this.#run(exchange);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return this.#fail(error, exchange);
    }
    return toAnswer(exchange.response ?? { status: 200, headers: new HeaderMap(), body: "" });
  }

  async #run(exchange: GatewayExchange): Promise<void> {
    const documents = this.#documents(exchange);
    if (await this.#runner.run("inbound", documents, exchange)) return;
    if (await this.#runner.run("backend", documents, exchange)) return;
    exchange.response ??= { status: 200, headers: new HeaderMap(), body: "" };
    await this.#runner.run("outbound", documents, exchange);
  }

  async #fail(error: GatewayError, exchange: GatewayExchange): Promise<Answer> {
    const answer = gatewayAnswer(error.status, error.message);
    exchange.response = {
      status: answer.status,
      headers: new HeaderMap(answer.headers),
      body: answer.body ?? "",
    };
    await this.#runner.run("on-error", this.#documents(exchange), exchange);
    return toAnswer(exchange.response);
  }

  /** Policies from the narrowest scope to the widest; scopes without one are left out. */
  #documents(exchange: GatewayExchange): readonly string[] {
    const product = this.#productOf(exchange)?.toLowerCase();
    const slots = [
      exchange.operation.policy,
      exchange.revision.policy,
      product === undefined ? undefined : this.#service.products.get(product)?.policy,
      this.#service.policy,
    ];
    return slots.flatMap((slot) => slot?.served() ?? []);
  }

  /** The product a call comes in by: its subscription's, or an open one that holds the API. */
  #productOf({ subscription, api }: GatewayExchange): string | undefined {
    if (subscription) return subscription.product;
    return [...api.products].find(
      (name) => this.#service.products.get(name)?.subscriptionRequired === false,
    );
  }

  #route(call: IncomingCall): Route | undefined {
    const path = call.url.pathname;
    const candidates = [...this.#service.apis.values()].toSorted(
      (a, b) => b.properties.path.length - a.properties.path.length,
    );
    for (const api of candidates) {
      const found = matchApi(api, path);
      if (!found) continue;
      const revision = api.revisions.get(found.revision ?? api.currentRevision);
      if (!revision?.isOnline) return undefined;
      const operation = [...revision.operations.values()].find(
        (one) =>
          (one.method === "*" || one.method.toUpperCase() === call.method) &&
          matchTemplate(one.urlTemplate, found.path),
      );
      return operation && { api, revision, operation, path: found.path };
    }
    return undefined;
  }

  #subscription(call: IncomingCall, api: Api): SubscriptionKey | Answer | undefined {
    const { subscriptionRequired, subscriptionKeyParameterNames: names } = api.properties;
    const key = call.headers[names.header.toLowerCase()] ?? call.url.searchParams.get(names.query);
    const found = this.#service.subscriptions.find((one) => one.key === key);
    const isGranted = found?.product === undefined || api.products.has(found.product.toLowerCase());
    if (found && isGranted) return found;
    if (!subscriptionRequired) return undefined;
    const message =
      key === null || key === undefined
        ? "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API."
        : "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";
    const realm = `${this.#service.gatewayUrl}/${api.properties.path}`;
    return gatewayAnswer(401, message, {
      "www-authenticate": `AzureApiManagementKey realm="${realm}",name="${names.header}",type="header"`,
    });
  }

  #exchange(
    call: IncomingCall,
    route: Route,
    trace: Trace,
    subscription: SubscriptionKey | undefined,
  ): GatewayExchange {
    return {
      service: this.#service,
      api: route.api,
      revision: route.revision,
      operation: route.operation,
      subscription,
      request: {
        method: call.method,
        url: call.url,
        headers: new HeaderMap(call.headers),
        query: new URLSearchParams(call.url.search),
        body: call.body,
        remoteAddress: call.remoteAddress,
      },
      variables: new Map(),
      backendUrl: route.api.properties.serviceUrl,
      backend: undefined,
      backendPath: route.path,
      response: undefined,
      notes: trace.notes,
    };
  }
}

function matchApi(api: Api, path: string): { path: string; revision?: number } | undefined {
  const prefix = `/${api.properties.path}`.replace(/\/$/u, "");
  if (!path.toLowerCase().startsWith(prefix.toLowerCase())) return undefined;
  const rest = path.slice(prefix.length);
  const withRevision = /^;rev=(\d+)(\/.*|$)/iu.exec(rest);
  if (withRevision) return { path: withRevision[2] || "/", revision: Number(withRevision[1]) };
  return rest === "" || rest.startsWith("/") ? { path: rest || "/" } : undefined;
}

function matchTemplate(template: string, path: string): boolean {
  const wanted = template.split("?")[0]?.split("/").filter(Boolean) ?? [];
  const found = path.split("/").filter(Boolean);
  const isOpenEnded = wanted.at(-1) === "*";
  const fixed = isOpenEnded ? wanted.slice(0, -1) : wanted;
  if (isOpenEnded ? found.length < fixed.length : found.length !== fixed.length) return false;
  return fixed.every(
    (segment, index) =>
      segment.startsWith("{") || segment.toLowerCase() === found[index]?.toLowerCase(),
  );
}

function gatewayAnswer(
  statusCode: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const activityId = statusCode === 500 ? { activityId: randomUUID() } : {};
  return jsonAnswer(statusCode, { statusCode, message, ...activityId }, headers);
}

function toAnswer(response: GatewayResponse): Answer {
  return { status: response.status, headers: response.headers.toRecord(), body: response.body };
}
