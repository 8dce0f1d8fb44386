import type {
  RolloutProgress,
  RolloutStep,
  SecuredFunctionBackend,
} from "../api/v1alpha1/types.generated.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import { planHash } from "./plan-hash.ts";
import type { Plan } from "./plan.ts";

/** Carries the hash of the plan that somebody has released. */
export const RELEASE_ANNOTATION = "securedbackend.dev/release";

/** The steps at which nothing has been closed yet. */
const BEFORE_CLOSING: readonly (RolloutStep | undefined)[] = [
  undefined,
  "ManagedIdentity",
  "AppRegistration",
  "InboundPolicy",
  "GatewayCheck",
];

/**
 * What is in the way of a roll-out that nobody has released, where `rollout.enforcement: Manual` asks for
 * that. Once a roll-out has begun to close the function it is not held up any more, and what was closed
 * once is kept closed without anybody's leave.
 */
export function missingRelease(
  plan: Plan,
  { metadata, spec }: Pick<SecuredFunctionBackend, "metadata" | "spec">,
  rollout: RolloutProgress | undefined,
): Obstacle | undefined {
  if (spec.rollout.enforcement !== "Manual" || !BEFORE_CLOSING.includes(rollout?.step)) {
    return undefined;
  }
  const hash = planHash(plan, spec);
  const given = metadata.annotations?.[RELEASE_ANNOTATION];
  if (hash !== undefined && given === hash) return undefined;
  const other =
    given === undefined || given === "" ? "" : " The release that is there is of another plan.";
  const how =
    hash === undefined
      ? "Its hash is known once the steps before are done."
      : `Once you have seen it (sfb plan): ${releaseCommand(metadata, hash)}, or in the manifest, under metadata.annotations: ${releaseLine(hash)}`;
  return {
    kind: "blocked",
    reason: "AwaitingRelease",
    message: `Nothing that callers notice is changed until this plan is released.${other} ${how}`,
  };
}

/** The command that releases a plan in a cluster. */
function releaseCommand(
  { name, namespace }: SecuredFunctionBackend["metadata"],
  hash: string,
): string {
  return `kubectl annotate securedfunctionbackend ${name} --namespace ${namespace} --overwrite ${RELEASE_ANNOTATION}=${hash}`;
}

/** The line that releases a plan in a manifest. */
export function releaseLine(hash: string): string {
  return `${RELEASE_ANNOTATION}: ${hash}`;
}
