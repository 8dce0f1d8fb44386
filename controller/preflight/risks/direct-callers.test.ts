import { describe, expect, test } from "vitest";
import { CLOSING_PLAN, lookAtRisk } from "../../../test/support/ahead.ts";
import { API } from "../../../test/support/builders.ts";
import type { JsonObject } from "../../azure/json.ts";
import { directCallers } from "./direct-callers.ts";

function seenWith(webConfig: JsonObject, hostNames: readonly string[] = []) {
  const { facts } = CLOSING_PLAN;
  const site = { ...facts.site, hostNames: [facts.site.hostName, ...hostNames] };
  return lookAtRisk(directCallers, {
    plan: { ...CLOSING_PLAN, facts: { ...facts, site } },
    azure: (azure) => {
      azure.webConfig = webConfig;
    },
  });
}

describe("direct callers", () => {
  test("cannot be seen by themselves, and that is said", async () => {
    const risk = await seenWith({ cors: null });
    expect(risk).toMatchObject({ state: "NotSeen", details: [] });
    expect(risk.cannotSee).toMatch(/^who calls the function/);
  });

  test("leave signs: origins of pages, and host names", async () => {
    const allowedOrigins = ["https://portal.azure.com", "https://shop.example"];
    expect((await seenWith({ cors: { allowedOrigins } }, ["orders.shop.example"])).details).toEqual(
      [
        "It has host names of its own: orders.shop.example.",
        "CORS lets pages of these origins call it: https://shop.example.",
      ],
    );
  });

  test("may be other APIs, which were found as ways around the lock", async () => {
    const message = "API prices sends requests to the function.";
    const found = { code: "OtherApiReaches", resource: `${API}2`, message } as const;
    const other = { ...found, code: "PathOpen", message: "not this one" } as const;
    const risk = await lookAtRisk(directCallers, { findings: [found, other] });
    expect(risk.details).toEqual([message]);
  });
});
