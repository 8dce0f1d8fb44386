import { readPolicy, type PolicyElement } from "../policy/document.ts";
import type { Backend } from "./backend.ts";
import { HeaderMap, type GatewayExchange } from "./exchange.ts";
import { evaluateCondition, evaluateText } from "./expressions.ts";
import type { GatewayTokens } from "./gateway-tokens.ts";

/** What statements need besides the call itself. */
export interface StatementTools {
  readonly tokens: GatewayTokens;
  readonly backend: Backend;
  /** Runs nested statements; true when they ended the call with a response. */
  readonly run: (
    statements: readonly PolicyElement[],
    exchange: GatewayExchange,
  ) => Promise<boolean>;
}

/** A statement's work; true when it ended the call with a response. */
export type Statement = (
  element: PolicyElement,
  exchange: GatewayExchange,
  tools: StatementTools,
) => boolean | Promise<boolean>;

/** A failure that the gateway shows as a response of its own. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** Statements which only count or record: nothing a caller sees in a simulation. */
const WITHOUT_EFFECT: Statement = () => false;

export const STATEMENTS: Readonly<Record<string, Statement>> = {
  "authentication-managed-identity": authenticateWithManagedIdentity,
  "check-header": checkHeader,
  choose,
  cors: WITHOUT_EFFECT,
  "emit-metric": WITHOUT_EFFECT,
  "forward-request": forwardRequest,
  "ip-filter": filterAddress,
  "include-fragment": includeFragment,
  "log-to-eventhub": WITHOUT_EFFECT,
  "mock-response": mockResponse,
  quota: WITHOUT_EFFECT,
  "quota-by-key": WITHOUT_EFFECT,
  "rate-limit": WITHOUT_EFFECT,
  "rate-limit-by-key": WITHOUT_EFFECT,
  "return-response": returnResponse,
  "rewrite-uri": rewriteUri,
  "set-backend-service": setBackendService,
  "set-body": setBody,
  "set-header": setHeader,
  "set-method": setMethod,
  "set-query-parameter": setQueryParameter,
  "set-status": setStatus,
  "set-variable": setVariable,
  trace: WITHOUT_EFFECT,
  "validate-azure-ad-token": requireAuthorizationHeader,
  "validate-jwt": requireAuthorizationHeader,
};

async function authenticateWithManagedIdentity(
  element: PolicyElement,
  exchange: GatewayExchange,
  { tokens }: StatementTools,
): Promise<boolean> {
  const resource = evaluateText(element.attributes["resource"] ?? "", exchange);
  const clientId = element.attributes["client-id"];
  const variable = element.attributes["output-token-variable-name"];
  let token = "";
  try {
    token = await tokens.get(
      exchange.service,
      resource,
      clientId === undefined ? undefined : evaluateText(clientId, exchange),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    exchange.notes.push(`authentication-managed-identity: ${message}`);
    if (element.attributes["ignore-error"] !== "true") {
      throw new GatewayError(500, "Internal server error", error);
    }
  }
  if (variable === undefined) exchange.request.headers.set("authorization", [`Bearer ${token}`]);
  else exchange.variables.set(variable, token);
  return false;
}

function setHeader(element: PolicyElement, exchange: GatewayExchange): boolean {
  const name = evaluateText(element.attributes["name"] ?? "", exchange);
  const values = element.children
    .filter((child) => child.name === "value")
    .map((child) => evaluateText(child.text, exchange));
  const headers = exchange.response?.headers ?? exchange.request.headers;
  switch (element.attributes["exists-action"] ?? "override") {
    case "delete":
      headers.delete(name);
      break;
    case "skip":
      if (!headers.has(name)) headers.set(name, values);
      break;
    case "append":
      headers.append(name, values);
      break;
    default:
      headers.set(name, values);
  }
  return false;
}

function setQueryParameter(element: PolicyElement, exchange: GatewayExchange): boolean {
  const name = evaluateText(element.attributes["name"] ?? "", exchange);
  const values = element.children.map((child) => evaluateText(child.text, exchange));
  const { query } = exchange.request;
  const present = [...query.keys()].filter((key) => key.toLowerCase() === name.toLowerCase());
  const action = element.attributes["exists-action"] ?? "override";
  if (action === "skip" && present.length > 0) return false;
  if (action !== "append") for (const key of present) query.delete(key);
  if (action !== "delete") for (const value of values) query.append(name, value);
  return false;
}

function setVariable(element: PolicyElement, exchange: GatewayExchange): boolean {
  const name = element.attributes["name"] ?? "";
  exchange.variables.set(name, evaluateText(element.attributes["value"] ?? "", exchange));
  return false;
}

function setMethod(element: PolicyElement, exchange: GatewayExchange): boolean {
  exchange.request.method = evaluateText(element.text, exchange).toUpperCase();
  return false;
}

function setBody(element: PolicyElement, exchange: GatewayExchange): boolean {
  const body = evaluateText(element.text, exchange);
  if (exchange.response) exchange.response.body = body;
  else exchange.request.body = body;
  return false;
}

function setStatus(element: PolicyElement, exchange: GatewayExchange): boolean {
  const status = Number(element.attributes["code"]);
  if (exchange.response && status >= 100 && status <= 599) exchange.response.status = status;
  return false;
}

function rewriteUri(element: PolicyElement, exchange: GatewayExchange): boolean {
  const [path = "", query] = evaluateText(element.attributes["template"] ?? "", exchange).split(
    "?",
  );
  exchange.backendPath = path.startsWith("/") ? path : `/${path}`;
  for (const [name, value] of new URLSearchParams(query ?? "")) {
    exchange.request.query.set(name, value);
  }
  return false;
}

function setBackendService(element: PolicyElement, exchange: GatewayExchange): boolean {
  const baseUrl = element.attributes["base-url"];
  exchange.backend = undefined;
  if (baseUrl !== undefined) {
    exchange.backendUrl = evaluateText(baseUrl, exchange);
    return false;
  }
  const id = evaluateText(element.attributes["backend-id"] ?? "", exchange);
  const backend = exchange.service.backends.get(id.toLowerCase());
  if (!backend) throw new GatewayError(500, "Internal server error");
  exchange.backend = backend;
  exchange.backendUrl = backend.url;
  return false;
}

async function forwardRequest(
  _element: PolicyElement,
  exchange: GatewayExchange,
  { backend }: StatementTools,
): Promise<boolean> {
  try {
    exchange.response = await backend.forward(exchange);
  } catch (error) {
    exchange.notes.push(
      `forward-request: ${error instanceof Error ? error.message : String(error)}`,
    );
    throw new GatewayError(500, "Internal server error", error);
  }
  return false;
}

async function choose(
  element: PolicyElement,
  exchange: GatewayExchange,
  { run }: StatementTools,
): Promise<boolean> {
  const branch = element.children.find(
    (child) =>
      child.name === "otherwise" ||
      evaluateCondition(child.attributes["condition"] ?? "", exchange),
  );
  return branch ? run(branch.children, exchange) : false;
}

async function returnResponse(
  element: PolicyElement,
  exchange: GatewayExchange,
  { run }: StatementTools,
): Promise<boolean> {
  exchange.response = { status: 200, headers: new HeaderMap(), body: "" };
  await run(element.children, exchange);
  return true;
}

function mockResponse(element: PolicyElement, exchange: GatewayExchange): boolean {
  const status = Number(element.attributes["status-code"] ?? 200);
  exchange.response = { status, headers: new HeaderMap(), body: "" };
  return true;
}

async function includeFragment(
  element: PolicyElement,
  exchange: GatewayExchange,
  { run }: StatementTools,
): Promise<boolean> {
  const name = element.attributes["fragment-id"] ?? "";
  const text = exchange.service.fragments.get(name.toLowerCase())?.served();
  if (text === undefined) throw new GatewayError(500, "Internal server error");
  return run(readPolicy(text).children, exchange);
}

function checkHeader(element: PolicyElement, exchange: GatewayExchange): boolean {
  const found = exchange.request.headers.get(element.attributes["name"] ?? "");
  const allowed = element.children.map((child) => evaluateText(child.text, exchange));
  if (found !== undefined && (allowed.length === 0 || allowed.includes(found))) return false;
  throw new GatewayError(
    Number(element.attributes["failed-check-httpcode"] ?? 401),
    element.attributes["failed-check-error-message"] ?? "Header check failed.",
  );
}

function filterAddress(element: PolicyElement, exchange: GatewayExchange): boolean {
  const listed = element.children.some(
    (child) => child.name === "address" && child.text === exchange.request.remoteAddress,
  );
  if (listed === (element.attributes["action"] === "allow")) return false;
  throw new GatewayError(403, "Forbidden");
}

/** Only that there is a token; its contents are not checked. */
function requireAuthorizationHeader(element: PolicyElement, exchange: GatewayExchange): boolean {
  const header = element.attributes["header-name"] ?? "Authorization";
  if (exchange.request.headers.has(header)) return false;
  throw new GatewayError(
    Number(element.attributes["failed-validation-httpcode"] ?? 401),
    element.attributes["failed-validation-error-message"] ?? "JWT not present.",
  );
}
