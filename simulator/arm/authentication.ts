import { errors, type JWTPayload } from "jose";
import type { Issuer } from "../entra/issuer.ts";
import { bearerToken, textOf, type IncomingCall, type Principal } from "../http/message.ts";
import type { Directory } from "../world/directory.ts";
import { ArmError } from "./errors.ts";

/**
 * Who calls ARM, by the bearer token.
 *
 * @param audience the only audience ARM accepts; a slash at its end does not matter.
 * @throws ArmError 401.
 */
export async function authenticate(
  call: IncomingCall,
  issuer: Issuer,
  directory: Directory,
  audience: string,
): Promise<Principal> {
  const token = bearerToken(call);
  if (token === undefined) {
    throw refusal(
      issuer,
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing.",
    );
  }
  const claims = await verify(issuer, token);
  const found = typeof claims.aud === "string" ? claims.aud.replace(/\/$/u, "") : "";
  if (found !== audience.replace(/\/$/u, "")) {
    throw refusal(
      issuer,
      "InvalidAuthenticationTokenAudience",
      `The access token has been obtained for wrong audience or resource '${found}'. It should exactly match with one of the allowed audiences '${audience}'.`,
    );
  }
  const clientId = textOf(claims["appid"] ?? claims["azp"]);
  const objectId = textOf(claims["oid"]);
  const name = directory.principal(clientId)?.name ?? clientId;
  return { name, objectId, clientId };
}

async function verify(issuer: Issuer, token: string): Promise<JWTPayload> {
  try {
    return await issuer.verify(token);
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw refusal(
        issuer,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than current UTC time.",
      );
    }
    throw refusal(issuer, "InvalidAuthenticationToken", "The access token is invalid.");
  }
}

function refusal(issuer: Issuer, code: string, message: string): ArmError {
  const challenge = `Bearer authorization_uri="${issuer.address()}/${issuer.tenantId}", error="invalid_token", error_description="${message}"`;
  return new ArmError(401, code, message, { headers: { "www-authenticate": challenge } });
}
