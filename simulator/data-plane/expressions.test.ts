import { describe, expect, test } from "vitest";
import { Clock } from "../clock.ts";
import { World } from "../world/world.ts";
import { currentRevision } from "../world/service.ts";
import { HeaderMap, type GatewayExchange } from "./exchange.ts";
import { evaluate, evaluateCondition, evaluateText } from "./expressions.ts";

function exchange(): GatewayExchange {
  const service = new World({}, new Clock()).service("shop", "contoso-apim");
  const api = service?.apis.get("orders");
  const operation = api && currentRevision(api).operations.get("get-orders");
  if (!service || !api || !operation) throw new Error("The demonstration has this API.");
  const url = new URL("https://localhost/orders/orders?page=2");
  return {
    service,
    api,
    revision: currentRevision(api),
    operation,
    subscription: undefined,
    request: {
      method: "GET",
      url,
      headers: new HeaderMap({ "X-Tier": "gold" }),
      query: url.searchParams,
      body: "",
      remoteAddress: "127.0.0.1",
    },
    variables: new Map<string, unknown>([["count", 2]]),
    backendUrl: "",
    backend: undefined,
    backendPath: "",
    response: undefined,
    notes: [],
  };
}

describe("expressions that are understood", () => {
  test.each([
    ["plain text", "plain text"],
    [`@("a" + "b")`, "ab"],
    ["@(1 + 2)", 3],
    [`@(1 + "2")`, "12"],
    [`@(context.Request.Method == "GET" && !(1 == 2))`, true],
    [`@(context.Request.Method == "POST" || false)`, false],
    [`@(context.Request.Headers.GetValueOrDefault("x-tier", "none"))`, "gold"],
    [`@(context.Request.Headers.GetValueOrDefault("x-other", "none"))`, "none"],
    [`@(context.Request.Headers.ContainsKey("X-TIER"))`, true],
    [`@(context.Request.Url.Query.GetValueOrDefault("page", "1"))`, "2"],
    [`@((string)context.Variables["absent"])`, null],
    [`@(context.Variables.GetValueOrDefault<int>("count", 0) + 1)`, 3],
    [`@(context.Subscription != null ? "known" : "unknown")`, "unknown"],
    [`@(context.Api.Name + "/" + context.Operation.Name)`, "orders/get-orders"],
  ])("%s", (source, value) => {
    expect(evaluate(source, exchange())).toEqual({ known: true, value });
  });
});

describe("expressions that are not", () => {
  test.each([
    "@(Guid.NewGuid())",
    `@(context.Request.Body.As<string>())`,
    `@{ return "x"; }`,
    `@("unfinished" +)`,
    `@(context.Request.Method == 'GET')`,
  ])("%s stands for itself, is false as a condition, and leaves a note", (source) => {
    const call = exchange();

    expect(evaluate(source, call).known).toBe(false);
    expect(evaluateText(source, call)).toBe(source);
    expect(evaluateCondition(source, call)).toBe(false);
    expect(call.notes).toEqual([
      `expression taken as text: ${source}`,
      `condition taken as false: ${source}`,
    ]);
  });
});
