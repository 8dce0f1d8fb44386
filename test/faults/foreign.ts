import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, type JsonObject } from "../../controller/azure/json.ts";
import type { RequestRecord } from "../../simulator/control/request-log.ts";
import { OURS, type View } from "./outside.ts";

/** The documents as their owners last wrote them. */
export interface OwnersDocuments {
  readonly settings: JsonObject;
  readonly policy: string | undefined;
}

const ENTRA = "/identityProviders/azureActiveDirectory";
const AUTHORIZATION = `${ENTRA}/validation/defaultAuthorizationPolicy`;

/** The members of the authentication settings that are the operator's. */
const OWNED: ReadonlySet<string> = new Set([
  "/platform/enabled",
  "/globalValidation/requireAuthentication",
  "/globalValidation/unauthenticatedClientAction",
  "/globalValidation/excludedPaths",
  "/httpSettings/requireHttps",
  `${ENTRA}/enabled`,
  `${ENTRA}/registration/clientId`,
  `${ENTRA}/registration/openIdIssuer`,
  `${ENTRA}/validation/allowedAudiences`,
  `${AUTHORIZATION}/allowedApplications`,
  `${AUTHORIZATION}/allowedPrincipals/identities`,
  `${AUTHORIZATION}/allowedPrincipals/groups`,
]);

/** What the owners wrote, given what was there first and everything the portal has sent since. */
export function ownersDocuments(first: View, requests: readonly RequestRecord[]): OwnersDocuments {
  const written = requests.filter(
    ({ method, principal, status = 0 }) =>
      method === "PUT" && principal?.name === "portal" && status < 300,
  );
  const last = (path: RegExp) =>
    JSON.parse(written.findLast(({ url }) => path.test(url))?.requestBody ?? "{}") as {
      properties?: JsonObject;
    };
  const policy = last(/\/policies\/policy/i).properties?.["value"];
  return {
    settings: last(/\/config\/authsettingsV2/i).properties ?? first.settings,
    policy: typeof policy === "string" ? policy : first.policy,
  };
}

/** What the owners wrote and is no longer there, or no longer as they wrote it. */
export function lostForeign(
  owners: OwnersDocuments,
  now: View,
  promised: { readonly policy: boolean },
): readonly string[] {
  const lost = lostMembers("", owners.settings, now.settings).map(
    (pointer) => `the setting ${pointer} of its owners is not as they wrote it`,
  );
  if (owners.policy === undefined || !promised.policy) return lost;
  const before = withoutOurs(owners.policy);
  const after = withoutOurs(now.policy ?? "");
  return before === after ? lost : [...lost, `the policy of its owners was changed: ${now.policy}`];
}

/** Statements of the operator's that stand more than once. */
export function duplicates({ policy = "" }: View): readonly string[] {
  const statements = (policy.match(OURS) ?? []).map((statement) => statement.trim());
  return statements.filter((statement, index) => statements.indexOf(statement) !== index);
}

/** The text of everybody else: blanks are the service's own, which it rewrites. */
function withoutOurs(policy: string): string {
  return policy.replaceAll(OURS, "").replaceAll(/\s+/g, "");
}

function lostMembers(pointer: string, before: Json, after: Json | undefined): readonly string[] {
  if (OWNED.has(pointer)) return [];
  if (!isJsonObject(before)) return isDeepStrictEqual(before, after) ? [] : [pointer];
  if (!isJsonObject(after)) return Object.keys(before).length === 0 ? [] : [pointer];
  return Object.entries(before).flatMap(([name, value]) =>
    lostMembers(`${pointer}/${name}`, value, after[name]),
  );
}
