import { requestOf } from "../api/v1alpha1/request.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { finalize, givesBack } from "../reconcile/finalize.ts";
import { obstacleOf } from "../reconcile/outcome.ts";
import type { Surroundings } from "../reconcile/reconcile.ts";
import { report, type Pass } from "../reconcile/report.ts";
import { loadSnapshot, type SnapshotStore } from "../reconcile/snapshot.ts";
import { statusToStartFrom } from "../reconcile/start.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import type { Bookkeeper } from "./bookkeeper.ts";
import type { SnapshotSecrets } from "./snapshot-secrets.ts";

/** What the departure of an object takes. */
export interface Departure {
  readonly bookkeeper: Pick<Bookkeeper, "holds" | "dropFinalizer" | "tellRestored">;
  readonly snapshots: Pick<SnapshotSecrets, "remove">;
  readonly surroundings: Surroundings;
  /** Why the object must not be worked on. */
  readonly veto: Obstacle | undefined;
}

/**
 * Gives back what an object took, where it asks for it, and lets it go. What could not be given back
 * keeps it. An object that stood back behind another, or that was never let at anything, has nothing to
 * give back, and nothing that is somebody else's is touched for it.
 *
 * @param object that is being deleted.
 * @returns what its status says while it stays; undefined: it was let go.
 */
export async function depart(
  object: SecuredFunctionBackend,
  departure: Departure,
): Promise<Pass | undefined> {
  const { bookkeeper, surroundings } = departure;
  if (!bookkeeper.holds(object)) return undefined;
  const obstacle = givesBack(object.spec) ? await giveBack(object, departure) : undefined;
  if (obstacle !== undefined) return delayed(object, obstacle, surroundings.now);
  await bookkeeper.dropFinalizer(object);
  return undefined;
}

/** Answers what is in the way, if something is. */
async function giveBack(
  object: SecuredFunctionBackend,
  { bookkeeper, snapshots, surroundings, veto }: Departure,
): Promise<Obstacle | undefined> {
  if (veto?.reason === "Conflict") return undefined;
  if (veto !== undefined) return unfinished(await reasonToStay(veto, surroundings.snapshots));
  const { returned, obstacle } = await finalize(surroundings, object.spec);
  if (obstacle !== undefined) return unfinished(obstacle);
  bookkeeper.tellRestored(object, returned);
  try {
    await snapshots.remove(object);
    return undefined;
  } catch (failure) {
    const left = obstacleOf(failure);
    return { ...left, message: `everything was given back. ${left.message}` };
  }
}

function unfinished(obstacle: Obstacle | undefined): Obstacle | undefined {
  if (obstacle === undefined) return undefined;
  return { ...obstacle, message: `not everything could be given back. ${obstacle.message}` };
}

/** What is not allowed keeps only an object that has taken something. */
async function reasonToStay(
  veto: Obstacle,
  snapshots: SnapshotStore,
): Promise<Obstacle | undefined> {
  try {
    const { resources } = await loadSnapshot(snapshots);
    return Object.keys(resources).length === 0 ? undefined : veto;
  } catch (failure) {
    return obstacleOf(failure);
  }
}

function delayed(object: SecuredFunctionBackend, obstacle: Obstacle, now: number): Pass {
  const advice =
    obstacle.kind === "blocked" ? " Set deletionPolicy: Retain to let the object go as it is." : "";
  const message = `Being deleted, and ${obstacle.message}${advice}`;
  return report({
    object,
    before: statusToStartFrom(object, requestOf(object)),
    at: new Date(now).toISOString(),
    outcome: { kind: "obstructed", obstacle: { ...obstacle, message } },
  });
}
