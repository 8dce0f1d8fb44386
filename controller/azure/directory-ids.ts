import { createHash } from "node:crypto";

/**
 * Ids of directory objects: their paths below Microsoft Graph's root, by alternate keys. They stand
 * where Azure Resource Manager ids stand for other resources.
 */

/** The id of an application that was upserted under a unique name. */
export function applicationId(uniqueName: string): string {
  return `/applications(uniqueName='${uniqueName}')`;
}

/** The id of the service principal of an application. */
export function servicePrincipalId(clientId: string): string {
  return `/servicePrincipals(appId='${clientId}')`;
}

/** Whether an id is that of a directory object. */
export function isDirectoryId(id: string): boolean {
  return /^\/(applications|servicePrincipals)\(/.test(id);
}

/**
 * The unique name of the application that is managed for a Function App or slot: the same wherever
 * and however often the object is created, so that it finds its audience again.
 */
export function managedUniqueName(siteId: string): string {
  return `sfb-${createHash("sha256").update(siteId.toLowerCase()).digest("hex").slice(0, 32)}`;
}
