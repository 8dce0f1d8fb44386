import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "./object.ts";

/**
 * Whether a change of an object asks for a pass: its spec, the beginning of its deletion, its
 * finalizers, or one of the given annotations. A write to its status does not, or every pass would
 * cause the next.
 * @param old absent when the object is new.
 */
export function asksForPass(
  old: KubernetesObject | undefined,
  object: KubernetesObject,
  annotations: readonly string[] = [],
): boolean {
  if (old === undefined) return true;
  return !isDeepStrictEqual(traits(old, annotations), traits(object, annotations));
}

function traits({ metadata }: KubernetesObject, annotations: readonly string[]): unknown {
  const { uid, generation, deletionTimestamp, finalizers = [] } = metadata;
  const asked = annotations.map((name) => metadata.annotations?.[name]);
  return [uid, generation, deletionTimestamp, finalizers, asked];
}
