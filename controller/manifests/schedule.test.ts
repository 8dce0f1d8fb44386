import { describe, expect, test } from "vitest";
import { Schedule } from "./schedule.ts";

const pace = { now: 1_000_000, resyncIntervalInMs: 600_000 };

describe("Schedule", () => {
  test("an object that was never looked at is due", () => {
    expect(new Schedule(() => 1).dueAt("a")).toBe(0);
  });

  test("each failure in a row waits longer, and a success ends the row", () => {
    const schedule = new Schedule(() => 1);
    const delays = (["back off", "back off", "back off", "at once", "back off"] as const).map(
      (kind) => {
        schedule.note("a", { kind }, pace);
        return schedule.dueAt("a") - pace.now;
      },
    );
    expect(delays).toEqual([1000, 2000, 4000, 250, 1000]);
  });

  test("objects do not wait for each other", () => {
    const schedule = new Schedule(() => 1);
    schedule.note("a", { kind: "back off" }, pace);
    schedule.note("b", { kind: "back off" }, pace);
    expect(schedule.dueAt("b") - pace.now).toBe(1000);
  });

  test("a changed object is due at once, and its failures are forgotten", () => {
    const schedule = new Schedule(() => 1);
    schedule.note("a", { kind: "back off" }, pace);
    schedule.forget("a");
    expect(schedule.dueAt("a")).toBe(0);
    schedule.note("a", { kind: "back off" }, pace);
    expect(schedule.dueAt("a") - pace.now).toBe(1000);
  });
});
