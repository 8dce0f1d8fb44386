import { describe, expect, test } from "vitest";
import { aBackend, SERVICE, START } from "../../test/support/builders.ts";
import type { Condition } from "../api/v1alpha1/types.generated.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import type { Outcome } from "../reconcile/outcome.ts";
import type { Verdict } from "../verify/diagnose.ts";
import type { Pass } from "../reconcile/report.ts";
import { eventsOf } from "./pass-events.ts";

const VERDICT: Verdict = {
  status: "True",
  reason: "Secured",
  message: "calls were refused",
  gateway: "passed",
};
const SECURED: Outcome = { kind: "secured", verdict: VERDICT };

function aPass(overrides: Partial<Pass>): Pass {
  return {
    status: {},
    outcome: SECURED,
    next: { kind: "resync" },
    plan: undefined,
    newDrift: [],
    corrections: [],
    ...overrides,
  };
}

function obstructed(obstacle: Partial<Obstacle>): Outcome {
  const whole = {
    kind: "blocked",
    reason: "TargetNotFound",
    message: "gone",
    ...obstacle,
  } as const;
  return { kind: "obstructed", obstacle: whole };
}

function ready(reason: string, message: string): Condition {
  return { type: "Ready", status: "True", reason, message, lastTransitionTime: START };
}

const DIFFERENCE = { path: "authentication:/platform/enabled", resource: "/r", desired: "true" };

describe("the events of a pass", () => {
  test("that finds all well again are none", () => {
    const object = aBackend({ status: { conditions: [ready("Secured", VERDICT.message)] } });
    expect(eventsOf(object, aPass({}))).toEqual([]);
  });

  test("that is the first to find all well are one", () => {
    expect(eventsOf(aBackend(), aPass({}))).toEqual([
      { type: "Normal", reason: "Secured", action: "Reconcile", note: "calls were refused" },
    ]);
  });

  test.each([
    { danger: "Weakens", type: "Warning" },
    { danger: "Hardens", type: "Normal" },
    { danger: "Cosmetic", type: "Normal" },
  ] as const)("that $danger drift is a $type", ({ danger, type }) => {
    const drift = { ...DIFFERENCE, observed: "false", danger, detectedAt: START };
    expect(eventsOf(aBackend(), aPass({ newDrift: [drift] }))).toContainEqual({
      type,
      reason: "DriftDetected",
      action: "Detect",
      note: `authentication:/platform/enabled is false, wanted true; the difference ${danger.toLowerCase()} the lock.`,
      scope: expect.stringContaining("/platform/enabled"),
    });
  });

  test("that put something right tell it", () => {
    const correction = { ...DIFFERENCE, correctedAt: START };
    expect(eventsOf(aBackend(), aPass({ corrections: [correction] }))).toContainEqual({
      type: "Normal",
      reason: "DriftCorrected",
      action: "Correct",
      note: "authentication:/platform/enabled was (nothing), set to true.",
      scope: expect.stringContaining("/platform/enabled"),
    });
  });

  test("name each field of each object, and none as the repetition of another", () => {
    const drift = { ...DIFFERENCE, danger: "Weakens", detectedAt: START } as const;
    const newDrift = [drift, { ...drift, path: "inbound-policy:inbound/base" }];
    const objects = [aBackend(), aBackend({ metadata: { uid: "another" } })];
    const scopes = objects.flatMap((object) =>
      eventsOf(object, aPass({ newDrift })).flatMap(({ reason, scope }) =>
        reason === "DriftDetected" ? [scope] : [],
      ),
    );
    expect(scopes).toHaveLength(4);
    expect(new Set(scopes).size).toBe(4);
  });

  test("that needs a person are a warning, told for each object", () => {
    const [event] = eventsOf(aBackend(), aPass({ outcome: obstructed({}) }));
    expect(event).toEqual({
      type: "Warning",
      reason: "TargetNotFound",
      action: "Reconcile",
      note: "gone",
    });
  });

  test("in an outage of the service are told once for all behind it", () => {
    const outcome = obstructed({ kind: "waiting", reason: "AzureUnavailable" });
    expect(eventsOf(aBackend(), aPass({ outcome }))).toEqual([
      expect.objectContaining({ type: "Warning", scope: SERVICE.toLowerCase() }),
    ]);
  });

  test("of an object that is suspended are none", () => {
    expect(eventsOf(aBackend(), aPass({ outcome: { kind: "suspended" } }))).toEqual([]);
  });
});
