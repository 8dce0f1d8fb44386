import { describe, expect, test } from "vitest";
import { aBackend, aChange, facts } from "../../test/support/builders.ts";
import type { Condition } from "../api/v1alpha1/types.generated.ts";
import type { Outcome } from "../reconcile/outcome.ts";
import type { PlannedStep } from "../reconcile/plan.ts";
import type { Pass } from "../reconcile/report.ts";
import type { Obstacle } from "../safeguards/safeguard.ts";
import { reportBrokenPlan, reportPlan, toPlanRecord } from "./plan-report.ts";

const BUSY: Obstacle = { kind: "waiting", reason: "GatewayBusy", message: "busy" };
const LOCKED: Obstacle = { kind: "blocked", reason: "ScopeLocked", message: "locked" };

function step(overrides: Partial<PlannedStep> = {}): PlannedStep {
  return { safeguard: "authentication", changes: [], notes: [], obstacle: undefined, ...overrides };
}

/** A pass that only looked, and saw this. */
function looked({
  steps = [],
  outcome = { kind: "observed", differences: 0 },
  isComplete = true,
  verified = "True",
}: {
  steps?: readonly PlannedStep[] | undefined;
  outcome?: Outcome;
  isComplete?: boolean;
  verified?: Condition["status"];
} = {}): Pass {
  const condition = { type: "Verified", reason: "Succeeded", message: "m", lastTransitionTime: "" };
  return {
    status: { conditions: [{ ...condition, status: verified }] },
    outcome,
    next: { kind: "resync" },
    plan: { steps, facts: facts(), isComplete, established: [] },
    newDrift: [],
    corrections: [],
  };
}

const held = (obstacle: Obstacle): Outcome => ({ kind: "obstructed", obstacle });

describe("the exit code of a plan", () => {
  const change = step({ changes: [aChange()] });
  test.each([
    { name: "in sync", pass: looked({ steps: [step()] }), exitCode: 0, inSync: true },
    { name: "something differs", pass: looked({ steps: [change] }), exitCode: 2, inSync: false },
    {
      name: "nothing differs, and calls get what they should not",
      pass: looked({ verified: "False" }),
      exitCode: 2,
      inSync: false,
    },
    {
      name: "nothing differs, and no call could tell",
      pass: looked({ verified: "Unknown" }),
      exitCode: 0,
      inSync: true,
    },
    {
      name: "Azure is busy",
      pass: looked({ steps: [step({ obstacle: BUSY })], outcome: held(BUSY) }),
      exitCode: 2,
      inSync: false,
    },
    {
      name: "Azure could not be read, though only for now",
      pass: looked({ steps: [step({ obstacle: BUSY })], outcome: held(BUSY), isComplete: false }),
      exitCode: 1,
      inSync: false,
    },
    {
      name: "somebody has to act",
      pass: looked({ steps: [change, step({ obstacle: LOCKED })], outcome: held(LOCKED) }),
      exitCode: 1,
      inSync: false,
    },
    {
      name: "another object has the better claim",
      pass: { ...looked({ outcome: held(LOCKED) }), plan: undefined },
      exitCode: 1,
      inSync: false,
    },
    {
      name: "suspended: not looked at, so not known to be in sync",
      pass: { ...looked({ outcome: { kind: "suspended" } }), plan: undefined },
      exitCode: 2,
      inSync: false,
    },
  ])("$exitCode: $name", ({ pass, exitCode, inSync }) => {
    expect(reportPlan(aBackend(), pass)).toMatchObject({ exitCode, inSync });
  });

  test("1: a pass that broke off", () => {
    expect(reportBrokenPlan(aBackend(), new Error("a bug"))).toMatchObject({
      exitCode: 1,
      inSync: false,
      message: "could not be looked at: a bug",
    });
  });
});

test("a record for programs holds every change with every field", () => {
  const steps = [
    step({
      changes: [aChange({ observed: undefined })],
      notes: [{ code: "base-missing", message: "no <base />" }],
      obstacle: BUSY,
    }),
  ];
  const record = toPlanRecord(reportPlan(aBackend(), looked({ steps, outcome: held(BUSY) })));
  const { safeguard, resource, path, desired, danger } = aChange();
  expect(record).toEqual({
    object: "shop/orders",
    inSync: false,
    message: "1 change to make",
    preflight: null,
    changes: [{ safeguard, resource, path, desired, observed: null, danger }],
    notes: [{ safeguard, code: "base-missing", message: "no <base />" }],
    obstacle: BUSY,
    findings: [],
    noBypass: { status: "Unknown", reason: "Unverified", message: "Not looked at." },
    verified: { status: "True", reason: "Succeeded", message: "m" },
  });
});
