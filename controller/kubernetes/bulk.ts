import type { KubernetesObject } from "./object.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * An object without what is a third of its size and of no use to a controller: who set which field, and
 * kubectl's copy of the manifest. A new object, since deleting members would make a slow and big one.
 */
export function withoutBulk<T extends KubernetesObject>(object: T): T {
  const { managedFields: _fields, ...metadata } = object.metadata as T["metadata"] & {
    readonly managedFields?: unknown;
  };
  if (metadata.annotations?.[LAST_APPLIED] === undefined) return { ...object, metadata };
  const { [LAST_APPLIED]: _copy, ...annotations } = metadata.annotations;
  return { ...object, metadata: { ...metadata, annotations } };
}
