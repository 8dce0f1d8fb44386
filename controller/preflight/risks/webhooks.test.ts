import { describe, expect, test } from "vitest";
import { lookAtRisk } from "../../../test/support/ahead.ts";
import { anAuthentication } from "../../../test/support/builders.ts";
import { aFunction } from "../../../test/support/functions.ts";
import type { ListedFunction } from "../../azure/inventory.ts";
import { webhooks } from "./webhooks.ts";

function seen(functions: readonly ListedFunction[], excludedPaths: string[] = []) {
  return lookAtRisk(webhooks, {
    spec: { authentication: anAuthentication({ excludedPaths }) },
    azure: ({ inventory }) => {
      inventory.functions = functions;
    },
  });
}

describe("webhooks", () => {
  test.each<[ListedFunction, string]>([
    [aFunction("f", "eventgridtrigger"), "EventGrid"],
    [aFunction("f", "blobtrigger", { source: "eventgrid" }), "blobs"],
    [aFunction("f", "orchestrationtrigger"), "durabletask"],
    [aFunction("f", "durableclient"), "durabletask"],
    [aFunction("f", "signalrtrigger"), "signalr"],
    [aFunction("f", "mcptooltrigger"), "mcp"],
  ])("are seen by the triggers that need them: $bindings.0.type", async (one, extension) => {
    const { state, details } = await seen([one]);
    expect(state).toBe("Seen");
    expect(details).toHaveLength(1);
    expect(details[0]).toMatch(new RegExp(`^/runtime/webhooks/${extension} .* for f\\.$`));
  });

  test.each([
    aFunction("f", "httptrigger"),
    aFunction("f", "blobtrigger"),
    aFunction("f", "blobtrigger", { source: "logsandcontainerscan" }),
    aFunction("f", "queuetrigger"),
    { ...aFunction("f", "eventgridtrigger"), isDisabled: true },
  ])("are none of $bindings.0.type, disabled: $isDisabled", async (one) => {
    expect((await seen([one])).state).toBe("NotSeen");
  });

  test("are told once for all functions that share one", async () => {
    const both = [aFunction("a", "eventgridtrigger"), aFunction("b", "eventgridtrigger")];
    expect((await seen(both)).details).toEqual([
      "/runtime/webhooks/EventGrid is called by Event Grid, for a, b.",
    ]);
  });

  test.each([
    ["/runtime/webhooks/*", "NotSeen"],
    ["/runtime/webhooks/eventgrid", "NotSeen"],
    ["/runtime/webhooks/blobs/*", "Seen"],
    ["/run*", "Seen"],
  ])("with %s left open by the spec: %s", async (path, state) => {
    expect((await seen([aFunction("f", "eventgridtrigger")], [path])).state).toBe(state);
  });
});
