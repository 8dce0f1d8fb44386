import { isObject } from "../http/message.ts";
import type { Registration } from "../world/registration.ts";
import { badRequest } from "./errors.ts";

const SIGN_IN_AUDIENCES = [
  "AzureADMyOrg",
  "AzureADMultipleOrgs",
  "AzureADandPersonalMicrosoftAccount",
  "PersonalMicrosoftAccount",
];

type Changes = Partial<
  Pick<Registration, "displayName" | "signInAudience" | "tokenVersion" | "identifierUris">
>;

/**
 * What a body asks to change; members left out stay.
 *
 * @throws GraphError 400 for a member that cannot be written, or a value that it cannot have.
 */
export function readChanges(body: unknown): Changes {
  if (!isObject(body)) throw badRequest("Unable to read JSON request payload.");
  const changes: { -readonly [Name in keyof Changes]: Changes[Name] } = {};
  for (const [name, value] of Object.entries(body)) {
    switch (name) {
      case "displayName":
        changes.displayName = text(name, value);
        break;
      case "signInAudience":
        if (!SIGN_IN_AUDIENCES.includes(text(name, value))) throw invalidValue(name);
        changes.signInAudience = text(name, value);
        break;
      case "identifierUris":
        if (!Array.isArray(value)) throw invalidValue(name);
        changes.identifierUris = value.map((uri) => text(name, uri));
        break;
      case "api":
        Object.assign(changes, readApi(value));
        break;
      default:
        throw badRequest(`Invalid property '${name}'.`);
    }
  }
  return changes;
}

/** Members of `api` that are left out stay too. */
function readApi(value: unknown): Pick<Changes, "tokenVersion"> {
  if (!isObject(value)) throw invalidValue("api");
  const unknown = Object.keys(value).find((name) => name !== "requestedAccessTokenVersion");
  if (unknown !== undefined) throw badRequest(`Invalid property '${unknown}'.`);
  const version = value["requestedAccessTokenVersion"];
  if (version === undefined) return {};
  if (version === null || version === 1 || version === 2) return { tokenVersion: version };
  throw invalidValue("requestedAccessTokenVersion");
}

function text(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalidValue(name);
}

function invalidValue(name: string) {
  return badRequest(`Invalid value specified for property '${name}' of resource 'Application'.`);
}
