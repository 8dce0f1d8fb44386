import { valueAt, type Json, type JsonObject } from "../../controller/azure/json.ts";
import { DEMO } from "../../simulator/world/demo-world.ts";
import type { GatewayIdentity, View } from "./outside.ts";

/**
 * Whom and what a function lets in, as words that can be compared: `everybody`, `application:<id>`,
 * `identity:<id>`, `group:<id>`, `path:<path>`, `audience:<id>`, `issuer:<url>`, `scheme:http`. A `*`
 * stands for all of its kind.
 */
export type Admission = ReadonlySet<string>;

const EVERYBODY = "everybody";
const ENTRA = "/identityProviders/azureActiveDirectory";
const AUTHORIZATION = `${ENTRA}/validation/defaultAuthorizationPolicy`;

/** What the settings admit, read independently of the operator. */
export function admittedBySettings(settings: JsonObject): Admission {
  const at = (pointer: string) => valueAt(settings, pointer);
  const action = at("/globalValidation/unauthenticatedClientAction");
  const isClosed =
    at("/platform/enabled") === true &&
    at("/globalValidation/requireAuthentication") === true &&
    typeof action === "string" &&
    action !== "AllowAnonymous";
  if (!isClosed) return new Set([EVERYBODY]);
  return new Set([
    ...entries("application", at(`${AUTHORIZATION}/allowedApplications`), ["*"]),
    ...entries("identity", at(`${AUTHORIZATION}/allowedPrincipals/identities`), ["*"]),
    ...entries("group", at(`${AUTHORIZATION}/allowedPrincipals/groups`), []),
    ...entries("path", at("/globalValidation/excludedPaths"), []),
    ...entries("audience", at(`${ENTRA}/validation/allowedAudiences`), []),
    ...entries("audience", [at(`${ENTRA}/registration/clientId`) ?? ""], []),
    ...entries("issuer", [at(`${ENTRA}/registration/openIdIssuer`) ?? ""], []),
    ...(at("/httpSettings/requireHttps") === false ? ["scheme:http"] : []),
  ]);
}

/** What the calls of an outsider show. */
export function admittedByCalls({ anonymous, intruder }: View): Admission {
  if (anonymous < 300) return new Set([EVERYBODY]);
  if (intruder >= 300) return new Set();
  return new Set([`application:${DEMO.intruderClientId}`, `identity:${DEMO.intruderObjectId}`]);
}

/** What the spec of the scenarios names. */
export function admittedBySpec(gateway: GatewayIdentity | undefined, issuer: string): Admission {
  return new Set([
    `audience:${DEMO.functionClientId}`,
    `issuer:${issuer.toLowerCase()}`,
    ...(gateway ? [`application:${gateway.clientId}`, `identity:${gateway.principalId}`] : []),
  ]);
}

/** Those entries that are not among what is allowed. */
export function beyond(admitted: Admission, ...allowed: readonly Admission[]): Admission {
  const isAllowed = (entry: string) =>
    allowed.some(
      (set) =>
        set.has(EVERYBODY) || set.has(entry) || set.has(`${entry.slice(0, entry.indexOf(":"))}:*`),
    );
  return new Set([...admitted].filter((entry) => !isAllowed(entry)));
}

function entries(kind: string, value: Json | undefined, whenEmpty: readonly string[]): string[] {
  const listed = Array.isArray(value) ? value.map((entry) => String(entry).toLowerCase()) : [];
  return (listed.length === 0 ? whenEmpty : listed).map((entry) => `${kind}:${entry}`);
}
