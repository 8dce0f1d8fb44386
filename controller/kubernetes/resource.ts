import type { KubernetesObject, ObjectName } from "./object.ts";

/** A resource that the API server serves. `T` is the type of its objects, known to the compiler only. */
export interface Resource<T extends KubernetesObject = KubernetesObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** E.g. `leases`. */
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly _objects?: T;
}

/**
 * The path of a resource's collection, in one namespace or in all, or of one object of it.
 * Every segment is escaped.
 */
export function pathOf(
  { group, version, plural }: Resource,
  { namespace, name }: Partial<ObjectName> = {},
  subresource?: string,
): string {
  const root = group === "" ? ["api", version] : ["apis", group, version];
  const segments = [
    ...root,
    ...(namespace === undefined ? [] : ["namespaces", namespace]),
    plural,
    ...(name === undefined ? [] : [name]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  return `/${segments.map(encodeURIComponent).join("/")}`;
}

/** The value of `apiVersion` in objects of this resource. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}
