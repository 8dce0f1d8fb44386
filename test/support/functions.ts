import type { FunctionBinding, ListedFunction } from "../../controller/azure/inventory.ts";

/** A function with one binding. */
export function aFunction(
  name: string,
  type: string,
  binding: Partial<FunctionBinding> = {},
): ListedFunction {
  const bindings = [{ type, authLevel: undefined, source: undefined, ...binding }];
  return { name, isDisabled: false, bindings };
}
