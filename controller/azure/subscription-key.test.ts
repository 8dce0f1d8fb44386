import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SubscriptionKey } from "./subscription-key.ts";

const VALUE = "5f0f5e6a1c0d4c3f9d2a0000000000a1";

describe("a subscription key", () => {
  test.each<[string, (key: SubscriptionKey) => string]>([
    ["in a text", (key) => String(key)],
    ["as JSON", (key) => JSON.stringify({ key })],
    ["inspected", (key) => inspect({ key }, { depth: 9, showHidden: true })],
    ["in an error", (key) => String(new Error(`no answer to ${String(key)}`))],
    ["copied", (key) => JSON.stringify(Object.assign({}, key))],
  ])("does not show %s", (_, show) => {
    expect(show(new SubscriptionKey(VALUE))).not.toContain(VALUE);
  });

  test("is told to who asks for it by name", () => {
    expect(new SubscriptionKey(VALUE).reveal()).toBe(VALUE);
  });

  test.each([
    ["empty", ""],
    ["with a line break", "abc\n"],
    ["with a blank", "a bc"],
    ["long", "x".repeat(257)],
    ["beyond ASCII", "schlüssel"],
  ])("%s is refused in words that do not repeat it", (_, value) => {
    expect(() => new SubscriptionKey(value)).toThrow(
      /^is no subscription key: it must be [a-z0-9 ]+$/,
    );
  });
});
