import type { Backend, NamedValue } from "../../azure/inventory.ts";
import { nameOf, siteNamesOf } from "../../azure/resource-ids.ts";
import { defineBypassCheck, type Circumstances } from "./bypass-check.ts";
import { isFunctionBackend } from "./function-address.ts";

/** The names under which the Functions host takes a key. */
const KEY_NAMES: ReadonlySet<string> = new Set(["x-functions-key", "code"]);

interface SeenService {
  readonly backends: readonly Backend[];
  readonly namedValues: readonly NamedValue[];
}

/**
 * Keys of the function at the services. Importing a Function App into API Management leaves one in a
 * secret named value, tagged as such and named after the app, and a backend that sends it.
 */
export const storedKeys = defineBypassCheck<readonly SeenService[]>({
  codes: ["StoredFunctionKey"],
  actions: ["Microsoft.ApiManagement/service/namedValues/read"],

  observe: async (inventory, { serviceIds }) =>
    await Promise.all(
      serviceIds.map(async (serviceId) => ({
        backends: await inventory.listBackends(serviceId),
        namedValues: await inventory.listNamedValues(serviceId),
      })),
    ),

  judge: (seen, circumstances) =>
    seen.flatMap(({ backends, namedValues }) => [
      ...backends
        .filter(
          (backend) =>
            backend.credentialNames.some((name) => KEY_NAMES.has(name.toLowerCase())) &&
            isFunctionBackend(backend, circumstances),
        )
        .map(({ id }) => found(id, "Backend")),
      ...namedValues
        .filter((value) => isFunctionKey(value, circumstances))
        .map(({ id }) => found(id, "Named value")),
    ]),
});

function isFunctionKey({ name, isSecret, tags }: NamedValue, { target }: Circumstances): boolean {
  const app = siteNamesOf(target.siteId).name.toLowerCase();
  const isNamedAfterApp = name.toLowerCase().startsWith(`${app}-`);
  const isTagged = ["key", "function"].every((tag) => tags.includes(tag));
  return isNamedAfterApp && (isTagged || (isSecret && /key/i.test(name.slice(app.length))));
}

function found(resource: string, kind: string) {
  return {
    code: "StoredFunctionKey" as const,
    resource,
    message: `${kind} ${nameOf(resource)} holds a key of the function.`,
  };
}
