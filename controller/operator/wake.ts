import { isDeepStrictEqual } from "node:util";
import { requestOf } from "../api/v1alpha1/request.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import type { Place } from "../kubernetes/work-queue.ts";
import { isAwaited } from "../reconcile/start.ts";
import { urgencyOf } from "../reconcile/urgency.ts";

/** Annotations by which people speak to the controller. */
const OWN_PREFIX = "securedbackend.dev/";

/**
 * Where an object that has come, or was found at the start, is put in the queue: those that somebody
 * waits for before those that are looked at again, and of these the most endangered first.
 */
export function placeOfNew(object: SecuredFunctionBackend): Place {
  const isWaitedFor =
    object.metadata.deletionTimestamp !== undefined || isAwaited(object, requestOf(object));
  return isWaitedFor ? { lane: "user" } : { lane: "sweep", urgency: urgencyOf(object) };
}

/**
 * Whether a change of an object is somebody's, and so wakes it: its spec, its deletion, its
 * finalizers, or what was written into our annotations. Its status is the controller's own doing.
 */
export function isSomebodysChange(
  object: SecuredFunctionBackend,
  old: SecuredFunctionBackend,
): boolean {
  const { metadata } = object;
  return (
    metadata.generation !== old.metadata.generation ||
    metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
    !isDeepStrictEqual(metadata.finalizers, old.metadata.finalizers) ||
    requestOf(object) !== requestOf(old) ||
    !isDeepStrictEqual(ownAnnotations(object), ownAnnotations(old))
  );
}

function ownAnnotations({ metadata }: SecuredFunctionBackend): Record<string, string> {
  const entries = Object.entries(metadata.annotations ?? {});
  return Object.fromEntries(entries.filter(([name]) => name.startsWith(OWN_PREFIX)));
}
