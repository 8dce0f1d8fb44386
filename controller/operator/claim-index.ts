import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { apiId, siteId } from "../azure/resource-ids.ts";

/**
 * Who names which Function App and which APIs, by their keys: of thousands of objects, only those that
 * name the same resource can be in conflict.
 */
export class ClaimIndex {
  readonly #claims = new Map<string, readonly string[]>();
  readonly #claimants = new Map<string, Set<string>>();

  /** Takes in an object, or its new version. One that breaks the rules must not be taken in. */
  take(key: string, { spec }: SecuredFunctionBackend): void {
    this.drop(key);
    const claims = [siteId(spec.functionApp), ...spec.apis.map(apiId)].map((id) =>
      id.toLowerCase(),
    );
    this.#claims.set(key, claims);
    for (const claim of claims) {
      const claimants = this.#claimants.get(claim) ?? new Set();
      this.#claimants.set(claim, claimants.add(key));
    }
  }

  /** Lets an object go. */
  drop(key: string): void {
    for (const claim of this.#claims.get(key) ?? []) {
      const claimants = this.#claimants.get(claim);
      claimants?.delete(key);
      if (claimants?.size === 0) this.#claimants.delete(claim);
    }
    this.#claims.delete(key);
  }

  /** The keys of the others that name a resource that this one names, each once. */
  rivalsOf(key: string): readonly string[] {
    const claimants = (this.#claims.get(key) ?? []).flatMap((claim) => [
      ...(this.#claimants.get(claim) ?? []),
    ]);
    return [...new Set(claimants)].filter((other) => other !== key);
  }
}
