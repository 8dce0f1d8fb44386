import type { KubernetesClient } from "./client.ts";
import { isKind } from "./errors.ts";
import type { KubernetesObject } from "./object.ts";
import type { Resource } from "./resource.ts";

/** What a change of an object's finalizers takes. */
export interface FinalizerChange<T extends KubernetesObject> {
  readonly client: KubernetesClient;
  readonly resource: Resource<T>;
  readonly finalizer: string;
  readonly signal?: AbortSignal | undefined;
}

/** Others write to the object as well; an edit in between costs one look more. */
const ATTEMPTS = 5;

/**
 * Holds an object's deletion until `removeFinalizer`. One that is being deleted already is left as it
 * is, for the API server lets nobody add a finalizer then.
 * @returns the object as it is now; nothing when it, the one of this uid, has gone.
 * @throws {KubernetesError}
 */
export async function addFinalizer<T extends KubernetesObject>(
  object: T,
  change: FinalizerChange<T>,
): Promise<T | undefined> {
  return changeFinalizers(object, change, ({ deletionTimestamp, finalizers = [] }) =>
    deletionTimestamp !== undefined || finalizers.includes(change.finalizer)
      ? finalizers
      : [...finalizers, change.finalizer],
  );
}

/**
 * Lets go of an object; without other finalizers it is gone then.
 * @returns the object as it is now; nothing when it, the one of this uid, has gone.
 * @throws {KubernetesError}
 */
export async function removeFinalizer<T extends KubernetesObject>(
  object: T,
  change: FinalizerChange<T>,
): Promise<T | undefined> {
  return changeFinalizers(object, change, ({ finalizers = [] }) =>
    finalizers.includes(change.finalizer)
      ? finalizers.filter((each) => each !== change.finalizer)
      : finalizers,
  );
}

async function changeFinalizers<T extends KubernetesObject>(
  object: T,
  { client, resource, signal }: FinalizerChange<T>,
  next: (metadata: T["metadata"]) => readonly string[],
): Promise<T | undefined> {
  const { uid, namespace, name = "" } = object.metadata;
  const path = { namespace, name };
  let current = object;
  for (let attempt = 1; ; attempt++) {
    const { metadata } = current;
    if (metadata.uid !== uid) return undefined;
    const finalizers = next(metadata);
    if (finalizers.length === (metadata.finalizers ?? []).length) return current;
    // A patch never creates, and the version makes it one of exactly the list that was read.
    const patch = { metadata: { resourceVersion: metadata.resourceVersion, finalizers } };
    try {
      return await client.mergePatch(resource, path, patch, { signal });
    } catch (error) {
      if (isKind(error, "NotFound")) return undefined;
      if (!isKind(error, "Conflict") || attempt === ATTEMPTS) throw error;
    }
    try {
      current = await client.get(resource, path, { signal });
    } catch (error) {
      if (isKind(error, "NotFound")) return undefined;
      throw error;
    }
  }
}
