import type { FunctionBinding, ListedFunction } from "../../azure/inventory.ts";
import { isLeftOpen } from "./left-open.ts";
import { closes, defineRiskCheck } from "./risk-check.ts";

interface Webhook {
  /** Below `/runtime/webhooks/`. */
  readonly extension: string;
  readonly caller: string;
  readonly isUsedBy: (binding: FunctionBinding) => boolean;
}

const typed =
  (...types: readonly string[]) =>
  ({ type }: FunctionBinding) =>
    types.includes(type);

/**
 * Extensions of the Functions host that are called from outside, with a system key ("Azure Functions
 * security concepts" and the pages of the triggers, Microsoft Learn).
 */
const WEBHOOKS: readonly Webhook[] = [
  { extension: "EventGrid", caller: "Event Grid", isUsedBy: typed("eventgridtrigger") },
  {
    extension: "blobs",
    caller: "Event Grid, for blobs",
    isUsedBy: ({ type, source }) => type === "blobtrigger" && source === "eventgrid",
  },
  {
    extension: "durabletask",
    caller: "whoever starts, asks or ends orchestrations over HTTP",
    isUsedBy: typed(
      "orchestrationtrigger",
      "entitytrigger",
      "durableclient",
      "orchestrationclient",
    ),
  },
  { extension: "signalr", caller: "SignalR Service", isUsedBy: typed("signalrtrigger") },
  { extension: "mcp", caller: "MCP clients", isUsedBy: typed("mcptooltrigger") },
];

/** Services that call the host itself, and bring a system key and no token. */
export const webhooks = defineRiskCheck<readonly ListedFunction[]>({
  code: "Webhooks",
  meaning:
    "Services that call /runtime/webhooks bring a system key and no token that the function admits: they are turned away.",
  remedy:
    "Let them bring a token and name their identities in authentication.allowedCallers, move these functions to an app of their own, or leave the path to keys alone: authentication.excludedPaths (/runtime/webhooks/*), which status.findings then tells.",
  cannotSee: "webhooks of extensions that are not in this list, and who calls them.",
  actions: ["Microsoft.Web/sites/functions/read", "Microsoft.Web/sites/slots/functions/read"],
  concerns: closes,
  observe: async ({ inventory }, { siteId }) => await inventory.listFunctions(siteId),

  judge: (functions, { target }) => {
    const enabled = functions.filter(({ isDisabled }) => !isDisabled);
    return WEBHOOKS.flatMap(({ extension, caller, isUsedBy }) => {
      const path = `/runtime/webhooks/${extension}`;
      const users = enabled.filter(({ bindings }) => bindings.some(isUsedBy));
      if (users.length === 0 || isLeftOpen(target.spec, path)) return [];
      return [`${path} is called by ${caller}, for ${users.map(({ name }) => name).join(", ")}.`];
    });
  },
});
