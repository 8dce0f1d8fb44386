import { randomUUID } from "node:crypto";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { admit } from "../manifests/admit.ts";
import type { Manifests } from "../manifests/manifest.ts";
import { keyOf } from "../manifests/object-key.ts";
import { readManifests } from "../manifests/read.ts";
import type { StateFolder } from "../manifests/state.ts";

/** Objects that can be worked on, what was refused, and everything that may have a claim. */
export interface Front extends Manifests {
  readonly objects: readonly SecuredFunctionBackend[];
  /** Those objects, and the ones that the state folder knows besides. */
  readonly all: readonly SecuredFunctionBackend[];
}

/**
 * Reads manifests and joins them with what the state folder knows of their objects. Writes nothing.
 * @param files absolute.
 * @throws {StateError} when the state folder is unreadable.
 */
export async function readFront(files: readonly string[], state: StateFolder): Promise<Front> {
  const stored = await state.list();
  const read = await readManifests(files);
  const birth = { createUid: randomUUID, now: Date.now() };
  const { manifests, problems: refused } = admit(read.manifests, stored, birth);
  const objects = manifests.map(({ object }) => object);
  const all = new Map([...stored, ...objects.map((object) => [keyOf(object), object] as const)]);
  return { manifests, objects, problems: [...read.problems, ...refused], all: [...all.values()] };
}
