import type { Clock } from "../clock.ts";
import {
  jsonAnswer,
  type Answer,
  type IncomingCall,
  type Principal,
  type Trace,
} from "../http/message.ts";
import type { Directory } from "../world/directory.ts";
import type { Registration } from "../world/registration.ts";
import { EntraError } from "./errors.ts";
import type { Federation } from "./federation.ts";
import type { Issuer } from "./issuer.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const TENANTLESS = ["common", "organizations", "consumers"];

/** Microsoft Entra's endpoints: metadata, keys and tokens. */
export class Entra {
  readonly #issuer: Issuer;
  readonly #federation: Federation;
  readonly #directory: Directory;
  readonly #clock: Clock;

  constructor(issuer: Issuer, federation: Federation, directory: Directory, clock: Clock) {
    this.#issuer = issuer;
    this.#federation = federation;
    this.#directory = directory;
    this.#clock = clock;
  }

  /** What the federated token file must hold as issuer. */
  clusterIssuer(): string {
    return `${this.#issuer.address()}/cluster`;
  }

  async handle(call: IncomingCall, trace: Trace): Promise<Answer> {
    try {
      return await this.#route(call, trace);
    } catch (error) {
      if (error instanceof EntraError) {
        trace.notes.push(error.message);
        return error.toAnswer(new Date(this.#clock.now()));
      }
      throw error;
    }
  }

  async #route(call: IncomingCall, trace: Trace): Promise<Answer> {
    const [, tenant = "", rest = ""] =
      /^\/(?:sts\/)?([^/]+)\/(.+)$/u.exec(call.url.pathname.replace(/\/{2,}/gu, "/")) ?? [];
    const endpoint = `${call.method} ${rest.toLowerCase()}`;
    if (endpoint === "GET discovery/instance") return this.#instanceDiscovery();
    if (endpoint === "GET discovery/keys" || endpoint === "GET discovery/v2.0/keys") {
      return jsonAnswer(200, this.#issuer.publicKeys());
    }
    const isKnown = [this.#issuer.tenantId, ...TENANTLESS].includes(tenant.toLowerCase());
    if (!isKnown && tenant !== "") {
      throw new EntraError(
        "invalid_request",
        90002,
        `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
      );
    }
    switch (endpoint) {
      case "GET .well-known/openid-configuration":
        return jsonAnswer(200, this.#metadata(tenant, 1));
      case "GET v2.0/.well-known/openid-configuration":
        return jsonAnswer(200, this.#metadata(tenant, 2));
      case "POST oauth2/v2.0/token":
        return this.#token(new URLSearchParams(call.body), trace, 2);
      case "POST oauth2/token":
        return this.#token(new URLSearchParams(call.body), trace, 1);
      default:
        return { status: 404 };
    }
  }

  #metadata(tenant: string, version: 1 | 2): Record<string, unknown> {
    const address = this.#issuer.address();
    const generation = version === 2 ? "/v2.0" : "";
    const issuer = TENANTLESS.includes(tenant)
      ? `${address}/{tenantid}${generation}`
      : this.#issuer.issuerOf(version);
    return {
      token_endpoint: `${address}/${tenant}/oauth2${generation}/token`,
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"],
      jwks_uri: `${address}/${tenant}/discovery${generation}/keys`,
      response_types_supported: ["code", "id_token"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      issuer,
      authorization_endpoint: `${address}/${tenant}/oauth2${generation}/authorize`,
    };
  }

  #instanceDiscovery(): Answer {
    const host = new URL(this.#issuer.address()).host;
    const { tenantId } = this.#issuer;
    return jsonAnswer(200, {
      tenant_discovery_endpoint: `https://${host}/${tenantId}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    });
  }

  async #token(form: URLSearchParams, trace: Trace, generation: 1 | 2): Promise<Answer> {
    const grantType = required(form, "grant_type");
    if (grantType !== "client_credentials") {
      throw new EntraError(
        "unsupported_grant_type",
        70003,
        `The grant type '${grantType}' is not supported.`,
      );
    }
    const principal = await this.#client(form);
    trace.principal = principal;
    const resource =
      generation === 1 ? required(form, "resource") : resourceOf(required(form, "scope"));
    const { token, expiresInSeconds } = await this.#issuer.issue(principal, resource);
    return jsonAnswer(200, {
      token_type: "Bearer",
      expires_in: expiresInSeconds,
      ext_expires_in: expiresInSeconds,
      access_token: token,
    });
  }

  async #client(form: URLSearchParams): Promise<Principal> {
    const clientId = required(form, "client_id");
    const registration = this.#directory.registration(clientId);
    const principal = this.#directory.principal(clientId);
    if (!registration || !principal) {
      throw new EntraError(
        "unauthorized_client",
        700016,
        `Application with identifier '${clientId}' was not found in the directory '${this.#issuer.tenantId}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
      );
    }
    await this.#checkCredential(form, registration, principal);
    return principal;
  }

  async #checkCredential(
    form: URLSearchParams,
    registration: Registration,
    principal: Principal,
  ): Promise<void> {
    const assertion = form.get("client_assertion");
    if (assertion === null) {
      if (registration.secret !== undefined && form.get("client_secret") === registration.secret) {
        return;
      }
      throw new EntraError(
        "invalid_client",
        7000215,
        `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${registration.clientId}'.`,
      );
    }
    const isOperator = principal.objectId === this.#directory.operator.objectId;
    const isTrusted =
      isOperator &&
      form.get("client_assertion_type") === ASSERTION_TYPE &&
      (await this.#federation.accepts(assertion, this.clusterIssuer()));
    if (isTrusted) return;
    throw new EntraError(
      "invalid_client",
      70021,
      "No matching federated identity record found for presented assertion.",
    );
  }
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === "") {
    throw new EntraError(
      "invalid_request",
      900144,
      `The request body must contain the following parameter: '${name}'.`,
    );
  }
  return value;
}

function resourceOf(scope: string): string {
  const wanted = scope.split(" ").find((one) => one.endsWith("/.default"));
  if (wanted === undefined) {
    throw new EntraError(
      "invalid_scope",
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  return wanted.slice(0, -"/.default".length);
}
