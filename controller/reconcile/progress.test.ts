import { describe, expect, test } from "vitest";
import { START } from "../../test/support/builders.ts";
import { BLOCKED, WAITING } from "../../test/support/plans.ts";
import type { RolloutProgress, RolloutStep } from "../api/v1alpha1/types.generated.ts";
import { progressAfter } from "./progress.ts";
import type { Step } from "./step.ts";

/** Where a roll-out is after a step that was carried out. */
function after(
  step: Step,
  from: RolloutProgress | undefined,
  ofEverything: boolean,
  at: string,
): RolloutProgress | undefined {
  return progressAfter(
    step,
    {},
    { rollout: from, wasClosed: false },
    { ofEverything, ofNetwork: false },
    at,
  );
}

function progress(step: RolloutStep): RolloutProgress {
  return { step, startedAt: START };
}

describe("progress", () => {
  const later = "2026-01-01T01:00:00.000Z";
  const wait = { kind: "wait", step: "GatewayCheck", obstacle: WAITING } as const;

  test("the clock of a step starts when it is reached, and not again while it lasts", () => {
    const reached = after(wait, progress("InboundPolicy"), false, later);
    expect(reached).toMatchObject({ step: "GatewayCheck", startedAt: later });
    expect(after(wait, reached, false, "2026-01-01T02:00:00.000Z")).toEqual(reached);
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
      after: after(
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
      after: after({ kind: "give up", obstacle: BLOCKED }, progress("AccessCheck"), false, later),
    },
    {
      name: "given back",
      from: "RollBack",
      to: "RolledBack",
      after: after({ kind: "roll back", obstacle: BLOCKED }, progress("RollBack"), false, later),
    },
    {
      name: "seen to be closed",
      from: "Authentication",
      to: "Completed",
      after: after({ kind: "check" }, progress("Authentication"), true, later),
    },
    {
      name: "not yet seen to be closed",
      from: "Authentication",
      to: "Authentication",
      after: after({ kind: "check" }, progress("Authentication"), false, later),
    },
    {
      name: "in the way, nothing moves",
      from: "InboundPolicy",
      to: "InboundPolicy",
      after: after({ kind: "hold", obstacle: BLOCKED }, progress("InboundPolicy"), false, later),
    },
  ])("$from, $name: $to", ({ to, after }) => {
    expect(after?.step).toBe(to);
  });

  test("a message is cut to what status has room for", () => {
    const obstacle = { ...BLOCKED, message: "x".repeat(5000) };
    expect(after({ kind: "give up", obstacle }, undefined, false, later)?.message).toHaveLength(
      1024,
    );
  });

  const failure = { kind: "obstructed", obstacle: WAITING } as const;
  const proof = { ofEverything: false, ofNetwork: false };

  test.each([
    { step: "InboundPolicy", to: "ManagedIdentity", why: "it is taken again" },
    { step: "Authentication", to: "Authentication", why: "Azure may have done it all the same" },
  ] as const)("a failed $step leaves $to remembered: $why", ({ step, to }) => {
    const apply = { kind: "apply", step, changes: [] } as const;
    const reached = progressAfter(
      apply,
      { failure },
      { rollout: progress("ManagedIdentity"), wasClosed: false },
      proof,
      later,
    );
    expect(reached?.step).toBe(to);
  });

  test.each<{ step: RolloutStep; wasClosed: boolean; to: RolloutStep | undefined; why: string }>([
    { step: "Authentication", wasClosed: true, to: undefined, why: "nobody here closed it" },
    { step: "InboundPolicy", wasClosed: true, to: undefined, why: "nobody here closed it" },
    { step: "Authentication", wasClosed: false, to: "Authentication", why: "this closed it" },
    { step: "Switching", wasClosed: true, to: "Switching", why: "the old caller is to go" },
    {
      step: "AccessRestrictions",
      wasClosed: true,
      to: "AccessRestrictions",
      why: "these may go back",
    },
  ])("$step with nothing remembered, closed before: $wasClosed: $why", (row) => {
    const { step, wasClosed, to } = row;
    const apply = { kind: "apply", step, changes: [] } as const;
    const reached = progressAfter(apply, {}, { rollout: undefined, wasClosed }, proof, later);
    expect(reached?.step).toBe(to);
  });
});
