import { applicationId, servicePrincipalId } from "./directory-ids.ts";
import type { Application, Graph } from "./door.ts";
import { AzureError } from "./errors.ts";
import type { GraphClient } from "./graph-client.ts";
import { isJsonObject, valueAt, type Json, type JsonObject } from "./json.ts";

const APPLICATION_QUERY =
  "?$select=id,appId,signInAudience,api,passwordCredentials,keyCredentials&$expand=federatedIdentityCredentials";
const SERVICE_PRINCIPAL_QUERY = "?$select=appId,appOwnerOrganizationId";

/** Applications and their service principals through Microsoft Graph v1.0. */
export function graph(send: GraphClient, endpoint: string, signal: AbortSignal): Graph {
  const begun = (id: string) => ({
    url: `${endpoint.replace(/\/$/, "")}/v1.0${id}`,
    retryAfterInMs: undefined,
  });
  return {
    async getApplication(uniqueName) {
      const id = applicationId(uniqueName);
      const path = `${id}${APPLICATION_QUERY}`;
      return await unlessMissing(send({ method: "GET", path }, signal), (document) =>
        readApplication(document, id),
      );
    },

    async createApplication(uniqueName, application) {
      const path = applicationId(uniqueName);
      const headers = { prefer: "create-if-missing" };
      await send({ method: "PATCH", path, headers, body: application }, signal).catch(
        (error: unknown) => {
          throw isRefusal(error, 400, /uniqueName already exists/) ? deleted(error) : error;
        },
      );
      return begun(path);
    },

    async updateApplication(id, members) {
      await send({ method: "PATCH", path: `/applications/${id}`, body: members }, signal);
    },

    async deleteApplication(id) {
      await send({ method: "DELETE", path: `/applications/${id}` }, signal).catch(
        (error: unknown) => {
          if (!(error instanceof AzureError) || error.status !== 404) throw error;
        },
      );
    },

    async getServicePrincipal(clientId) {
      const id = servicePrincipalId(clientId);
      const path = `${id}${SERVICE_PRINCIPAL_QUERY}`;
      return await unlessMissing(send({ method: "GET", path }, signal), (document) => {
        const tenantId = isJsonObject(document) ? document["appOwnerOrganizationId"] : undefined;
        return typeof tenantId === "string" ? { clientId, tenantId } : unreadable(id);
      });
    },

    async createServicePrincipal(clientId) {
      const body = { appId: clientId };
      await send({ method: "POST", path: "/servicePrincipals", body }, signal).catch(
        (error: unknown) => {
          // Made by an earlier pass that did not see it yet.
          if (isRefusal(error, 409, /already in use/)) return;
          throw isRefusal(error, 400, /valid application object/) ? notYetKnown(error) : error;
        },
      );
      return begun(servicePrincipalId(clientId));
    },
  };
}

async function unlessMissing<T>(
  answer: Promise<unknown>,
  read: (document: unknown) => T,
): Promise<T | undefined> {
  try {
    return read(await answer);
  } catch (error) {
    if (error instanceof AzureError && error.status === 404) return undefined;
    throw error;
  }
}

/** The members that matter. @throws {AzureError} when they are not there: nothing is concluded then. */
function readApplication(document: unknown, path: string): Application {
  if (!isJsonObject(document)) return unreadable(path);
  const { id, appId, signInAudience } = document;
  if (typeof id !== "string" || typeof appId !== "string") return unreadable(path);
  if (typeof signInAudience !== "string") return unreadable(path);
  return {
    id,
    clientId: appId,
    signInAudience,
    tokenVersion: valueAt(document, "/api/requestedAccessTokenVersion") === 2 ? "V2" : "V1",
    credentials: [
      ...named(document["passwordCredentials"], "client secret"),
      ...named(document["keyCredentials"], "certificate"),
      ...named(document["federatedIdentityCredentials"], "federated credential"),
    ],
  };
}

/** What may be told of credentials: their kind, name and end. */
function named(credentials: Json | undefined, kind: string): readonly string[] {
  if (!Array.isArray(credentials)) return [];
  return credentials.filter(isJsonObject).map((credential: JsonObject) => {
    const name = credential["displayName"] ?? credential["name"] ?? credential["keyId"];
    const end = credential["endDateTime"];
    const until = typeof end === "string" ? ` (until ${end.slice(0, 10)})` : "";
    return `${kind} "${typeof name === "string" ? name : "without name"}"${until}`;
  });
}

function isRefusal(error: unknown, status: number, words: RegExp): error is AzureError {
  return error instanceof AzureError && error.status === status && words.test(error.message);
}

/** A deleted application keeps its unique name (microsoftgraph/msgraph-bicep-types issue 137). */
function deleted(cause: AzureError): AzureError {
  return new AzureError({
    reason: "RegistrationDeleted",
    errorClass: "Terminal",
    message: `${cause.message} The app registration that is managed for the function was deleted, and its unique name stays taken for 30 days. Restore it or delete it permanently (Entra admin center, App registrations, Deleted applications), or give registration.clientId.`,
    status: cause.status,
    cause,
  });
}

function notYetKnown(cause: AzureError): AzureError {
  return new AzureError({
    reason: "RegistrationNotYetKnown",
    errorClass: "BackOff",
    message: `The app registration exists, and not every part of Entra knows it yet; it is tried again. (${cause.message})`,
    status: cause.status,
    cause,
  });
}

function unreadable(id: string): never {
  throw new AzureError({
    reason: "AzureUnavailable",
    errorClass: "BackOff",
    message: `GET Microsoft Graph ${id} answered without the members that were asked for. Nothing is concluded from it; it is read again.`,
  });
}
