import { FLUX_REQUEST_ANNOTATION, requestOf } from "../api/v1alpha1/request.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { asksForPass } from "../kubernetes/predicates.ts";
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
  const names = Object.keys({ ...old.metadata.annotations, ...object.metadata.annotations });
  return asksForPass(old, object, names.filter(isForController));
}

function isForController(annotation: string): boolean {
  return annotation.startsWith(OWN_PREFIX) || annotation === FLUX_REQUEST_ANNOTATION;
}
