import { decodeJwt } from "jose";
import {
  bearerToken,
  jsonAnswer,
  textOf,
  type Answer,
  type IncomingCall,
  type Principal,
  type Trace,
} from "../http/message.ts";
import type { Site } from "../world/site.ts";
import { refuseByAddress } from "./access-restrictions.ts";
import type { EasyAuth } from "./easy-auth.ts";

/** Headers that say nothing about the call itself. */
const CONNECTION_HEADERS = ["connection", "content-length", "transfer-encoding", "host"];

/** Keeps the host's administration to the platform, whatever the caller brings. */
const ADMIN_ISOLATION = "functionsRuntimeAdminIsolationEnabled";

const PRINCIPAL_HEADER = "x-ms-client-principal";

/** A Function App as a caller meets it: front end, Easy Auth, then the Functions host. */
export class FunctionHost {
  readonly #site: Site;
  readonly #easyAuth: EasyAuth;

  constructor(site: Site, easyAuth: EasyAuth) {
    this.#site = site;
    this.#easyAuth = easyAuth;
  }

  async handle(call: IncomingCall, trace: Trace): Promise<Answer> {
    const site = this.#site;
    if (site.state !== "Running") return STOPPED;
    if (site.properties["publicNetworkAccess"] === "Disabled")
      return { status: 403, body: "Ip Forbidden" };
    const refused = refuseByAddress(site, call.remoteAddress);
    if (refused) return refused;
    const verdict = await this.#easyAuth.judge(site, call);
    if (verdict.kind === "unguarded") return answerOfHost(site, call);
    if (verdict.principal) trace.principal = verdict.principal;
    if (verdict.kind === "refuse") {
      trace.notes.push(`Easy Auth: ${verdict.reason}`);
      return verdict.answer;
    }
    return answerOfHost(site, withPrincipal(call, verdict.principal));
  }
}

const STOPPED: Answer = {
  status: 403,
  headers: { "content-type": "text/html" },
  body: "<html><head><title>Web App - Unavailable</title></head><body><h2>Error 403 - This web app is stopped.</h2></body></html>",
};

/** Callers cannot forge these headers while authentication is on: Easy Auth writes them. */
function withPrincipal(call: IncomingCall, principal: Principal | undefined): IncomingCall {
  const kept = Object.entries(call.headers).filter(([name]) => !name.startsWith(PRINCIPAL_HEADER));
  const headers = Object.fromEntries(kept);
  if (principal === undefined) return { ...call, headers };
  return {
    ...call,
    headers: {
      ...headers,
      [`${PRINCIPAL_HEADER}-id`]: principal.objectId,
      [`${PRINCIPAL_HEADER}-idp`]: "aad",
    },
  };
}

function answerOfHost(site: Site, call: IncomingCall): Answer {
  const path = call.url.pathname;
  if (path === "/") {
    if (site.appSettings["AzureWebJobsDisableHomepage"] === "true") return { status: 204 };
    return {
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<!DOCTYPE html><html><body>Your Functions app is up and running</body></html>",
    };
  }
  if (/^\/admin(?:\/|$)/iu.test(path) && site.properties[ADMIN_ISOLATION] === true) {
    return { status: 401 };
  }
  if (path.toLowerCase() === "/admin/host/ping") return { status: 200 };
  if (!/^\/api\//iu.test(path)) return { status: 404 };
  const isKnown = site.functions.some((route) => matchesRoute(route, path.slice("/api/".length)));
  if (!isKnown) return { status: 404 };
  return hasFunctionKey(site, call) ? echo(site, call) : { status: 401 };
}

/** Whether the call brings the key that functions of `authLevel: function` ask for. */
function hasFunctionKey(site: Site, call: IncomingCall): boolean {
  if (site.functionKey === undefined) return true;
  const found = call.headers["x-functions-key"] ?? call.url.searchParams.get("code");
  return found === site.functionKey;
}

function matchesRoute(route: string, path: string): boolean {
  const wanted = route.split("/");
  const found = path.replace(/\/$/u, "").split("/");
  return (
    wanted.length === found.length &&
    wanted.every(
      (segment, index) =>
        segment.startsWith("{") || segment.toLowerCase() === found[index]?.toLowerCase(),
    )
  );
}

/** The function's work: it tells what reached it. */
function echo(site: Site, call: IncomingCall): Answer {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(call.headers)) {
    if (CONNECTION_HEADERS.includes(name)) continue;
    headers[name] = name === "authorization" ? describeAuthorization(call) : value;
  }
  return jsonAnswer(200, {
    function: site.name,
    method: call.method,
    path: call.url.pathname,
    query: Object.fromEntries(call.url.searchParams),
    headers,
    body: call.body,
  });
}

/** Whom a token speaks for, without the token. */
function describeAuthorization(call: IncomingCall): string {
  const token = bearerToken(call);
  if (token === undefined) return call.headers["authorization"] === "" ? "" : "not a bearer token";
  try {
    const claims = decodeJwt(token);
    const client = textOf(claims["azp"] ?? claims["appid"]);
    return `bearer appid=${client} oid=${textOf(claims["oid"])}`;
  } catch {
    return "bearer of an unreadable token";
  }
}
