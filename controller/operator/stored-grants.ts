import type { AzureScopeGrant, Grant } from "../api/v1alpha1/grant-types.generated.ts";
import { validateGrant } from "../api/v1alpha1/validate.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";

/** The object of all grants as the API server stores it, read with the rules of this version. */
export interface StoredGrants {
  /** With the defaults of this version; none, where the object breaks its rules. */
  readonly grants: readonly Grant[];
  /** Why nothing is granted at all. */
  readonly obstacle?: Obstacle;
}

const NONE: StoredGrants = { grants: [] };

/** Its reader is a tenant, so it does not say what others are granted. */
const BROKEN: StoredGrants = {
  grants: [],
  obstacle: {
    kind: "blocked",
    reason: "ScopeNotGranted",
    message:
      "The AzureScopeGrant of the cluster breaks the rules of this version, so nothing is granted to anybody. Whoever administers it has to correct it: kubectl get azurescopegrant cluster -o yaml | kubectl apply --dry-run=server -f - says what is wrong.",
  },
};

const READ = new WeakMap<AzureScopeGrant, StoredGrants>();

/** Reads what is stored, each version once. What an older definition let in is never guessed at. */
export function readGrants(stored: AzureScopeGrant | undefined): StoredGrants {
  if (stored === undefined) return NONE;
  const known = READ.get(stored);
  if (known !== undefined) return known;
  const result = validateGrant({ ...stored, metadata: { name: stored.metadata.name } });
  const read = result.ok ? { grants: result.object.spec.grants } : BROKEN;
  READ.set(stored, read);
  return read;
}
