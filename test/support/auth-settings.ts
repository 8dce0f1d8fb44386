import { isJsonObject, type Json, type JsonObject } from "../../controller/azure/json.ts";
import { AUDIENCE, GATEWAY, ISSUER } from "./builders.ts";

/** What a site answers that nobody ever configured. */
export const NEVER_CONFIGURED: JsonObject = { platform: { enabled: false } };

/** The settings of a function that is closed to everybody but the gateway. */
export function authSettings({
  identities = [GATEWAY.principalId],
  applications = [GATEWAY.clientId],
}: {
  readonly identities?: readonly string[];
  readonly applications?: readonly string[];
} = {}): JsonObject {
  return {
    platform: { enabled: true, runtimeVersion: "~1" },
    globalValidation: { requireAuthentication: true, unauthenticatedClientAction: "Return401" },
    identityProviders: {
      azureActiveDirectory: {
        enabled: true,
        registration: { openIdIssuer: ISSUER, clientId: AUDIENCE },
        validation: {
          defaultAuthorizationPolicy: {
            allowedApplications: applications,
            allowedPrincipals: { identities },
          },
        },
      },
    },
  };
}

/** What Azure adds to any document that is put: recorded from the real service. */
export const FILLED_IN_BY_AZURE: JsonObject = {
  platform: { enabled: false, runtimeVersion: "~1" },
  globalValidation: { requireAuthentication: false, unauthenticatedClientAction: "AllowAnonymous" },
  identityProviders: {
    azureActiveDirectory: {
      enabled: true,
      registration: {},
      login: { disableWWWAuthenticate: false },
      validation: {
        jwtClaimChecks: {},
        defaultAuthorizationPolicy: { allowedPrincipals: {} },
      },
    },
    facebook: { enabled: true, registration: {}, login: {} },
    gitHub: { enabled: true, registration: {}, login: {} },
    google: { enabled: true, registration: {}, login: {}, validation: {} },
    twitter: { enabled: true, registration: {} },
    legacyMicrosoftAccount: { enabled: true, registration: {}, login: {}, validation: {} },
    apple: { enabled: true, registration: {}, login: {} },
  },
  login: {
    routes: {},
    tokenStore: {
      enabled: false,
      tokenRefreshExtensionHours: 72,
      fileSystem: {},
      azureBlobStorage: {},
    },
    preserveUrlFragmentsForLogins: false,
    cookieExpiration: { convention: "FixedTime", timeToExpiration: "08:00:00" },
    nonce: { validateNonce: true, nonceExpirationInterval: "00:05:00" },
  },
  httpSettings: {
    requireHttps: true,
    routes: { apiPrefix: "/.auth" },
    forwardProxy: { convention: "NoProxy" },
  },
  clearInboundClaimsMapping: "false",
};

/** A document as Azure answers it after a PUT: what it does not say is filled in. */
export function asAzureAnswers(
  document: JsonObject,
  defaults: JsonObject = FILLED_IN_BY_AZURE,
): JsonObject {
  const filled = Object.entries(defaults).map(([key, value]): [string, Json] => {
    const said = document[key];
    return [
      key,
      isJsonObject(said) && isJsonObject(value) ? asAzureAnswers(said, value) : (said ?? value),
    ];
  });
  return { ...document, ...Object.fromEntries(filled) };
}
