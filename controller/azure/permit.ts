import type { PipelinePolicy } from "@azure/core-rest-pipeline";

/**
 * Asked right before a request goes out. Throws when it must not: in a cluster, when the lease that
 * lets this replica write is no longer held.
 */
export type Permit = () => void;

/** Without a cluster there is one writer, and nobody to ask. */
export const GRANTED: Permit = () => undefined;

/** Behind everything that may wait: for a turn, for a token. */
export const LAST = { afterPhase: "Sign" } as const;

/** Has each request of a pipeline ask for the permit. Add it with {@link LAST}. */
export function permitPolicy(permit: Permit): PipelinePolicy {
  return {
    name: "permitPolicy",
    async sendRequest(request, next) {
      permit();
      return await next(request);
    },
  };
}
