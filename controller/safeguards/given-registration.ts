import type { Registration } from "../api/v1alpha1/types.generated.ts";
import type { Door, TokenClaims } from "../azure/door.ts";
import { askForToken, lacksServicePrincipal, type TokenAnswer } from "./registration-token.ts";
import { KNOWN_AFTER_APPLY, type Facts, type Obstacle } from "./safeguard.ts";

/** A registration that the spec names. */
export type GivenRegistration = Registration & { readonly clientId: string };

/** What was seen of a registration that the spec names. */
export interface ObservedGivenRegistration extends TokenAnswer {
  readonly authorityHost: string;
}

/** Whether the spec names a registration; otherwise one is managed for it. */
export function isGiven(registration: Registration): registration is GivenRegistration {
  return registration.clientId !== undefined;
}

/**
 * Looks at a registration that the spec names. Nothing is written. What has to be known is which
 * generation of tokens Entra issues for it, since the issuer that the function must accept follows from
 * that; the tokens themselves say it, and reading one needs no right in Microsoft Graph.
 */
export async function observeGivenRegistration(
  door: Door,
  { clientId }: GivenRegistration,
): Promise<ObservedGivenRegistration> {
  const { authorityHost } = door.entra;
  return { authorityHost, ...(await askForToken(door, clientId)) };
}

/** What the others need to know of it. */
export function givenRegistrationFacts(
  registration: GivenRegistration,
  observed: ObservedGivenRegistration,
): Facts["registration"] {
  const tenantId = registration.tenantId ?? observed.token?.claims.tenantId;
  return {
    audience: registration.clientId,
    tenantId: tenantId ?? KNOWN_AFTER_APPLY,
    issuer: issuerOf(registration, observed, tenantId) ?? KNOWN_AFTER_APPLY,
    token: observed.token,
    refusal: observed.refusal,
  };
}

/**
 * The issuer of the tokens that the gateway will get: version 2 tokens name the authority they come
 * from, version 1 tokens a host of their own (Entra access token claims reference).
 */
function issuerOf(
  registration: Registration,
  { authorityHost, token }: ObservedGivenRegistration,
  tenantId: string | undefined,
): string | undefined {
  if (tenantId === undefined) return undefined;
  if (token !== undefined && sameText(token.claims.tenantId, tenantId)) {
    return namesTenant(token.claims) ? token.claims.issuer : undefined;
  }
  switch (registration.tokenVersion) {
    case "Auto":
      return undefined;
    case "V1":
      return `https://sts.windows.net/${tenantId}/`;
    case "V2":
      return `${authorityHost.replace(/\/$/, "")}/${tenantId}/v2.0`;
  }
}

/** What keeps a registration that the spec names from being used. */
export function obstacleToGivenRegistration(
  registration: GivenRegistration,
  gateways: Facts["gateways"],
  observed: ObservedGivenRegistration,
): Obstacle | undefined {
  const { token, refusal } = observed;
  const { clientId, tokenVersion } = registration;
  const tenantId = registration.tenantId ?? token?.claims.tenantId;
  const foreign = gateways.find(
    (gateway) =>
      gateway.tenantId !== undefined &&
      tenantId !== undefined &&
      !sameText(gateway.tenantId, tenantId),
  );

  if (lacksServicePrincipal(observed)) {
    return blocked(
      "ServicePrincipalMissing",
      `Entra has no service principal for ${clientId} in this tenant, so no gateway can get a token for it. Create it: az ad sp create --id ${clientId}. (${refusal})`,
    );
  }
  if (foreign !== undefined) {
    return blocked(
      "TenantMismatch",
      `The registration is in tenant ${tenantId}, and ${foreign.serviceId} gets its tokens from tenant ${foreign.tenantId}. Use a registration in the gateway's tenant, or correct registration.tenantId.`,
    );
  }
  if (token !== undefined && tokenVersion !== "Auto" && token.claims.version !== tokenVersion) {
    return blocked(
      "TokenVersionMismatch",
      `Entra issues ${token.claims.version} tokens for ${clientId}, and registration.tokenVersion says ${tokenVersion}. Set requestedAccessTokenVersion of the registration, or tokenVersion: Auto.`,
    );
  }
  if (token !== undefined && !namesTenant(token.claims)) {
    return blocked(
      "TenantMismatch",
      `The issuer ${token.claims.issuer} does not name the registration's tenant, and a function that accepts it would let in callers of others. Use a registration of a single tenant.`,
    );
  }
  const issuer = issuerOf(registration, observed, tenantId);
  if (issuer === undefined) {
    return blocked(
      "TokenVersionUnknown",
      `Which tokens Entra issues for ${clientId} could not be found out${refusal === undefined ? "" : `: ${refusal}`}. Set registration.tenantId and registration.tokenVersion.`,
    );
  }
  return undefined;
}

/** An issuer of no tenant, or of another, is never to be accepted: then the tenant is not checked. */
function namesTenant({ issuer, tenantId }: TokenClaims): boolean {
  return issuer.toLowerCase().includes(tenantId.toLowerCase());
}

function blocked(reason: Obstacle["reason"], message: string): Obstacle {
  return { kind: "blocked", reason, message };
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
