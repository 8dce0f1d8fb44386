import { isObject } from "../http/message.ts";

type Json = Readonly<Record<string, unknown>>;

/** What the service fills in around the document that was sent. */
const DEFAULT_DOCUMENT: Json = {
  platform: { enabled: false, runtimeVersion: "~1" },
  globalValidation: {
    requireAuthentication: false,
    unauthenticatedClientAction: "AllowAnonymous",
  },
  identityProviders: {
    azureActiveDirectory: {
      enabled: true,
      registration: {},
      login: { disableWWWAuthenticate: false },
      validation: { jwtClaimChecks: {}, defaultAuthorizationPolicy: { allowedPrincipals: {} } },
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

/**
 * The document that a PUT of authsettingsV2 leaves behind: the sent one, filled up with defaults,
 * booleans sent as strings made booleans, unknown members kept as sent.
 *
 * Audiences sent without a default authorization policy come out with an empty list of allowed
 * applications, which permits nobody (a trap users reported).
 */
export function defaultAuthentication(sent: Json): Json {
  const document = merge(DEFAULT_DOCUMENT, sent);
  if (!hasAudiencesWithoutPolicy(sent)) return document;
  return merge(document, {
    identityProviders: {
      azureActiveDirectory: {
        validation: { defaultAuthorizationPolicy: { allowedApplications: [] } },
      },
    },
  });
}

function hasAudiencesWithoutPolicy(sent: Json): boolean {
  const validation = member(sent, "identityProviders", "azureActiveDirectory", "validation");
  if (!isObject(validation)) return false;
  const audiences = validation["allowedAudiences"];
  const policy = validation["defaultAuthorizationPolicy"];
  return Array.isArray(audiences) && audiences.length > 0 && !isObject(policy);
}

/** The member at a path of property names; `undefined` when any step is missing. */
export function member(document: unknown, ...path: readonly string[]): unknown {
  let value = document;
  for (const name of path) {
    if (!isObject(value)) return undefined;
    value = value[name];
  }
  return value;
}

function merge(defaults: Json, sent: Json): Json {
  const merged: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(sent)) {
    if (value === null) continue;
    const fallback = defaults[name];
    merged[name] =
      isObject(value) && isObject(fallback) ? merge(fallback, value) : coerce(value, fallback);
  }
  return merged;
}

function coerce(value: unknown, fallback: unknown): unknown {
  if (typeof fallback !== "boolean" || typeof value !== "string") return value;
  const text = value.toLowerCase();
  if (text === "true") return true;
  return text === "false" ? false : value;
}
