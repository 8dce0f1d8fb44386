import type { Principal } from "../http/message.ts";
import type { World } from "../world/world.ts";
import { ArmError, resourceGroupNotFound } from "./errors.ts";

/** Someone in the portal, who may do everything. */
export const PORTAL: Principal = { name: "portal", objectId: "portal", clientId: "portal" };

/**
 * ARM's checks in front of every resource: role assignments, the resource group, locks, policy.
 *
 * @param scope the resource's id.
 * @throws ArmError 403, 404 or 409.
 */
export function checkAccess(
  world: World,
  principal: Principal,
  request: { readonly method: string; readonly action: string; readonly scope: string },
): void {
  checkRoles(world, principal, request.action, request.scope);
  checkResourceGroup(world, request.scope);
  if (request.method === "GET" || request.method === "HEAD") return;
  checkLocks(world, request.method, request.action, request.scope);
  checkPolicy(world, request.method, request.scope);
}

function checkRoles(world: World, principal: Principal, action: string, scope: string): void {
  if (principal === PORTAL) return;
  const isOperator = principal.objectId === world.directory.operator.objectId;
  const isDenied = world.deniedActions.some((denied) => actionMatches(denied, action));
  if (isOperator && !isDenied) return;
  throw new ArmError(
    403,
    "AuthorizationFailed",
    `The client '${principal.clientId}' with object id '${principal.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function actionMatches(denied: string, action: string): boolean {
  const wanted = denied.toLowerCase();
  const asked = action.toLowerCase();
  return wanted.endsWith("*") ? asked.startsWith(wanted.slice(0, -1)) : wanted === asked;
}

function checkResourceGroup(world: World, scope: string): void {
  const name = /\/resourceGroups\/([^/]+)/iu.exec(scope)?.[1];
  if (name === undefined) return;
  const known = world.resourceGroups.some((one) => one.toLowerCase() === name.toLowerCase());
  if (!known) throw resourceGroupNotFound(name);
}

function checkLocks(world: World, method: string, action: string, scope: string): void {
  const holding = world.locks.find(
    (lock) => isWithin(scope, lock.scope) && (method === "DELETE" || lock.level === "ReadOnly"),
  );
  if (!holding) return;
  const operation = action.slice(action.lastIndexOf("/") + 1).toLowerCase();
  throw new ArmError(
    409,
    "ScopeLocked",
    `The scope '${scope}' cannot perform ${operation} operation because following scope(s) are locked: '${holding.scope}'. Please remove the lock and try again.`,
  );
}

function checkPolicy(world: World, method: string, scope: string): void {
  if (method === "DELETE" || method === "POST") return;
  const denial = world.policyDenials.find((one) => isWithin(scope, one.scope));
  if (!denial) return;
  const name = scope.slice(scope.lastIndexOf("/") + 1);
  throw new ArmError(
    403,
    "RequestDisallowedByPolicy",
    `Resource '${name}' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"${denial.assignment}"}}]'.`,
  );
}

function isWithin(scope: string, outer: string): boolean {
  return `${scope}/`.toLowerCase().startsWith(`${outer.replace(/\/$/u, "")}/`.toLowerCase());
}
