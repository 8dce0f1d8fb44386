import { valueAt, type JsonObject } from "../../controller/azure/json.ts";

const ENTRA = "/identityProviders/azureActiveDirectory";
const POLICY = `${ENTRA}/validation/defaultAuthorizationPolicy`;

/** Who calls the function: an identity with a valid token. */
export interface Caller {
  readonly principalId: string;
  readonly clientId: string;
  readonly audience: string;
  readonly issuer: string;
}

/** What a function's authentication answers to a caller, or to an anonymous one. */
export function answerOf(settings: JsonObject, caller: Caller | undefined): 200 | 401 | 403 {
  if (!isClosed(settings)) return 200;
  if (caller === undefined) return 401;
  const isForMe =
    valueAt(settings, `${ENTRA}/registration/clientId`) === caller.audience &&
    valueAt(settings, `${ENTRA}/registration/openIdIssuer`) === caller.issuer;
  if (!isForMe) return 401;
  const applications = listAt(settings, `${POLICY}/allowedApplications`);
  const identities = listAt(settings, `${POLICY}/allowedPrincipals/identities`);
  const isAllowed =
    (applications === undefined || applications.includes(caller.clientId.toLowerCase())) &&
    (identities === undefined || identities.includes(caller.principalId.toLowerCase()));
  return isAllowed ? 200 : 403;
}

/** Object ids of those who are let in, in lower case; undefined when it is anybody. */
export function admitted(settings: JsonObject): readonly string[] | undefined {
  return isClosed(settings)
    ? listAt(settings, `${POLICY}/allowedPrincipals/identities`)
    : undefined;
}

/** Whether anonymous callers are turned away. */
export function isClosed(settings: JsonObject): boolean {
  return (
    valueAt(settings, "/platform/enabled") === true &&
    valueAt(settings, "/globalValidation/requireAuthentication") === true &&
    valueAt(settings, "/globalValidation/unauthenticatedClientAction") !== "AllowAnonymous"
  );
}

function listAt(settings: JsonObject, pointer: string): readonly string[] | undefined {
  const list = valueAt(settings, pointer);
  return Array.isArray(list) ? list.map((entry) => String(entry).toLowerCase()) : undefined;
}
