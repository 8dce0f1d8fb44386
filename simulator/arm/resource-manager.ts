import { randomUUID } from "node:crypto";
import type { Issuer } from "../entra/issuer.ts";
import {
  jsonAnswer,
  parseJson,
  type Answer,
  type IncomingCall,
  type Trace,
} from "../http/message.ts";
import { checkAccess, PORTAL } from "./access.ts";
import { API_MANAGEMENT_ROUTES } from "./api-management-routes.ts";
import { authenticate } from "./authentication.ts";
import type { ArmCall, ArmContext, ArmRoute } from "./call.ts";
import { ArmError } from "./errors.ts";
import { MANAGED_IDENTITY_ROUTES } from "./managed-identity.ts";
import { PERMISSION_ROUTES } from "./permissions.ts";
import { Router } from "./router.ts";
import { Throttle } from "./throttle.ts";
import { WEB_ROUTES } from "./web-routes.ts";

const API_VERSIONS: Readonly<Record<string, readonly string[]>> = {
  "microsoft.apimanagement": ["2022-08-01", "2023-05-01-preview", "2024-05-01"],
  "microsoft.web": ["2022-03-01", "2023-12-01", "2024-04-01", "2024-11-01", "2025-05-01"],
  "microsoft.authorization": ["2015-07-01", "2018-07-01", "2022-04-01"],
  "microsoft.managedidentity": ["2018-11-30", "2023-01-31", "2024-11-30"],
};

/** Azure Resource Manager: everything that stands in front of the resources, then the resources. */
export class ResourceManager {
  readonly #context: ArmContext;
  readonly #issuer: Issuer;
  readonly #throttle: Throttle;
  readonly #router = new Router([
    ...API_MANAGEMENT_ROUTES,
    ...MANAGED_IDENTITY_ROUTES,
    ...PERMISSION_ROUTES,
    ...WEB_ROUTES,
  ]);

  constructor(context: ArmContext, issuer: Issuer) {
    this.#context = context;
    this.#issuer = issuer;
    this.#throttle = new Throttle(context.clock, context.settings);
  }

  /** Answers a request that came in by HTTPS; its token tells who asks. */
  handle(http: IncomingCall, trace: Trace): Promise<Answer> {
    return this.#answer(async () => {
      const { directory } = this.#context.world;
      const principal = await authenticate(http, this.#issuer, directory, this.#context.address());
      trace.principal = principal;
      const limits = this.#throttle.admit(
        http.method,
        /\/subscriptions\/([^/]+)/iu.exec(http.url.pathname)?.[1]?.toLowerCase() ?? "",
        principal.objectId,
      );
      const answer = await this.#answer(() => this.#dispatch(http, trace));
      return { ...answer, headers: { ...limits, ...answer.headers } };
    });
  }

  /**
   * Does a request as someone in the portal: without token and throttling, with every right, and
   * with the newest API version when it names none.
   */
  handleFromPortal(http: IncomingCall, trace: Trace): Promise<Answer> {
    trace.principal = PORTAL;
    const newest = versionsOf(http)?.at(-1);
    if (!http.url.searchParams.has("api-version") && newest !== undefined) {
      http.url.searchParams.set("api-version", newest);
    }
    return this.#answer(() => this.#dispatch(http, trace));
  }

  async #dispatch(http: IncomingCall, trace: Trace): Promise<Answer> {
    this.#context.operations.settle();
    const path = http.url.pathname;
    const apiVersion = checkApiVersion(http);
    this.#checkSubscription(path);
    const match = this.#router.match(http.method, path);
    if (match.kind === "wrong-method") {
      return jsonAnswer(405, {
        Message: `The requested resource does not support http method '${http.method}'.`,
      });
    }
    if (match.kind === "unknown") throw unknownPath(path, apiVersion);
    const principal = trace.principal ?? PORTAL;
    const { route, parameters } = match;
    checkAccess(this.#context.world, principal, {
      method: http.method,
      action: route.action,
      scope: scopeOf(path, route),
    });
    const call: ArmCall = {
      ...this.#context,
      http,
      trace,
      principal,
      parameters,
      apiVersion,
      body: parseJson(http.body),
    };
    return route.handler(call);
  }

  #checkSubscription(path: string): void {
    const asked = /^\/subscriptions\/([^/]+)/iu.exec(path)?.[1];
    if (asked === undefined) return;
    if (asked.toLowerCase() === this.#context.world.subscriptionId.toLowerCase()) return;
    throw new ArmError(
      404,
      "SubscriptionNotFound",
      `The subscription '${asked}' could not be found.`,
    );
  }

  async #answer(serve: () => Promise<Answer>): Promise<Answer> {
    const answer = await serve().catch((error: unknown) => {
      if (error instanceof ArmError) return error.toAnswer();
      throw error;
    });
    const id = randomUUID();
    return {
      ...answer,
      headers: {
        "cache-control": "no-cache",
        "x-ms-request-id": id,
        "x-ms-correlation-request-id": id,
        ...answer.headers,
      },
    };
  }
}

function checkApiVersion(http: IncomingCall): string {
  const apiVersion = http.url.searchParams.get("api-version");
  if (apiVersion === null || apiVersion === "") {
    throw new ArmError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  }
  const known = versionsOf(http);
  if (known === undefined || known.includes(apiVersion.toLowerCase())) return apiVersion;
  throw new ArmError(
    400,
    "InvalidApiVersionParameter",
    `The api-version '${apiVersion}' is invalid. The supported versions are '${known.join(",")}'.`,
  );
}

function versionsOf(http: IncomingCall): readonly string[] | undefined {
  const providers = [...http.url.pathname.matchAll(/\/providers\/([^/]+)/giu)];
  return API_VERSIONS[providers.at(-1)?.[1]?.toLowerCase() ?? ""];
}

function unknownPath(path: string, apiVersion: string): ArmError {
  const type = /\/providers\/([^/]+)\/(.+)$/iu.exec(path);
  if (!type) return new ArmError(404, "NotFound", "The requested path was not found.");
  const names = (type[2] ?? "").split("/").filter((_segment, index) => index % 2 === 0);
  return new ArmError(
    404,
    "InvalidResourceType",
    `The resource type '${names.join("/")}' could not be found in the namespace '${type[1]}' for api version '${apiVersion}'.`,
  );
}

/** The id of the resource a request is about: the path without a POST's verb or a list's name. */
function scopeOf(path: string, route: ArmRoute): string {
  const endsInName = route.pattern.endsWith("}") || route.method !== "POST";
  return endsInName ? path : path.slice(0, path.lastIndexOf("/"));
}
