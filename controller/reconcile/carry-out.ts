import type { Change } from "../safeguards/safeguard.ts";
import type { Target } from "../safeguards/target.ts";
import { execute, type BegunOperation, type Workshop } from "./execute.ts";
import { releaseOrphans } from "./finalize.ts";
import { obstacleOf, type Outcome } from "./outcome.ts";
import { loadSnapshot, restoration, storeSnapshot } from "./snapshot.ts";
import { splitSnapshot, type SnapshotPart } from "./snapshot-parts.ts";
import type { Step } from "./step.ts";

/** What a pass did to Azure. */
export interface Done {
  readonly applied: readonly Change[];
  readonly operations: readonly BegunOperation[];
  readonly failure?: Outcome;
}

/**
 * Writes what the step asks for, and gives back what the spec names no longer. A failure of Azure is part
 * of what was done.
 */
export async function carryOut(step: Step, workshop: Workshop, target: Target): Promise<Done> {
  const nothing = { applied: [], operations: [] };
  try {
    switch (step.kind) {
      case "apply":
        return { applied: step.changes, operations: await execute(workshop, step.changes) };
      case "roll back":
        await giveBackPart(workshop, "closing");
        return nothing;
      case "roll back network":
        await giveBackPart(workshop, "network");
        return nothing;
      case "check": {
        if (target.spec.mode === "Observe") return nothing;
        const { obstacle } = await releaseOrphans(workshop, target);
        return { ...nothing, ...(obstacle && { failure: { kind: "obstructed", obstacle } }) };
      }
      case "gate":
      case "contract":
      case "wait":
      case "give up":
      case "give up network":
      case "announce":
      case "hold":
        return nothing;
    }
  } catch (failure) {
    const obstacle = obstacleOf(failure);
    return { ...nothing, failure: { kind: "obstructed", obstacle } };
  }
}

/**
 * Gives back one part of what was written, and forgets it: a later roll-out begins with what stands
 * there then, which its owners may have changed. What may not be touched stays as it is, and recorded.
 */
async function giveBackPart(workshop: Workshop, wanted: SnapshotPart): Promise<void> {
  const recorded = await loadSnapshot(workshop.snapshots);
  const isRefused = (resource: string) => workshop.refusalOf?.(resource) !== undefined;
  const { part, rest } = splitSnapshot(recorded, wanted, isRefused);
  await execute(workshop, restoration(part), { distrustsReads: true, marker: "remove" });
  await storeSnapshot(workshop.snapshots, recorded, rest);
}
