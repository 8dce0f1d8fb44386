import { describe, expect, test } from "vitest";
import { aBackend, AUTH_SETTINGS, START } from "../../test/support/builders.ts";
import type { Condition, SecuredFunctionBackendStatus } from "../api/v1alpha1/types.generated.ts";
import type { Visit } from "../manifests/rounds.ts";
import type { Pass } from "../reconcile/report.ts";
import { standingOf } from "./standing.ts";
import { eventsOf, eventText } from "./watch-events.ts";

const ITEM = { path: "authentication:/platform/enabled", resource: AUTH_SETTINGS, desired: "true" };

function condition(type: string, status: Condition["status"], reason: string): Condition {
  return { type, status, reason, message: `${reason}.`, lastTransitionTime: START };
}

function visit(
  before: SecuredFunctionBackendStatus,
  after: SecuredFunctionBackendStatus,
  pass: Partial<Pass> = {},
): Visit {
  return {
    kind: "passed",
    before: aBackend({ status: before }),
    object: aBackend({ status: after }),
    durationInMs: 1,
    pass: {
      status: after,
      outcome: { kind: "underway", message: "one step" },
      next: { kind: "at once" },
      plan: undefined,
      newDrift: [],
      corrections: [],
      ...pass,
    },
  };
}

describe("eventsOf", () => {
  test("tells drift before its correction, and then how the object stands", () => {
    const events = eventsOf(
      visit(
        {},
        {},
        {
          newDrift: [{ ...ITEM, observed: "false", danger: "Weakens", detectedAt: START }],
          corrections: [{ ...ITEM, correctedAt: START }],
        },
      ),
      undefined,
    );
    expect(events).toEqual([
      { event: "drift", object: "shop/orders", ...ITEM, observed: "false", danger: "Weakens" },
      { event: "corrected", object: "shop/orders", ...ITEM },
      {
        event: "status",
        object: "shop/orders",
        state: "Reconciling",
        reason: "Progressing",
        message: "one step",
      },
    ]);
  });

  test("tells conditions that came, changed or went, and not those that stayed", () => {
    const before = [
      condition("Ready", "False", "Progressing"),
      condition("Reconciling", "True", "Progressing"),
      condition("InSync", "True", "Succeeded"),
    ];
    const after = [
      condition("Ready", "True", "Secured"),
      condition("Verified", "True", "Succeeded"),
      condition("InSync", "True", "Succeeded"),
    ];
    const events = eventsOf(visit({ conditions: before }, { conditions: after }), undefined);
    expect(events.filter(({ event }) => event === "condition")).toMatchObject([
      { type: "Ready", status: "True", reason: "Secured", message: "Secured." },
      { type: "Verified", status: "True", reason: "Succeeded" },
      { type: "Reconciling", status: "False", reason: "Progressing", message: "" },
    ]);
  });

  test("is silent while nothing changes", () => {
    const idle = visit({}, {});
    expect(eventsOf(idle, standingOf(idle))).toEqual([]);
  });

  test("tells a pass that broke off, once", () => {
    const broken: Visit = { kind: "failed", object: aBackend(), error: new Error("a bug") };
    expect(eventsOf(broken, undefined)).toMatchObject([{ event: "status", state: "Failed" }]);
    expect(eventsOf(broken, standingOf(broken))).toEqual([]);
  });
});

describe("eventText", () => {
  const object = "shop/orders";
  test.each([
    {
      event: { event: "drift", object, ...ITEM, observed: "false", danger: "Weakens" } as const,
      text: "shop/orders: drift authentication:/platform/enabled  false [weakens] -> true",
    },
    {
      event: { event: "corrected", object, ...ITEM } as const,
      text: "shop/orders: corrected authentication:/platform/enabled  (nothing) -> true",
    },
    {
      event: { event: "released", object, message: "gone" } as const,
      text: "shop/orders: gone",
    },
    {
      event: { event: "problem", file: "/a.yaml", line: 3, column: 1, message: "wrong" } as const,
      text: "/a.yaml:3:1: wrong",
    },
    {
      event: { event: "status", object, state: "Ready", reason: "Secured", message: "m" } as const,
      text: "shop/orders: Ready Secured: m",
    },
    {
      event: {
        event: "condition",
        object,
        type: "Ready",
        status: "True",
        reason: "Secured",
        message: "said by the status already",
      } as const,
      text: undefined,
    },
  ])("$event.event", ({ event, text }) => {
    expect(eventText(event, (_tone, plain) => plain)).toBe(text);
  });
});
