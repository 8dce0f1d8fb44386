import type { JWTPayload } from "jose";
import type { Issuer } from "../entra/issuer.ts";
import {
  bearerToken,
  isObject,
  parseJson,
  textOf,
  type Answer,
  type IncomingCall,
  type Principal,
} from "../http/message.ts";
import { member } from "../world/default-authentication.ts";
import type { Directory } from "../world/directory.ts";
import type { Site, SiteAuthentication } from "../world/site.ts";

/** What Easy Auth decides about a request. */
export type Verdict =
  | { readonly kind: "unguarded" }
  | { readonly kind: "pass"; readonly principal?: Principal }
  | {
      readonly kind: "refuse";
      readonly answer: Answer;
      readonly reason: string;
      readonly principal?: Principal;
    };

/** The rules in force, whatever generation of settings they come from. */
interface Rules {
  readonly requiresAuthentication: boolean;
  readonly action: string;
  readonly excludedPaths: readonly string[];
  readonly clientId: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** `undefined`: any application; empty: none. */
  readonly applications: readonly string[] | undefined;
  readonly objectIds: readonly string[];
  readonly groups: readonly string[];
  readonly showsChallenge: boolean;
}

/** App Service's built-in authentication in front of a Function App. */
export class EasyAuth {
  readonly #issuer: Issuer;
  readonly #directory: Directory;

  constructor(issuer: Issuer, directory: Directory) {
    this.#issuer = issuer;
    this.#directory = directory;
  }

  /** Judges a request by the settings in force. */
  async judge(site: Site, call: IncomingCall): Promise<Verdict> {
    const rules = rulesInForce(site);
    if (rules === undefined) return { kind: "unguarded" };
    if (isPreflight(call)) return { kind: "pass" };
    if (isExcluded(call.url.pathname, rules.excludedPaths)) return { kind: "pass" };
    const token = bearerToken(call);
    if (token === undefined) return this.#unauthenticated(site, rules, "no token");
    const claims = await this.#validate(token, rules);
    if (typeof claims === "string") return this.#unauthenticated(site, rules, claims);
    const principal = this.#principal(claims);
    const objection = objectionTo(principal, rules);
    if (objection === undefined) return { kind: "pass", principal };
    return { kind: "refuse", answer: FORBIDDEN, reason: objection, principal };
  }

  #unauthenticated(site: Site, rules: Rules, reason: string): Verdict {
    if (!rules.requiresAuthentication) return { kind: "pass" };
    switch (rules.action) {
      case "AllowAnonymous":
        return { kind: "pass" };
      case "RedirectToLoginPage": {
        const location = `${this.#issuer.address()}/${this.#issuer.tenantId}/oauth2/v2.0/authorize?client_id=${rules.clientId}`;
        return { kind: "refuse", answer: { status: 302, headers: { location } }, reason };
      }
      case "Return403":
        return { kind: "refuse", answer: FORBIDDEN, reason };
      case "Return404":
        return { kind: "refuse", answer: { status: 404 }, reason };
      default: {
        const challenge = `Bearer realm="${site.hostName}" authorization_uri="${this.#issuer.address()}/${this.#issuer.tenantId}/oauth2/v2.0/authorize" resource_id="${rules.clientId}"`;
        const headers = rules.showsChallenge ? { "www-authenticate": challenge } : {};
        const isWindows = !site.kind.includes("linux");
        return {
          kind: "refuse",
          answer: { status: 401, headers, ...(isWindows && { body: NO_PERMISSION }) },
          reason,
        };
      }
    }
  }

  /** The claims of a valid token, or why it is none. */
  async #validate(token: string, rules: Rules): Promise<JWTPayload | string> {
    let claims: JWTPayload;
    try {
      claims = await this.#issuer.verify(token);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    if (!this.#isIssuerAccepted(claims.iss ?? "", rules.issuer)) {
      return `issuer ${claims.iss} is not ${rules.issuer}`;
    }
    const audience = typeof claims.aud === "string" ? claims.aud.toLowerCase() : "";
    const accepted = [rules.clientId, ...rules.audiences].map((one) => one.toLowerCase());
    return accepted.includes(audience) ? claims : `audience ${audience} is not accepted`;
  }

  /**
   * An issuer setting accepts tokens of its own version only; the two spellings of each version
   * count as one. A tenant-less setting accepts any issuer.
   */
  #isIssuerAccepted(found: string, setting: string): boolean {
    const address = this.#issuer.address();
    const { tenantId } = this.#issuer;
    const wanted = setting.replace(/\/$/u, "").toLowerCase();
    const tenantless = ["common", "organizations"].map((name) => `${address}/${name}`);
    if ([...tenantless, ...tenantless.map((one) => `${one}/v2.0`)].includes(wanted)) return true;
    const spellings = [`${address}/${tenantId}`, `${address}/sts/${tenantId}`];
    if (spellings.includes(wanted)) return found === this.#issuer.issuerOf(1);
    return spellings.some((one) => `${one}/v2.0` === wanted) && found === this.#issuer.issuerOf(2);
  }

  #principal(claims: JWTPayload): Principal {
    const clientId = textOf(claims["azp"] ?? claims["appid"]);
    return {
      name: this.#directory.principal(clientId)?.name ?? clientId,
      objectId: textOf(claims["oid"]),
      clientId,
    };
  }
}

const NO_PERMISSION = "You do not have permission to view this directory or page.";
const FORBIDDEN: Answer = { status: 403 };

/** `undefined` when nothing is demanded of callers. */
function rulesInForce(site: Site): Rules | undefined {
  const isSwitchedOffByHost =
    site.kind.includes("linux") &&
    site.appSettings["WEBSITE_AUTH_ENABLED"]?.toLowerCase() === "false";
  if (isSwitchedOffByHost) return undefined;
  const authentication = site.enforcedAuthentication.get();
  if (authentication.version === "v1") return rulesOfV1(authentication);
  const document = fileDocument(site, authentication) ?? authentication.document;
  return rulesOfV2(document);
}

/** The document of a settings file in the app's content, which overrides what ARM shows. */
function fileDocument(
  site: Site,
  authentication: SiteAuthentication,
): Record<string, unknown> | undefined {
  const path = member(authentication.document, "platform", "configFilePath");
  if (typeof path !== "string" || path === "") return undefined;
  const document = parseJson(site.files[path] ?? "");
  return isObject(document) ? document : undefined;
}

function rulesOfV2(document: Readonly<Record<string, unknown>>): Rules | undefined {
  if (member(document, "platform", "enabled") !== true) return undefined;
  const provider = member(document, "identityProviders", "azureActiveDirectory");
  const policy = member(provider, "validation", "defaultAuthorizationPolicy");
  const legacy = member(provider, "validation", "jwtClaimChecks", "allowedClientApplications");
  const isProviderEnabled = member(provider, "enabled") !== false;
  return {
    requiresAuthentication: member(document, "globalValidation", "requireAuthentication") === true,
    action:
      textOf(member(document, "globalValidation", "unauthenticatedClientAction")) ||
      "AllowAnonymous",
    excludedPaths: texts(member(document, "globalValidation", "excludedPaths")) ?? [],
    clientId: isProviderEnabled ? textOf(member(provider, "registration", "clientId")) : "",
    issuer: textOf(member(provider, "registration", "openIdIssuer")),
    audiences: texts(member(provider, "validation", "allowedAudiences")) ?? [],
    applications: texts(member(policy, "allowedApplications")) ?? texts(legacy),
    objectIds: texts(member(policy, "allowedPrincipals", "identities")) ?? [],
    groups: texts(member(policy, "allowedPrincipals", "groups")) ?? [],
    showsChallenge: member(provider, "login", "disableWWWAuthenticate") !== true,
  };
}

function rulesOfV1(authentication: SiteAuthentication): Rules | undefined {
  const { document } = authentication;
  if (document["enabled"] !== true) return undefined;
  return {
    requiresAuthentication: true,
    action: textOf(document["unauthenticatedClientAction"]) || "RedirectToLoginPage",
    excludedPaths: [],
    clientId: textOf(document["clientId"]),
    issuer: textOf(document["issuer"]),
    audiences: texts(document["allowedAudiences"]) ?? [],
    applications: undefined,
    objectIds: [],
    groups: [],
    showsChallenge: true,
  };
}

/** The checks of the authorization policy: all configured parts must pass. */
function objectionTo(principal: Principal, rules: Rules): string | undefined {
  const has = (list: readonly string[], id: string): boolean =>
    list.some((one) => one.toLowerCase() === id.toLowerCase());
  if (rules.applications !== undefined && !has(rules.applications, principal.clientId)) {
    return "the application is not allowed";
  }
  if (rules.groups.length > 0) return "an application's token names no groups";
  if (rules.objectIds.length > 0 && !has(rules.objectIds, principal.objectId)) {
    return "the principal is not allowed";
  }
  return undefined;
}

function isPreflight(call: IncomingCall): boolean {
  return (
    call.method === "OPTIONS" &&
    call.headers["origin"] !== undefined &&
    call.headers["access-control-request-method"] !== undefined
  );
}

function isExcluded(path: string, excluded: readonly string[]): boolean {
  const wanted = path.toLowerCase();
  return excluded.some((one) => {
    const pattern = one.toLowerCase();
    return pattern.endsWith("/*") ? wanted.startsWith(pattern.slice(0, -1)) : wanted === pattern;
  });
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
}
