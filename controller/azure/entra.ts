import type { TokenCredential } from "@azure/core-auth";
import type { Entra, TokenClaims } from "./door.ts";
import { AzureError, classifyFailure } from "./errors.ts";
import { isJsonObject, type JsonObject } from "./json.ts";

/** Tokens of the operator's own identity, cached by the credential until they expire. */
export function entra(
  credential: TokenCredential,
  authorityHost: string,
  signal: AbortSignal,
): Entra {
  return {
    authorityHost,

    async getToken(audience) {
      const what = `audience ${audience}`;
      try {
        const token = await credential.getToken(`${audience}/.default`, { abortSignal: signal });
        if (token === null) throw unreadable();
        return { bearer: token.token, claims: readClaims(token.token) };
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        throw classifyFailure(what, cause);
      }
    },
  };
}

/**
 * Reads the claims of an access token that just came from the authority over TLS; its signature is
 * the callee's to check. Version 1 tokens name their client `appid`, version 2 tokens `azp`.
 * @throws {AzureError} when it is not a JSON web token of Entra's.
 */
export function readClaims(bearer: string): TokenClaims {
  const claims = parsePayload(bearer);
  const { iss, aud, tid, oid } = claims;
  if (typeof iss !== "string" || typeof aud !== "string" || typeof tid !== "string") {
    throw unreadable();
  }
  const clientId = claims["azp"] ?? claims["appid"];
  return {
    issuer: iss,
    audience: aud,
    tenantId: tid,
    version: claims["ver"] === "2.0" ? "V2" : "V1",
    objectId: typeof oid === "string" ? oid : undefined,
    clientId: typeof clientId === "string" ? clientId : undefined,
  };
}

function parsePayload(bearer: string): JsonObject {
  try {
    const payload = Buffer.from(bearer.split(".")[1] ?? "", "base64url").toString("utf8");
    const claims = JSON.parse(payload) as unknown;
    if (isJsonObject(claims)) return claims;
  } catch {
    // Not JSON: answered below, without the token's text.
  }
  throw unreadable();
}

function unreadable(): AzureError {
  return new AzureError({
    reason: "CredentialUnavailable",
    errorClass: "BackOff",
    message: "Entra gave no token that can be read. It is asked again.",
  });
}
