import type { SecuredFunctionBackendSpec } from "../../api/v1alpha1/types.generated.ts";

/** Whether `authentication.excludedPaths` leaves a path open, with everything below it. */
export function isLeftOpen({ authentication }: SecuredFunctionBackendSpec, path: string): boolean {
  const asked = path.toLowerCase();
  return authentication.excludedPaths.some((each) => {
    const excluded = each.toLowerCase();
    return excluded.endsWith("/*")
      ? `${asked}/`.startsWith(excluded.slice(0, -1))
      : excluded === asked;
  });
}
