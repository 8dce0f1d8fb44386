import { afterEach, expect, test, vi } from "vitest";
import { eventLoopCheck } from "./event-loop-check.ts";

afterEach(() => vi.useRealTimers());

test("fails while timers do not get their turn, and recovers when they do", () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  let now = 0;
  using check = eventLoopCheck(() => now);
  expect(check.check()).toBeUndefined();

  now = 9000;
  expect(check.check()).toBeUndefined();
  now = 12_400;
  expect(check.check()).toBe("no timer ran for 12 s");

  vi.advanceTimersByTime(1000);
  expect(check.check()).toBeUndefined();
});
