import type {
  SecuredFunctionBackend,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";

/**
 * The status that a pass starts from. What an earlier pass gave up (a roll-out, an operation that
 * failed) is forgotten when the spec has changed since, or when somebody asks for a pass.
 */
export function statusToStartFrom(
  { metadata, status = {} }: Pick<SecuredFunctionBackend, "metadata" | "status">,
  requestedAt: string | undefined,
): SecuredFunctionBackendStatus {
  const isChanged = metadata.generation !== status.observedGeneration;
  const isRequested = requestedAt !== undefined && requestedAt !== status.lastHandledReconcileAt;
  const handled = requestedAt === undefined ? {} : { lastHandledReconcileAt: requestedAt };
  if (!isChanged && !isRequested) return { ...status, ...handled };

  const { rollout, operations: _operations, ...rest } = status;
  const isGivenUp = rollout?.step === "RolledBack";
  return { ...rest, ...handled, ...(rollout && !isGivenUp && { rollout }) };
}
