import { describe, expect, test } from "vitest";
import { isSaidByGateway } from "./gateway-words.ts";

describe("who answered", () => {
  test.each([
    { status: 404, body: { statusCode: 404, message: "Resource not found" } },
    { status: 500, body: { statusCode: 500, message: "Internal server error", activityId: "a" } },
  ])("the gateway: $body", ({ status, body }) => {
    expect(isSaidByGateway(status, JSON.stringify(body))).toBe(true);
  });

  test.each([
    { name: "nothing", status: 500, text: "" },
    { name: "a page", status: 404, text: "<html>Resource not found</html>" },
    { name: "a list", status: 404, text: "[]" },
    {
      name: "a framework that writes alike",
      status: 500,
      text: '{"statusCode":500,"message":"Internal server error"}',
    },
    {
      name: "a framework's unknown path",
      status: 404,
      text: '{"statusCode":404,"message":"Cannot GET /health"}',
    },
    {
      name: "another status than its own",
      status: 500,
      text: '{"statusCode":404,"message":"Resource not found"}',
    },
    { name: "a body that was cut off", status: 404, text: '{"statusCode":404,"mess' },
  ])("perhaps the function: $name", ({ status, text }) => {
    expect(isSaidByGateway(status, text)).toBe(false);
  });
});
