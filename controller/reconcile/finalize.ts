import type { SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import { applicationId, managedUniqueName } from "../azure/directory-ids.ts";
import type { Door } from "../azure/door.ts";
import { AzureError } from "../azure/errors.ts";
import { valueAt, type Json } from "../azure/json.ts";
import { apiPolicyId, sameResource, siteId, withoutRevision } from "../azure/resource-ids.ts";
import { acceptedTokens, CLIENT_ID_POINTER } from "../safeguards/auth-settings.ts";
import type { Self } from "../safeguards/owner-marker.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import type { Target } from "../safeguards/target.ts";
import { claimOn, ownedElsewhere } from "./claim.ts";
import { execute, type Manner, type Workshop } from "./execute.ts";
import { obstacleOf } from "./outcome.ts";
import { isComparable, presentValues } from "./present-values.ts";
import {
  inOrderOfReturn,
  loadSnapshot,
  restoreResource,
  storeSnapshot,
  withoutResource,
  type ResourceSnapshot,
} from "./snapshot.ts";

/** What became of giving back what an object had taken. */
export interface Finalization {
  /** Ids of the resources that are as they were, or gone. */
  readonly returned: readonly string[];
  /** Why the rest was not given back; nothing behind it was touched. */
  readonly obstacle?: Obstacle;
}

/**
 * Whether the deletion of an object gives anything back. One that stands still, or only looks, writes
 * nothing, and that it goes is no exception.
 */
export function givesBack({
  deletionPolicy,
  suspend,
  mode,
}: Pick<SecuredFunctionBackendSpec, "deletionPolicy" | "suspend" | "mode">): boolean {
  return deletionPolicy === "Restore" && !suspend && mode === "Enforce";
}

/**
 * Gives back what the snapshot holds: authentication first, then the policies, so that callers are
 * never kept out in between, and last the registration, where it was managed and the function uses it
 * no more. What cannot be given back stops everything behind it, so that nothing is
 * taken from a function that stays closed. What was given back is forgotten at once: a crash in between
 * loses nothing, and doing it again goes on where it stopped.
 */
export async function finalize(
  workshop: Departure,
  spec: SecuredFunctionBackendSpec,
): Promise<Finalization> {
  const left = await leftToOthers(workshop, spec);
  if (left !== undefined) return left;
  const { records, ...finalization } = await giveBackAll(workshop, () => true);
  if (finalization.obstacle !== undefined || spec.registration.clientId !== undefined) {
    return finalization;
  }
  const isTakenOut = records.some(namesRegistration);
  return await removeRegistration(workshop.door, spec, { ...finalization, isTakenOut });
}

/** Whether an object wrote into the settings which registration the function accepts. */
function namesRegistration(record: ResourceSnapshot): boolean {
  return (
    record.kind === "auth-settings" &&
    record.values.some(({ pointer }) => pointer === CLIENT_ID_POINTER)
  );
}

/** The workshop, and another object's better claim to the same target. */
export interface Departure extends Workshop {
  readonly conflict?: Obstacle | undefined;
}

/**
 * What stands in Azure is not this object's to take away while another governs it. An object that never
 * wrote anything has nothing to give back then, and no part in the registration that others use.
 */
async function leftToOthers(
  { door, owner, conflict, snapshots }: Departure,
  { functionApp }: SecuredFunctionBackendSpec,
): Promise<Finalization | undefined> {
  try {
    const stranger = await strangerAt(door, siteId(functionApp), owner);
    if (stranger === undefined && conflict === undefined) return undefined;
    const hasWritten = Object.keys((await loadSnapshot(snapshots)).resources).length > 0;
    if (!hasWritten) return { returned: [] };
    if (stranger === undefined) return undefined;
    return { returned: [], obstacle: ownedElsewhere(stranger) };
  } catch (failure) {
    return { returned: [], obstacle: obstacleOf(failure) };
  }
}

/** The object of another installation that governs the function, if one does. */
async function strangerAt(
  { webApps }: Door,
  siteId: string,
  owner: Self,
): Promise<string | undefined> {
  try {
    const claim = claimOn(await webApps.getAuthSettings(siteId), owner, undefined);
    return claim.kind === "elsewhere" ? claim.owner : undefined;
  } catch (error) {
    if (error instanceof AzureError && error.reason === "TargetNotFound") return undefined;
    throw error;
  }
}

/**
 * Removes the registration that was managed. One that the function goes on naming stays, as where an
 * earlier object closed it and was let go by Retain: nobody could call it any more. So does one that
 * somebody gave a credential.
 *
 * @param isTakenOut the name was just taken out of the settings, which may still be read as before.
 */
async function removeRegistration(
  { graph, webApps }: Door,
  { functionApp }: SecuredFunctionBackendSpec,
  { returned, isTakenOut }: Finalization & { readonly isTakenOut: boolean },
): Promise<Finalization> {
  const site = siteId(functionApp);
  const uniqueName = managedUniqueName(site);
  try {
    const application = await graph.getApplication(uniqueName);
    if (application === undefined) return { returned };
    const accepted = isTakenOut ? undefined : await acceptedRegistration(webApps, site);
    if (accepted?.toLowerCase() === application.clientId.toLowerCase()) return { returned };
    if (application.credentials.length > 0) {
      const obstacle: Obstacle = {
        kind: "blocked",
        reason: "RestoreRefused",
        message: `The registration ${uniqueName} is left as it is: somebody gave it a credential, and may use it. Remove the credential, or delete the registration yourself.`,
      };
      return { returned, obstacle };
    }
    await graph.deleteApplication(application.id);
    return { returned: [...returned, applicationId(uniqueName)] };
  } catch (failure) {
    return { returned, obstacle: obstacleOf(failure) };
  }
}

/** The client id of the registration whose tokens a function accepts; none where it is gone. */
async function acceptedRegistration(
  webApps: Door["webApps"],
  site: string,
): Promise<string | undefined> {
  try {
    return acceptedTokens(await webApps.getAuthSettings(site)).clientId;
  } catch (error) {
    if (error instanceof AzureError && error.reason === "TargetNotFound") return undefined;
    throw error;
  }
}

/**
 * Takes the operator's statements out of the policies of APIs that the spec names no longer. Their
 * gateways have lost their place in the allow-lists before, unless other APIs still need it.
 */
export async function releaseOrphans(workshop: Workshop, target: Target): Promise<Finalization> {
  const { records: _records, ...finalization } = await giveBackAll(
    workshop,
    (resource, { kind }) =>
      kind === "api-policy" &&
      !target.apis.some(({ id }) => sameResource(apiPolicyId(id), withoutRevision(resource))),
  );
  return finalization;
}

/** With what was recorded of the resources that were given back. */
interface GivenBack extends Finalization {
  readonly records: readonly ResourceSnapshot[];
}

async function giveBackAll(
  workshop: Workshop,
  isWanted: (resource: string, recorded: ResourceSnapshot) => boolean,
): Promise<GivenBack> {
  const { snapshots } = workshop;
  const returned: string[] = [];
  const records: ResourceSnapshot[] = [];
  try {
    for (const [resource, recorded] of inOrderOfReturn(await loadSnapshot(snapshots))) {
      if (!isWanted(resource, recorded)) continue;
      const obstacle = await giveBack(workshop, resource, recorded);
      if (obstacle !== undefined) return { returned, records, obstacle };
      const before = await loadSnapshot(snapshots);
      await storeSnapshot(snapshots, before, withoutResource(before, resource));
      returned.push(resource);
      records.push(recorded);
    }
    return { returned, records };
  } catch (failure) {
    return { returned, records, obstacle: obstacleOf(failure) };
  }
}

const AWAY: Manner = { distrustsReads: false, marker: "remove" };

async function giveBack(
  workshop: Workshop,
  resource: string,
  recorded: ResourceSnapshot,
): Promise<Obstacle | undefined> {
  try {
    const obstacle =
      workshop.refusalOf?.(resource) ?? (await foreignValue(workshop.door, resource, recorded));
    if (obstacle === undefined) await execute(workshop, restoreResource(resource, recorded), AWAY);
    return obstacle;
  } catch (error) {
    // A target that is gone has nothing to get back.
    if (error instanceof AzureError && error.reason === "TargetNotFound") return undefined;
    throw error;
  }
}

/** A value that is neither the operator's nor the one from before: somebody else's, to be kept. */
async function foreignValue(
  door: Door,
  resource: string,
  recorded: ResourceSnapshot,
): Promise<Obstacle | undefined> {
  if (recorded.kind === "api-policy") return undefined;
  const values = await presentValues(door.webApps, resource, recorded.kind);
  const foreign = recorded.values.find(({ pointer, value, written }) => {
    const present = valueAt(values, pointer);
    return isComparable(pointer) && !isSame(present, value) && !isSame(present, written);
  });
  if (foreign === undefined) return undefined;
  return {
    kind: "blocked",
    reason: "RestoreRefused",
    message: `${resource} is left as it is: ${foreign.pointer} was changed by somebody else, and is neither what it was before nor what was written here. Set it to one of the two, or use deletionPolicy: Retain.`,
  };
}

/** Whether two values mean the same: Azure leaves out what is empty, and keeps no order in lists. */
function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? "" : `[${value.map(canonical).toSorted().join(",")}]`;
  }
  return value === undefined || value === null ? "" : JSON.stringify(value).toLowerCase();
}
