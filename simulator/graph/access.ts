import { PORTAL } from "../arm/access.ts";
import type { Registration } from "../world/registration.ts";
import type { GraphCall } from "./call.ts";
import { quotaExceeded, requestDenied } from "./errors.ts";

/**
 * Whether the caller may do this: every permission reads, `OwnedBy` also creates, and changes what
 * its holder created.
 *
 * @param registration what is changed; absent when something is created.
 * @throws GraphError 403.
 */
export function checkPermission(
  { world, http, principal }: GraphCall,
  registration?: Registration,
): void {
  if (principal === PORTAL) return;
  const isOperator = principal.objectId === world.directory.operator.objectId;
  const granted = isOperator ? world.graphPermissions : [];
  if (granted.length === 0) throw requestDenied();
  if (http.method === "GET" || granted.includes("Application.ReadWrite.All")) return;
  const isOwn = registration === undefined || registration.owner === principal.objectId;
  if (!isOwn || !granted.includes("Application.ReadWrite.OwnedBy")) throw requestDenied();
}

/**
 * Whether the caller may own one object more: applications and service principals count, deleted
 * ones as well until they are purged.
 *
 * @throws GraphError 403 `Directory_QuotaExceeded`.
 */
export function checkQuota({ world, settings, principal }: GraphCall): void {
  if (principal === PORTAL) return;
  const owned = world.directory
    .stored()
    .filter(({ owner }) => owner === principal.objectId)
    .reduce((count, { servicePrincipal }) => count + (servicePrincipal === null ? 1 : 2), 0);
  if (owned >= settings.directoryQuota) throw quotaExceeded();
}
