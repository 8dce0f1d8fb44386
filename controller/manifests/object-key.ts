import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";

/** An object's name among all: `namespace/name`. */
export function keyOf({ metadata }: Pick<SecuredFunctionBackend, "metadata">): string {
  return `${metadata.namespace}/${metadata.name}`;
}
