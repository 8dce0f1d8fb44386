import type { Registration } from "../api/v1alpha1/types.generated.ts";
import type { AccessToken, TokenClaims } from "../azure/door.ts";
import { AzureError } from "../azure/errors.ts";
import {
  defineSafeguard,
  KNOWN_AFTER_APPLY,
  type Assessment,
  type Facts,
  type Obstacle,
} from "./safeguard.ts";

interface ObservedRegistration {
  readonly authorityHost: string;
  /** A token of the operator's own identity for the function: it tells version and issuer. */
  readonly token: AccessToken | undefined;
  /** Entra's own words, where it gives no token. */
  readonly refusal: string | undefined;
}

interface DesiredRegistration {
  readonly registration: Registration;
  readonly gateways: Facts["gateways"];
}

/**
 * The function has an app registration whose tokens can be told from all others.
 *
 * With a given `clientId` nothing is written. What has to be known is which generation of tokens
 * Entra issues for it, since the issuer that the function must accept follows from that; the tokens
 * themselves say it, and reading one needs no right in Microsoft Graph.
 */
export const appRegistration = defineSafeguard<ObservedRegistration, DesiredRegistration>({
  name: "app-registration",
  condition: "RegistrationReady",
  needs: ["gateways"],
  actions: [],
  resources: () => [],

  async observe(door, { spec }) {
    const authorityHost = door.entra.authorityHost;
    try {
      const token = await door.entra.getToken(spec.registration.clientId);
      return { authorityHost, token, refusal: undefined };
    } catch (error) {
      const refusal =
        error instanceof AzureError ? /AADSTS\d+[^\n]*/.exec(error.message)?.[0] : undefined;
      if (refusal === undefined) throw error;
      return { authorityHost, token: undefined, refusal };
    }
  },

  establish: (observed, { spec }) => {
    const tenantId = spec.registration.tenantId ?? observed.token?.claims.tenantId;
    return {
      registration: {
        audience: spec.registration.clientId,
        tenantId: tenantId ?? KNOWN_AFTER_APPLY,
        issuer: issuerOf(spec.registration, observed, tenantId) ?? KNOWN_AFTER_APPLY,
        token: observed.token,
      },
    };
  },

  desire: ({ spec }, { gateways }) => ({ registration: spec.registration, gateways }),

  compare(desired, observed): Assessment {
    const obstacle = obstacleTo(desired, observed);
    return { changes: [], notes: [], ...(obstacle && { obstacle }) };
  },
});

/**
 * The issuer of the tokens that the gateway will get: version 2 tokens name the authority they come
 * from, version 1 tokens a host of their own (Entra access token claims reference).
 */
function issuerOf(
  registration: Registration,
  { authorityHost, token }: ObservedRegistration,
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

function obstacleTo(
  { registration, gateways }: DesiredRegistration,
  observed: ObservedRegistration,
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

  if (refusal !== undefined && /AADSTS(500011|7000229|650052)\b/.test(refusal)) {
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
