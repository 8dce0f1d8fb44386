import { isObject } from "../http/message.ts";
import type { ApiManagementService, IdentityPair, ServiceIdentity } from "../world/service.ts";
import type { World } from "../world/world.ts";
import type { ArmCall } from "./call.ts";
import { ArmError } from "./errors.ts";

/** Which identities a PATCH asks for; the pair of a new system identity does not exist yet. */
export interface RequestedIdentity {
  readonly system: boolean;
  readonly userAssigned: ReadonlyMap<string, IdentityPair>;
}

/** `identity` as the service shows it: `null` when there is none. */
export function identityDocument(
  world: World,
  identity: ServiceIdentity,
): Record<string, unknown> | null {
  const { system, userAssigned } = identity;
  const types = [
    ...(system ? ["SystemAssigned"] : []),
    ...(userAssigned.size > 0 ? ["UserAssigned"] : []),
  ];
  if (types.length === 0) return null;
  return {
    type: types.join(", "),
    principalId: system?.principalId ?? null,
    tenantId: system ? world.tenantId : null,
    ...(userAssigned.size > 0 && { userAssignedIdentities: Object.fromEntries(userAssigned) }),
  };
}

/**
 * Reads the identity a PATCH sends: it replaces the whole, and user-assigned identities stay only
 * when they are listed.
 *
 * @throws ArmError 400 `InvalidIdentityValues` when the values repeat read-only members of
 *   identities the service does not have as written, or the type and the list disagree.
 */
export function requestIdentity(
  call: ArmCall,
  service: ApiManagementService,
  sent: unknown,
): RequestedIdentity {
  const current = service.identity;
  if (sent === undefined) {
    return { system: current.system !== undefined, userAssigned: current.userAssigned };
  }
  if (sent === null) return { system: false, userAssigned: new Map() };
  const types = identityTypes(isObject(sent) ? sent["type"] : undefined);
  const listed = isObject(sent) ? sent["userAssignedIdentities"] : undefined;
  if (!types.includes("userassigned")) {
    if (isObject(listed) && Object.keys(listed).length > 0) {
      throw invalidIdentity("The user assigned identities are not allowed for the given type.");
    }
    return { system: types.includes("systemassigned"), userAssigned: new Map() };
  }
  if (!isObject(listed) || Object.keys(listed).length === 0) {
    throw invalidIdentity("The type needs at least one user assigned identity.");
  }
  const userAssigned = new Map(
    Object.entries(listed).flatMap(([id, value]) => requestUserAssigned(call, id, value)),
  );
  return { system: types.includes("systemassigned"), userAssigned };
}

export function isSameIdentity(current: ServiceIdentity, requested: RequestedIdentity): boolean {
  const ids = (map: ReadonlyMap<string, IdentityPair>): string =>
    [...map.keys()]
      .map((id) => id.toLowerCase())
      .toSorted()
      .join();
  return (
    (current.system !== undefined) === requested.system &&
    ids(current.userAssigned) === ids(requested.userAssigned)
  );
}

/** A system identity that is switched on anew has new ids; one that is kept keeps them. */
export function applyIdentity(
  call: ArmCall,
  service: ApiManagementService,
  requested: RequestedIdentity,
): void {
  const { system } = service.identity;
  if (system && !requested.system) call.world.directory.removeManagedIdentity(system.clientId);
  const kept = requested.system ? (system ?? call.world.createIdentity(service.name)) : undefined;
  service.identity = { ...(kept && { system: kept }), userAssigned: requested.userAssigned };
}

/** Puts back the identity that a failed operation had replaced. */
export function restoreIdentity(
  world: World,
  service: ApiManagementService,
  before: ServiceIdentity,
): void {
  const after = service.identity.system;
  if (after && after !== before.system) world.directory.removeManagedIdentity(after.clientId);
  if (before.system) world.addSystemIdentity(service.name, before.system);
  service.identity = before;
}

function identityTypes(type: unknown): string[] {
  const types = typeof type === "string" ? type.toLowerCase().split(/\s*,\s*/u) : [];
  const isKnown = types.every((one) => ["systemassigned", "userassigned", "none"].includes(one));
  if (types.length === 0 || !isKnown) {
    throw new ArmError(
      400,
      "InvalidResourceIdentity",
      `The identity type '${String(type)}' is invalid.`,
    );
  }
  return types;
}

function requestUserAssigned(call: ArmCall, id: string, value: unknown): [string, IdentityPair][] {
  if (value === null) return [];
  const identity = call.world.userAssignedIdentities.get(id.toLowerCase());
  if (!identity) {
    throw new ArmError(
      400,
      "FailedIdentityOperation",
      `Identity operation for resource failed with error 'Failed to perform resource identity operation. Status: 'NotFound'. Response: the identity '${id}' was not found.'.`,
    );
  }
  if (!isObject(value) || Object.keys(value).length > 0) {
    throw invalidIdentity(
      "The given user assigned identity values are invalid. Allowed values are empty objects or null.",
    );
  }
  return [[id, { principalId: identity.principalId, clientId: identity.clientId }]];
}

function invalidIdentity(message: string): ArmError {
  return new ArmError(400, "InvalidIdentityValues", `Invalid value for the identities. ${message}`);
}
