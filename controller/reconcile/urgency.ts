import type { Danger, SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";

/** Who may get in and should not comes before who is kept out, and both before mere looks. */
const ORDER: readonly (Danger | undefined)[] = ["Weakens", "Hardens", "Cosmetic", undefined];

/** The objects, those first whose known differences are the most dangerous; otherwise in their order. */
export function byUrgency(
  objects: readonly SecuredFunctionBackend[],
): readonly SecuredFunctionBackend[] {
  return objects.toSorted((one, other) => place(one) - place(other));
}

function place({ status }: SecuredFunctionBackend): number {
  const dangers = status?.drift?.map(({ danger }) => danger) ?? [];
  return ORDER.findIndex((danger) => danger === undefined || dangers.includes(danger));
}
