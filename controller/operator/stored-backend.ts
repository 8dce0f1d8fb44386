import { describeProblem } from "../api/v1alpha1/problem.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { validateManifest } from "../api/v1alpha1/validate.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";

/** An object as the API server stores it, read with the rules of this version. */
export interface StoredBackend {
  /** With the defaults of this version; as it is stored, where it breaks its rules. */
  readonly object: SecuredFunctionBackend;
  /** Why it cannot be worked on. */
  readonly obstacle?: Obstacle;
}

const READ = new WeakMap<SecuredFunctionBackend, StoredBackend>();

/**
 * Reads a stored object. While a CRD is upgraded, the API server may hold objects that an older one
 * let in, without fields that are new or with values that are refused now: they are never guessed at.
 * An object is read once; the cache holds another object for each version.
 */
export function readStored(stored: SecuredFunctionBackend): StoredBackend {
  const known = READ.get(stored);
  if (known !== undefined) return known;
  const read = validated(stored);
  READ.set(stored, read);
  return read;
}

/** What the API server itself adds to the metadata is not the rules' business. */
function validated(stored: SecuredFunctionBackend): StoredBackend {
  const { name, namespace } = stored.metadata;
  const result = validateManifest({ ...stored, metadata: { name, namespace } });
  if (result.ok) return { object: { ...stored, spec: result.object.spec } };
  const problems = result.problems.map(describeProblem).join("; ");
  return {
    object: stored,
    obstacle: {
      kind: "blocked",
      reason: "InvalidSpec",
      message: `The stored object breaks the rules of this version, so Azure is not looked at: ${problems}. Correct the object, and see that the CustomResourceDefinition in the cluster is the one of this version.`,
    },
  };
}
