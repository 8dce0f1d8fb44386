import { isDeepStrictEqual } from "node:util";
import { describeProblem, type Problem } from "../api/v1alpha1/problem.ts";
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
 * @param manifests valid, each by itself.
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
    const broken = known === undefined ? [] : brokenByChange(object, known);
    if (broken.length === 0) {
      admitted.push({
        ...place,
        object: withIdentity(object, known, { ...birth, now: birth.now + index }),
      });
    }
    problems.push(...broken.map((each) => ({ ...place, message: describeProblem(each) })));
  }
  return { manifests: admitted, problems };
}

/** What is valid by itself may be no valid change of what is known. */
function brokenByChange(
  object: SecuredFunctionBackend,
  known: SecuredFunctionBackend,
): readonly Problem[] {
  const result = validateManifest(object, known);
  return result.ok ? [] : result.problems;
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
