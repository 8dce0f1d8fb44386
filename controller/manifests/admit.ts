import { isDeepStrictEqual } from "node:util";
import { describeProblem } from "../api/v1alpha1/problem.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { validateManifest } from "../api/v1alpha1/validate.ts";
import type { Manifest, ManifestProblem, Manifests } from "./manifest.ts";
import { keyOf } from "./object-key.ts";

/** What a new object is given. */
export interface Birth {
  createUid(): string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What an API server makes of manifests that arrive: a new object gets its identity; a known one
 * keeps identity and status, and counts another generation when its spec has changed. A change of an
 * immutable field is refused. Of objects that are new together, the earlier one counts as older, so
 * that the same one wins each time when two claim one function.
 *
 * @param stored the known objects, by `namespace/name`.
 */
export function admit(
  manifests: readonly Manifest[],
  stored: ReadonlyMap<string, SecuredFunctionBackend>,
  birth: Birth,
): Manifests {
  const admitted: Manifest[] = [];
  const problems: ManifestProblem[] = [];
  for (const [index, { object, ...place }] of manifests.entries()) {
    const known = stored.get(keyOf(object));
    const result = validateManifest(object, known);
    if (result.ok) {
      admitted.push({
        ...place,
        object: withIdentity(object, known, { ...birth, now: birth.now + index }),
      });
    } else {
      problems.push(
        ...result.problems.map((each) => ({ ...place, message: describeProblem(each) })),
      );
    }
  }
  return { manifests: admitted, problems };
}

function withIdentity(
  manifest: SecuredFunctionBackend,
  known: SecuredFunctionBackend | undefined,
  birth: Birth,
): SecuredFunctionBackend {
  const { uid, creationTimestamp, generation = 0 } = known?.metadata ?? {};
  const isChanged = known === undefined || !isDeepStrictEqual(known.spec, manifest.spec);
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      uid: uid ?? birth.createUid(),
      creationTimestamp: creationTimestamp ?? new Date(birth.now).toISOString(),
      generation: isChanged ? generation + 1 : generation,
    },
    ...(known?.status && { status: known.status }),
  };
}
