import { describe, expect, test } from "vitest";
import { aSpec } from "../../test/support/builders.ts";
import { aPlan, aVerdict, changeOf } from "../../test/support/plans.ts";
import type { RolloutStep } from "../api/v1alpha1/types.generated.ts";
import { afterCheck, afterGate, type Patience } from "./after-check.ts";
import { proofOf } from "./proof.ts";

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
    expect(proofOf(verdict, aPlan(), aSpec({ mode })).ofEverything).toBe(proven);
  });
});
