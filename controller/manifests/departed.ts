import { sep } from "node:path";
import type { Manifest, Manifests } from "./manifest.ts";
import { keyOf } from "./object-key.ts";

/**
 * The objects that are no longer there: not those whose file, or a folder above it, has a problem
 * now, because a slip of the pen in a manifest must not end a protection.
 *
 * @param before the manifests as they were last valid.
 */
export function departed(before: readonly Manifest[], now: Manifests): readonly Manifest[] {
  const present = new Set(now.manifests.map(({ object }) => keyOf(object)));
  return before.filter(
    ({ object, file }) =>
      !present.has(keyOf(object)) &&
      !now.problems.some((problem) => problem.isMissing !== true && covers(problem.file, file)),
  );
}

function covers(path: string, file: string): boolean {
  return path === file || file.startsWith(path + sep);
}
