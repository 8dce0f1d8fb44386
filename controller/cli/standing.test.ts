import { describe, expect, test } from "vitest";
import { aBackend } from "../../test/support/builders.ts";
import type { Visit } from "../manifests/rounds.ts";
import { summarize, type Outcome } from "../reconcile/outcome.ts";
import { standingOf, standingText } from "./standing.ts";

const verdict = {
  status: "True",
  reason: "Succeeded",
  message: "proved",
  gateway: "passed",
} as const;

/** A visit whose pass ended like this. */
function visit(outcome: Outcome): Visit {
  const object = aBackend();
  const pass = {
    status: {},
    outcome,
    next: summarize(outcome).next,
    plan: undefined,
    newDrift: [],
    corrections: [],
  };
  return { kind: "passed", before: object, object, pass, durationInMs: 1 };
}

const CASES: readonly { visit: Visit; state: string; exitCode: number; text: string }[] = [
  {
    visit: visit({ kind: "secured", verdict }),
    state: "Ready",
    exitCode: 0,
    text: "shop/orders: Ready Secured: proved",
  },
  {
    visit: visit({ kind: "observed", differences: 2 }),
    state: "Ready",
    exitCode: 0,
    text: "shop/orders: Ready Observed: Looked, as mode: Observe asks; 2 settings differ.",
  },
  {
    visit: visit({
      kind: "disproved",
      verdict: { ...verdict, status: "False", reason: "IntruderAdmitted", message: "gets in" },
    }),
    state: "Reconciling",
    exitCode: 2,
    text: "shop/orders: Reconciling IntruderAdmitted: gets in",
  },
  {
    visit: visit({ kind: "underway", message: "one step" }),
    state: "Reconciling",
    exitCode: 2,
    text: "shop/orders: Reconciling Progressing: one step",
  },
  {
    visit: visit({
      kind: "obstructed",
      obstacle: { kind: "waiting", reason: "GatewayBusy", message: "busy" },
    }),
    state: "Reconciling",
    exitCode: 2,
    text: "shop/orders: Reconciling GatewayBusy: busy",
  },
  {
    visit: visit({
      kind: "obstructed",
      obstacle: { kind: "blocked", reason: "ScopeLocked", message: "unlock\nit" },
    }),
    state: "Stalled",
    exitCode: 1,
    text: "shop/orders: Stalled ScopeLocked: unlock\\u000ait",
  },
  {
    visit: visit({ kind: "suspended" }),
    state: "Suspended",
    exitCode: 2,
    text: "shop/orders: Suspended: Suspended, as the spec asks; Azure is not looked at.",
  },
  {
    visit: { kind: "failed", object: aBackend(), error: new TypeError("a bug") },
    state: "Failed",
    exitCode: 1,
    text: "shop/orders: Failed: a bug",
  },
];

describe("an object stands", () => {
  test.each(CASES)("$text", ({ visit, state, exitCode, text }) => {
    const standing = standingOf(visit);
    expect(standing).toMatchObject({ state, exitCode });
    expect(standingText(visit.object, standing, (_tone, plain) => plain)).toBe(text);
  });
});
