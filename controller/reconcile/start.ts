import type {
  RolloutProgress,
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
  const isNew = isChanged({ metadata, status }) || isRequested({ status }, requestedAt);
  const handled = requestedAt === undefined ? {} : { lastHandledReconcileAt: requestedAt };
  if (!isNew) return { ...status, ...handled };

  const { rollout, operations: _operations, ...rest } = status;
  const kept = rollout && withoutGivingUp(rollout);
  return { ...rest, ...handled, ...(kept && { rollout: kept }) };
}

/** A function that is closed stays a closed one, also where its access restrictions were given up. */
function withoutGivingUp(rollout: RolloutProgress): RolloutProgress | undefined {
  const { step, startedAt } = rollout;
  if (step === "RolledBack") return undefined;
  return step === "NetworkRolledBack" ? { step: "Completed", startedAt } : rollout;
}

/**
 * Whether somebody waits for the pass: the spec is new, a pass was asked for, or the function is not
 * closed yet. The others are looked at in passing.
 */
export function isAwaited(
  object: Pick<SecuredFunctionBackend, "metadata" | "status">,
  requestedAt: string | undefined,
): boolean {
  const isClosed = object.status?.rollout?.step === "Completed";
  return !isClosed || isChanged(object) || isRequested(object, requestedAt);
}

function isChanged({
  metadata,
  status,
}: Pick<SecuredFunctionBackend, "metadata" | "status">): boolean {
  return metadata.generation !== status?.observedGeneration;
}

/** Whether somebody asks for a pass, and no pass has answered yet. */
export function isRequested(
  { status }: Pick<SecuredFunctionBackend, "status">,
  requestedAt: string | undefined,
): boolean {
  return requestedAt !== undefined && requestedAt !== status?.lastHandledReconcileAt;
}
