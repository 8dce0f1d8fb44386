import type { AllowedCaller, Authentication } from "../api/v1alpha1/types.generated.ts";
import { listAt, valueAt, type JsonObject } from "../azure/json.ts";
import { isEnforced } from "../safeguards/authentication.ts";
import type { Caller } from "./present-identity.ts";
import type { Remark } from "./remark.ts";

const VALIDATION = "/identityProviders/azureActiveDirectory/validation";
const POLICY = `${VALIDATION}/defaultAuthorizationPolicy`;

/** How the function treats its callers, in the words of a manifest. */
export function presentAuthentication(
  settings: JsonObject,
  gateways: readonly Caller[],
  clientId: string | undefined,
): { readonly authentication: Authentication; readonly remarks: readonly Remark[] } {
  const callers = presentCallers(settings, gateways);
  const implied = clientId === undefined ? [] : [clientId, `api://${clientId}`];
  const action = valueAt(settings, "/globalValidation/unauthenticatedClientAction");
  return {
    authentication: {
      unauthenticatedAction: action === "Return403" ? "Return403" : "Return401",
      allowedCallers: callers.allowedCallers,
      allowedAudiences: without(textsAt(settings, `${VALIDATION}/allowedAudiences`), implied),
      excludedPaths: textsAt(settings, "/globalValidation/excludedPaths"),
    },
    remarks: [...openDoor(settings), ...callers.remarks, ...groups(settings)],
  };
}

/**
 * The callers besides the gateways. App Service keeps object ids and client ids in two lists, and
 * does not say which belong together: only where there is one of each it is certain.
 */
function presentCallers(
  settings: JsonObject,
  gateways: readonly Caller[],
): { readonly allowedCallers: AllowedCaller[]; readonly remarks: readonly Remark[] } {
  const objectIds = without(
    lowerCase(textsAt(settings, `${POLICY}/allowedPrincipals/identities`)),
    gateways.flatMap(({ principalId }) => principalId ?? []),
  );
  const clientIds = without(
    lowerCase(textsAt(settings, `${POLICY}/allowedApplications`)),
    gateways.flatMap(({ clientId }) => clientId ?? []),
  );
  const [objectId] = objectIds;
  const [clientId] = clientIds;
  if (objectId === undefined && clientId === undefined) return { allowedCallers: [], remarks: [] };
  const isCertain = objectIds.length === 1 && clientIds.length === 1;
  if (isCertain && objectId !== undefined && clientId !== undefined) {
    return { allowedCallers: [{ objectId, clientId }], remarks: [] };
  }
  const text = `allowedCallers has to be filled in: which object id belongs to which client id is not known. Object ids: ${listed(objectIds)}. Client ids: ${listed(clientIds)}. Whoever is not named is turned away.`;
  return { allowedCallers: [], remarks: [{ field: "authentication", text, isOpenQuestion: true }] };
}

function openDoor(settings: JsonObject): readonly Remark[] {
  if (isEnforced(settings)) return [];
  const text = "The function lets anybody in at present: this manifest closes it.";
  return [{ field: "authentication", text }];
}

function groups(settings: JsonObject): readonly Remark[] {
  const ids = textsAt(settings, `${POLICY}/allowedPrincipals/groups`);
  if (ids.length === 0) return [];
  const text = `Members of groups get in at present, and a manifest names no groups: ${listed(ids)}. Name those who need it in allowedCallers.`;
  return [{ field: "authentication", text, isOpenQuestion: true }];
}

function textsAt(settings: JsonObject, pointer: string): string[] {
  return [...new Set(listAt(settings, pointer).filter((each) => typeof each === "string"))];
}

function lowerCase(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.map((text) => text.toLowerCase()))];
}

function without(texts: readonly string[], others: readonly string[]): string[] {
  const known = lowerCase(others);
  return texts.filter((text) => !known.includes(text.toLowerCase()));
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? "none" : texts.join(", ");
}
