import type { ListedFunction } from "../../azure/inventory.ts";
import { isLeftOpen } from "./left-open.ts";
import { closes, defineRiskCheck } from "./risk-check.ts";

/** What the host asks for where a function says nothing ("HTTP trigger", Microsoft Learn). */
const DEFAULT_LEVEL = "function";

/** Callers that get in by a key of the function today. */
export const callersWithKeys = defineRiskCheck<readonly ListedFunction[]>({
  code: "CallersWithKeys",
  meaning:
    "Who calls with a key of the function and no token is turned away: a key is not enough any more.",
  remedy:
    "Let them call the API instead, or name their identities in authentication.allowedCallers. A function that asks for a key goes on asking for it: set its authLevel to anonymous, or have the gateway send the key.",
  cannotSee:
    "who has keys and uses them: neither keys nor calls are read. Keys that a function checks by itself.",
  actions: ["Microsoft.Web/sites/functions/read", "Microsoft.Web/sites/slots/functions/read"],
  concerns: closes,
  observe: async ({ inventory }, { siteId }) => await inventory.listFunctions(siteId),

  judge: (functions, { target, findings }) => {
    const asking = functions.filter((each) => !each.isDisabled && asksForKey(each));
    const isOpen = isLeftOpen(target.spec, "/api");
    const stored = findings.filter(({ code }) => code === "StoredFunctionKey");
    return [
      ...(asking.length === 0 || isOpen
        ? []
        : [`These functions ask for a key: ${asking.map(({ name }) => name).join(", ")}.`]),
      ...stored.map(({ message }) => message),
    ];
  },
});

function asksForKey({ bindings }: ListedFunction): boolean {
  return bindings.some(
    ({ type, authLevel = DEFAULT_LEVEL }) => type === "httptrigger" && authLevel !== "anonymous",
  );
}
