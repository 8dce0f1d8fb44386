import type { Danger, SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";

/** Who may get in and should not comes before who is kept out, and both before mere looks. */
const ORDER: readonly Danger[] = ["Cosmetic", "Hardens", "Weakens"];

/** The objects, those first whose known differences are the most dangerous; otherwise in their order. */
export function byUrgency(
  objects: readonly SecuredFunctionBackend[],
): readonly SecuredFunctionBackend[] {
  return objects.toSorted((one, other) => urgencyOf(other) - urgencyOf(one));
}

/** How dangerous the known differences of an object are: 0 where there are none, more for more. */
export function urgencyOf({ status }: Pick<SecuredFunctionBackend, "status">): number {
  const dangers = status?.drift?.map(({ danger }) => danger) ?? [];
  return Math.max(0, ...dangers.map((danger) => ORDER.indexOf(danger) + 1));
}
