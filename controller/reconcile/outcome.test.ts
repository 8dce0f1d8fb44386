import { describe, expect, test } from "vitest";
import { aSpec } from "../../test/support/builders.ts";
import { aPlan, aVerdict, BLOCKED, changeOf, WAITING } from "../../test/support/plans.ts";
import { AzureError, type ErrorClass } from "../azure/errors.ts";
import { obstacleOf, outcomeOf, summarize, type Outcome, type Summary } from "./outcome.ts";
import type { Step } from "./step.ts";
import { SnapshotUnavailable } from "./snapshot.ts";

const good = aVerdict();
const bad = aVerdict({ status: "False", reason: "DirectCallAdmitted" });
const unsure = aVerdict({ status: "Unknown", reason: "NoRoute" });

describe("how a pass ended", () => {
  test.each<{ name: string; step: Step; verdict?: typeof good; wanted: Outcome["kind"] }>([
    {
      name: "a step was taken",
      step: { kind: "apply", step: "InboundPolicy", changes: [changeOf("inbound-policy")] },
      wanted: "underway",
    },
    {
      name: "given up: it goes back next",
      step: { kind: "give up", obstacle: BLOCKED },
      wanted: "underway",
    },
    {
      name: "given back: somebody has to act",
      step: { kind: "roll back", obstacle: BLOCKED },
      wanted: "obstructed",
    },
    {
      name: "waiting",
      step: { kind: "wait", step: "GatewayCheck", obstacle: WAITING },
      wanted: "obstructed",
    },
    { name: "held", step: { kind: "hold", obstacle: BLOCKED }, wanted: "obstructed" },
    { name: "seen to work", step: { kind: "check" }, verdict: good, wanted: "secured" },
    {
      name: "nothing seen against it",
      step: { kind: "check" },
      verdict: unsure,
      wanted: "secured",
    },
    { name: "seen not to work", step: { kind: "check" }, verdict: bad, wanted: "disproved" },
  ])("$name", ({ step, verdict, wanted }) => {
    expect(outcomeOf(step, aPlan(), aSpec(), verdict).kind).toBe(wanted);
  });

  test("in mode Observe it was looked, whatever the calls got", () => {
    const plan = aPlan({ steps: { authentication: { changes: [changeOf("authentication")] } } });
    expect(outcomeOf({ kind: "check" }, plan, aSpec({ mode: "Observe" }), bad)).toEqual({
      kind: "observed",
      differences: 1,
    });
  });

  test("a check that nobody judged is a bug", () => {
    expect(() => outcomeOf({ kind: "check" }, aPlan(), aSpec(), undefined)).toThrow(
      /without a verdict/,
    );
  });
});

describe("what it means to readers and to the queue", () => {
  test.each<{ outcome: Outcome; wanted: Partial<Summary> }>([
    {
      outcome: { kind: "secured", verdict: good },
      wanted: {
        ready: "True",
        isReconciling: false,
        isStalled: false,
        reason: "Secured",
        next: { kind: "resync" },
      },
    },
    {
      outcome: { kind: "observed", differences: 2 },
      wanted: {
        ready: "True",
        isReconciling: false,
        isStalled: false,
        reason: "Observed",
        next: { kind: "resync" },
      },
    },
    {
      outcome: { kind: "disproved", verdict: bad },
      wanted: {
        ready: "False",
        isReconciling: true,
        isStalled: false,
        reason: "DirectCallAdmitted",
        next: { kind: "back off" },
      },
    },
    {
      outcome: { kind: "underway", message: "m" },
      wanted: {
        ready: "False",
        isReconciling: true,
        isStalled: false,
        reason: "Progressing",
        next: { kind: "at once" },
      },
    },
    {
      outcome: { kind: "suspended" },
      wanted: {
        ready: "Unknown",
        isReconciling: false,
        isStalled: false,
        reason: "Suspended",
        next: { kind: "resync" },
      },
    },
    {
      outcome: { kind: "obstructed", obstacle: BLOCKED },
      wanted: {
        ready: "False",
        isReconciling: false,
        isStalled: true,
        reason: "PolicyConflict",
        next: { kind: "resync" },
      },
    },
    {
      outcome: { kind: "obstructed", obstacle: WAITING },
      wanted: {
        ready: "False",
        isReconciling: true,
        isStalled: false,
        reason: "GatewayBusy",
        next: { kind: "back off" },
      },
    },
    {
      outcome: { kind: "obstructed", obstacle: { ...WAITING, retryAfterInMs: 17 } },
      wanted: { isReconciling: true, next: { kind: "after", inMs: 17 } },
    },
  ])("$outcome.kind: $wanted.reason", ({ outcome, wanted }) => {
    expect(summarize(outcome)).toMatchObject(wanted);
  });

  test.each([
    { differences: 0, says: /nothing differs/ },
    { differences: 3, says: /3 settings differ/ },
  ])("$differences differences are told in mode Observe", ({ differences, says }) => {
    expect(summarize({ kind: "observed", differences }).message).toMatch(says);
  });
});

describe("what a failure means", () => {
  test.each<{ errorClass: ErrorClass; kind: string }>([
    { errorClass: "Wait", kind: "waiting" },
    { errorClass: "BackOff", kind: "waiting" },
    { errorClass: "Permission", kind: "blocked" },
    { errorClass: "Terminal", kind: "blocked" },
  ])("$errorClass is $kind", ({ errorClass, kind }) => {
    const error = new AzureError({
      reason: "Throttled",
      errorClass,
      message: "m",
      retryAfterInMs: 5,
    });
    expect(obstacleOf(error)).toMatchObject({ kind, reason: "Throttled", message: "m" });
  });

  test("Azure's wait is kept", () => {
    const error = new AzureError({
      reason: "Throttled",
      errorClass: "Wait",
      message: "m",
      retryAfterInMs: 5,
    });
    expect(obstacleOf(error).retryAfterInMs).toBe(5);
  });

  test("without a snapshot nothing goes on", () => {
    expect(obstacleOf(new SnapshotUnavailable("disk full"))).toMatchObject({
      reason: "SnapshotUnavailable",
      message: "disk full",
    });
  });

  test("a bug is no state of Azure", () => {
    const bug = new TypeError("undefined is not a function");
    expect(() => obstacleOf(bug)).toThrow(bug);
  });
});
