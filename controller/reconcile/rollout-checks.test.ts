import { describe, expect, test } from "vitest";
import { aSpec, START } from "../../test/support/builders.ts";
import { aVerdict, BLOCKED, changeOf, WAITING } from "../../test/support/plans.ts";
import type { RolloutProgress, RolloutStep } from "../api/v1alpha1/types.generated.ts";
import { afterCheck, afterGate, isProven, progressAfter, type Patience } from "./rollout.ts";

function progress(step: RolloutStep): RolloutProgress {
  return { step, startedAt: START };
}

const SETTLE = 60_000;
function patience(step: RolloutStep | undefined, lastedInMs: number): Patience {
  return { step, lastedInMs, settleTimeInMs: SETTLE };
}

describe("the gate", () => {
  const failed = aVerdict({ status: "False", reason: "GatewayCheckFailed", gateway: "failed" });
  test("passed: it is closed", () => {
    expect(
      afterGate([changeOf("authentication")], aVerdict(), patience("InboundPolicy", 0)),
    ).toMatchObject({
      kind: "apply",
      step: "Authentication",
    });
  });

  test("nothing to call: somebody has to name a path, and the function stays open", () => {
    const step = afterGate(
      [],
      aVerdict({ gateway: "none" }),
      patience("GatewayCheck", 10 * SETTLE),
    );
    expect(step).toMatchObject({
      kind: "wait",
      obstacle: { kind: "blocked", reason: "AwaitingCheck" },
    });
  });

  test.each([
    {
      step: "InboundPolicy",
      lasted: 10 * SETTLE,
      wanted: "wait",
      reason: "it has only begun to fail",
    },
    { step: "GatewayCheck", lasted: SETTLE - 1, wanted: "wait", reason: "changes take their time" },
    {
      step: "GatewayCheck",
      lasted: SETTLE,
      wanted: "give up",
      reason: "it has failed for long enough",
    },
  ] as const)("failed at $step for $lasted ms: $wanted, $reason", ({ step, lasted, wanted }) => {
    expect(afterGate([], failed, patience(step, lasted))).toMatchObject({
      kind: wanted,
      obstacle: { reason: "GatewayCheckFailed" },
    });
  });
});

describe("the check after closing", () => {
  const keptOut = aVerdict({ status: "False", reason: "GatewayCheckFailed", gateway: "failed" });
  const admitted = aVerdict({ status: "False", reason: "DirectCallAdmitted", gateway: "passed" });
  const unsure = aVerdict({ status: "Unknown", reason: "NoRoute", gateway: "none" });

  test.each([
    { name: "all well", verdict: aVerdict(), step: "Authentication", lasted: 0, wanted: "check" },
    {
      name: "unsure: nobody was seen to be kept out",
      verdict: unsure,
      step: "AccessCheck",
      lasted: SETTLE,
      wanted: "check",
    },
    {
      name: "kept out, just closed",
      verdict: keptOut,
      step: "Authentication",
      lasted: SETTLE,
      wanted: "wait",
    },
    {
      name: "kept out for a while",
      verdict: keptOut,
      step: "AccessCheck",
      lasted: SETTLE - 1,
      wanted: "wait",
    },
    {
      name: "kept out for too long",
      verdict: keptOut,
      step: "AccessCheck",
      lasted: SETTLE,
      wanted: "give up",
    },
    {
      name: "kept out long after the roll-out: never opened",
      verdict: keptOut,
      step: "Completed",
      lasted: SETTLE,
      wanted: "check",
    },
    {
      name: "kept out of a function that this roll-out did not close",
      verdict: keptOut,
      step: "ManagedIdentity",
      lasted: SETTLE,
      wanted: "check",
    },
    {
      name: "kept out, and the answer to the enforcement may have been lost",
      verdict: keptOut,
      step: "InboundPolicy",
      lasted: SETTLE,
      wanted: "wait",
    },
    {
      name: "a direct call gets in, just closed",
      verdict: admitted,
      step: "Authentication",
      lasted: SETTLE,
      wanted: "wait",
    },
    {
      name: "a direct call gets in for too long: no reason to unlock",
      verdict: admitted,
      step: "AccessCheck",
      lasted: SETTLE,
      wanted: "check",
    },
  ] as const)("$name", ({ verdict, step, lasted, wanted }) => {
    expect(afterCheck(verdict, patience(step, lasted)).kind).toBe(wanted);
  });

  test.each([
    { name: "seen to work", verdict: aVerdict(), mode: "Enforce", proven: true },
    { name: "nothing seen against it", verdict: unsure, mode: "Enforce", proven: true },
    { name: "a direct call got in", verdict: admitted, mode: "Enforce", proven: false },
    { name: "only looked at", verdict: aVerdict(), mode: "Observe", proven: false },
  ] as const)("proven or not: $name", ({ verdict, mode, proven }) => {
    expect(isProven(verdict, aSpec({ mode }))).toBe(proven);
  });
});

describe("progress", () => {
  const later = "2026-01-01T01:00:00.000Z";
  const wait = { kind: "wait", step: "GatewayCheck", obstacle: WAITING } as const;

  test("the clock of a step starts when it is reached, and not again while it lasts", () => {
    const reached = progressAfter(wait, progress("InboundPolicy"), false, later);
    expect(reached).toMatchObject({ step: "GatewayCheck", startedAt: later });
    expect(progressAfter(wait, reached, false, "2026-01-01T02:00:00.000Z")).toEqual(reached);
  });

  test.each<{
    name: string;
    from: RolloutStep;
    to: RolloutStep;
    after: RolloutProgress | undefined;
  }>([
    {
      name: "a correction after the roll-out does not begin it anew",
      from: "Completed",
      to: "Completed",
      after: progressAfter(
        { kind: "apply", step: "Authentication", changes: [] },
        progress("Completed"),
        false,
        later,
      ),
    },
    {
      name: "giving up is remembered before anything is given back",
      from: "AccessCheck",
      to: "RollBack",
      after: progressAfter(
        { kind: "give up", obstacle: BLOCKED },
        progress("AccessCheck"),
        false,
        later,
      ),
    },
    {
      name: "given back",
      from: "RollBack",
      to: "RolledBack",
      after: progressAfter(
        { kind: "roll back", obstacle: BLOCKED },
        progress("RollBack"),
        false,
        later,
      ),
    },
    {
      name: "seen to be closed",
      from: "Authentication",
      to: "Completed",
      after: progressAfter({ kind: "check" }, progress("Authentication"), true, later),
    },
    {
      name: "not yet seen to be closed",
      from: "Authentication",
      to: "Authentication",
      after: progressAfter({ kind: "check" }, progress("Authentication"), false, later),
    },
    {
      name: "in the way, nothing moves",
      from: "InboundPolicy",
      to: "InboundPolicy",
      after: progressAfter(
        { kind: "hold", obstacle: BLOCKED },
        progress("InboundPolicy"),
        false,
        later,
      ),
    },
  ])("$from, $name: $to", ({ to, after }) => {
    expect(after?.step).toBe(to);
  });

  test("a message is cut to what status has room for", () => {
    const obstacle = { ...BLOCKED, message: "x".repeat(5000) };
    expect(
      progressAfter({ kind: "give up", obstacle }, undefined, false, later)?.message,
    ).toHaveLength(1024);
  });
});
