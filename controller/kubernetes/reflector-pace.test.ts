import { describe, expect, test } from "vitest";
import { KubernetesError, type KubernetesErrorKind } from "./errors.ts";
import { ReflectorPace, type Attempt } from "./reflector-pace.ts";

const WATCH = { kind: "watch", ranForInMs: 10, hasProgressed: false } as const;
const LIST = { ...WATCH, kind: "list" } as const;

function failed(kind: KubernetesErrorKind, code?: number, retryAfterInMs?: number): Attempt {
  return { ...WATCH, error: new KubernetesError(kind, "failed", { code, retryAfterInMs }) };
}

function waits(attempts: readonly Attempt[], random = 0): number[] {
  const pace = new ReflectorPace(() => random);
  return attempts.map((attempt) => pace.after(attempt).waitInMs);
}

describe("at once goes on", () => {
  test.for<[string, Attempt]>([
    ["a list that came", LIST],
    ["a watch that lived for a second", { ...WATCH, ranForInMs: 1000 }],
    ["a watch with news", { ...WATCH, hasProgressed: true }],
  ])("%s", ([, attempt]) => {
    expect(waits([attempt, attempt, attempt])).toEqual([0, 0, 0]);
  });
});

describe("waits grow", () => {
  test.for<[string, Attempt]>([
    ["a watch that ends before it began", WATCH],
    ["an unreachable server", failed("Unreachable")],
    ["a missing rule", failed("Forbidden", 403)],
    ["an error that is nobody's", { ...WATCH, error: new Error("?") }],
  ])("%s", ([, attempt]) => {
    const eight = Array.from({ length: 8 }, () => attempt);
    expect(waits(eight)).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    expect(waits(eight, 0.5)).toEqual([1200, 2400, 4800, 9600, 19_200, 38_400, 45_000, 45_000]);
  });

  test("until something ran for half a minute", () => {
    const error = failed("Unreachable");
    expect(waits([error, error, { ...error, ranForInMs: 30_000 }, error])).toEqual([
      800, 1600, 800, 1600,
    ]);
  });

  test("until a watch had news: what broke it afterwards is another failure", () => {
    const [error, expired] = [failed("Unreachable"), failed("Expired", 410)];
    const broken = { ...error, hasProgressed: true };
    expect(waits([error, error, broken, error])).toEqual([800, 1600, 800, 1600]);
    expect(waits([expired, LIST, broken, expired])).toEqual([0, 0, 800, 0]);
  });

  test("a list that works in between is no excuse", () => {
    const error = failed("Expired", 410);
    const listed = { ...LIST, hasProgressed: true };
    expect(waits([error, listed, error, listed, error, listed, error])).toEqual([
      0, 0, 800, 0, 1600, 0, 3200,
    ]);
  });

  test("the server may ask for longer", () => {
    expect(waits([failed("Busy", 429, 5000), failed("Busy", 429, 100)])).toEqual([5000, 1600]);
  });
});

describe("everything is read anew", () => {
  test.for<[string, Attempt, boolean]>([
    ["expired", failed("Expired", 410), true],
    ["a line nobody can read", failed("Unreadable"), true],
    ["a broken connection", failed("Unreachable"), false],
    ["a server that is busy", failed("Busy", 429), false],
  ])("%s: %s", ([, attempt, needsList]) => {
    expect(new ReflectorPace(() => 0).after(attempt).needsList).toBe(needsList);
  });

  test("after five errors of the server without news", () => {
    const pace = new ReflectorPace(() => 0);
    const error = failed("ServerError", 500);
    const asked = [
      error,
      error,
      { ...error, hasProgressed: true },
      error,
      error,
      error,
      error,
      error,
    ];
    expect(asked.map((attempt) => pace.after(attempt).needsList)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  test("however long a server is away, not for that", () => {
    const pace = new ReflectorPace(() => 0);
    const asked = Array.from({ length: 50 }, () => pace.after(failed("Unreachable")).needsList);
    expect(asked).not.toContain(true);
  });
});
