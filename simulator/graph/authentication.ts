import type { Issuer } from "../entra/issuer.ts";
import { bearerToken, textOf, type IncomingCall, type Principal } from "../http/message.ts";
import type { Directory } from "../world/directory.ts";
import { GraphError } from "./errors.ts";

/**
 * Who calls Graph, by the bearer token.
 *
 * @param audience the only audience Graph accepts; a slash at its end does not matter.
 * @throws GraphError 401.
 */
export async function authenticate(
  call: IncomingCall,
  issuer: Issuer,
  directory: Directory,
  audience: string,
): Promise<Principal> {
  const token = bearerToken(call);
  if (token === undefined) throw refusal("Access token is empty.");
  const claims = await issuer.verify(token).catch(() => {
    throw refusal("Lifetime validation failed, the token is expired.");
  });
  const found = typeof claims.aud === "string" ? claims.aud.replace(/\/$/u, "") : "";
  if (found !== audience.replace(/\/$/u, "")) {
    throw refusal("Access token validation failure. Invalid audience.");
  }
  const clientId = textOf(claims["appid"] ?? claims["azp"]);
  const name = directory.principal(clientId)?.name ?? clientId;
  return { name, objectId: textOf(claims["oid"]), clientId };
}

function refusal(message: string): GraphError {
  return new GraphError(401, "InvalidAuthenticationToken", message);
}
