import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { untilAborted } from "./until-aborted.ts";

const GRACE_IN_MS = 2000;

describe("untilAborted", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("waits for the work, however long", async () => {
    const { promise: work, resolve } = Promise.withResolvers<void>();
    const onEnd = vi.fn<() => void>();
    const waiting = untilAborted(work, new AbortController().signal, GRACE_IN_MS).then(onEnd);
    await vi.advanceTimersByTimeAsync(10 * GRACE_IN_MS);
    expect(onEnd).not.toHaveBeenCalled();
    resolve();
    await waiting;
  });

  test("fails as the work does", async () => {
    const work = Promise.reject(new Error("broken"));
    const waiting = untilAborted(work, new AbortController().signal, GRACE_IN_MS);
    await expect(waiting).rejects.toThrow("broken");
  });

  test.each([
    { name: "aborted meanwhile", abortBefore: false },
    { name: "aborted before", abortBefore: true },
  ])("$name, hanging work is left after the grace and no earlier", async ({ abortBefore }) => {
    const controller = new AbortController();
    if (abortBefore) controller.abort();
    const { promise: hangs } = Promise.withResolvers<void>();
    const onEnd = vi.fn<() => void>();
    const waiting = untilAborted(hangs, controller.signal, GRACE_IN_MS).then(onEnd);
    controller.abort();
    await vi.advanceTimersByTimeAsync(GRACE_IN_MS - 1);
    expect(onEnd).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
  });

  test("leaves no listener on a signal that lives longer", async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    await untilAborted(Promise.resolve(), signal, GRACE_IN_MS);
    const options = add.mock.calls[0]?.[2];
    expect(options).toMatchObject({ signal: { aborted: true } });
  });
});
