import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aSpec, START } from "../../test/support/builders.ts";
import { aPlan, aVerdict, BLOCKED, changeOf, WAITING } from "../../test/support/plans.ts";
import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import type {
  RolloutProgress,
  RolloutStep,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import { KNOWN_AFTER_APPLY } from "../safeguards/safeguard.ts";
import type { Plan } from "./plan.ts";
import {
  afterCheck,
  afterGate,
  isProven,
  nextStep,
  progressAfter,
  type Patience,
} from "./rollout.ts";

const OPEN = { enforced: false };
function progress(step: RolloutStep, overrides: Partial<RolloutProgress> = {}): RolloutProgress {
  return { step, startedAt: START, ...overrides };
}

/** The next step in one line: what is done, or what is in the way. */
function next(
  plan: Plan,
  spec: Partial<SecuredFunctionBackendSpec> = {},
  rollout?: RolloutProgress,
): string {
  const step = nextStep(plan, aSpec(spec), rollout);
  if (step.kind === "apply") return `apply ${step.step}`;
  return "obstacle" in step ? `${step.kind} ${step.obstacle.reason}` : step.kind;
}

function withChanges(...safeguards: readonly SafeguardName[]) {
  return Object.fromEntries(
    safeguards.map((safeguard) => [safeguard, { changes: [changeOf(safeguard)] }]),
  );
}

describe("the order, on a function that is open", () => {
  test.each<{
    name: string;
    plan: Plan;
    spec?: Partial<SecuredFunctionBackendSpec>;
    wanted: string;
  }>([
    {
      name: "the identity comes first",
      plan: aPlan({
        site: OPEN,
        steps: withChanges("managed-identity", "inbound-policy", "authentication"),
      }),
      wanted: "apply ManagedIdentity",
    },
    {
      name: "then the policy",
      plan: aPlan({ site: OPEN, steps: withChanges("inbound-policy", "authentication") }),
      wanted: "apply InboundPolicy",
    },
    {
      name: "before closing, the gateway is asked",
      plan: aPlan({ site: OPEN, steps: withChanges("authentication") }),
      wanted: "gate",
    },
    {
      name: "unless the spec skips it",
      plan: aPlan({ site: OPEN, steps: withChanges("authentication") }),
      spec: { rollout: { gatewayCheck: "Skip" } },
      wanted: "apply Authentication",
    },
    {
      name: "nothing waits behind an identity that is being made",
      plan: aPlan({
        site: OPEN,
        steps: { "managed-identity": { obstacle: WAITING }, ...withChanges("inbound-policy") },
      }),
      wanted: "hold GatewayBusy",
    },
    {
      name: "nothing is begun that would be left half done",
      plan: aPlan({
        site: OPEN,
        steps: { ...withChanges("managed-identity"), "inbound-policy": { obstacle: BLOCKED } },
      }),
      wanted: "hold PolicyConflict",
    },
    {
      name: "nothing is begun while something cannot be read",
      plan: aPlan({
        site: OPEN,
        isComplete: false,
        steps: { ...withChanges("managed-identity"), "inbound-policy": { obstacle: WAITING } },
      }),
      wanted: "hold GatewayBusy",
    },
    {
      name: "changes that wait for an earlier step are not sent",
      plan: aPlan({
        site: OPEN,
        steps: {
          "inbound-policy": {
            changes: [changeOf("inbound-policy", { desired: KNOWN_AFTER_APPLY })],
            obstacle: WAITING,
          },
        },
      }),
      wanted: "hold GatewayBusy",
    },
    { name: "nothing to do: it is checked", plan: aPlan({ site: OPEN }), wanted: "check" },
  ])("$name", ({ plan, spec, wanted }) => {
    expect(next(plan, spec)).toBe(wanted);
  });
});

describe("upkeep, on a function that is closed or once was", () => {
  const completed = progress("Completed");
  test.each<{ name: string; plan: Plan; rollout?: RolloutProgress; wanted: string }>([
    {
      name: "drift of the lock is put right without a gate",
      plan: aPlan({ site: OPEN, steps: withChanges("authentication") }),
      rollout: completed,
      wanted: "apply Authentication",
    },
    {
      name: "a function that others closed needs no gate",
      plan: aPlan({ steps: withChanges("authentication") }),
      wanted: "apply Authentication",
    },
    {
      name: "an unreadable policy keeps no stranger on the allow-list",
      plan: aPlan({
        steps: { "inbound-policy": { obstacle: BLOCKED }, ...withChanges("authentication") },
      }),
      rollout: completed,
      wanted: "apply Authentication",
    },
    {
      name: "what is left in the way is told",
      plan: aPlan({ steps: { "inbound-policy": { obstacle: BLOCKED } } }),
      rollout: completed,
      wanted: "hold PolicyConflict",
    },
    {
      name: "what somebody must act on comes before what ends by itself",
      plan: aPlan({
        steps: {
          "managed-identity": { obstacle: WAITING },
          "inbound-policy": { obstacle: BLOCKED },
        },
      }),
      rollout: completed,
      wanted: "hold PolicyConflict",
    },
  ])("$name", ({ plan, rollout, wanted }) => {
    expect(next(plan, {}, rollout)).toBe(wanted);
  });
});

describe("a roll-out that was given up", () => {
  const plan = aPlan({ site: OPEN, steps: withChanges("authentication") });
  test.each<{ rollout: RolloutProgress; mode: "Enforce" | "Observe"; wanted: string }>([
    {
      rollout: progress("RollBack", { reason: "AccessCheckFailed" }),
      mode: "Enforce",
      wanted: "roll back AccessCheckFailed",
    },
    { rollout: progress("RollBack"), mode: "Enforce", wanted: "roll back GatewayCheckFailed" },
    { rollout: progress("RolledBack"), mode: "Enforce", wanted: "hold GatewayCheckFailed" },
    { rollout: progress("RollBack"), mode: "Observe", wanted: "check" },
  ])("$rollout.step in $mode: $wanted", ({ rollout, mode, wanted }) => {
    expect(next(plan, { mode }, rollout)).toBe(wanted);
  });

  test("its cause is remembered in its own words", () => {
    const rollout = progress("RolledBack", {
      reason: "AccessCheckFailed",
      message: "It answered 403.",
    });
    expect(nextStep(plan, aSpec(), rollout)).toEqual({
      kind: "hold",
      obstacle: { kind: "blocked", reason: "AccessCheckFailed", message: "It answered 403." },
    });
  });
});

const obstacles = fc.constantFrom(undefined, BLOCKED, WAITING);
const stepOf = (safeguard: SafeguardName) =>
  fc.record({ changes: fc.constantFrom([], [changeOf(safeguard)]), obstacle: obstacles });
const steps = fc.record({
  "managed-identity": stepOf("managed-identity"),
  "app-registration": stepOf("app-registration"),
  "inbound-policy": stepOf("inbound-policy"),
  authentication: stepOf("authentication"),
});
const rollouts = fc.constantFrom<(RolloutStep | undefined)[]>(
  undefined,
  "ManagedIdentity",
  "GatewayCheck",
  "Authentication",
  "AccessCheck",
  "RollBack",
  "RolledBack",
  "Completed",
);

describe("laws", () => {
  test("Observe writes nothing, whatever the plan", () => {
    fc.assert(
      fc.property(steps, fc.boolean(), rollouts, (planned, enforced, rollout) => {
        const plan = aPlan({ steps: planned, site: { enforced } });
        const { kind } = nextStep(plan, aSpec({ mode: "Observe" }), rollout && progress(rollout));
        expect(["check", "hold"]).toContain(kind);
      }),
    );
  });

  test("an open function is closed through the gate only", () => {
    fc.assert(
      fc.property(steps, rollouts, (planned, rollout) => {
        fc.pre(rollout !== "Completed");
        const plan = aPlan({ steps: planned, site: OPEN });
        expect(next(plan, {}, rollout && progress(rollout))).not.toBe("apply Authentication");
      }),
    );
  });

  test("a plan without changes writes nothing but a roll-back", () => {
    fc.assert(
      fc.property(obstacles, fc.boolean(), rollouts, (obstacle, enforced, rollout) => {
        fc.pre(rollout !== "RollBack");
        const plan = aPlan({ steps: { "inbound-policy": { obstacle } }, site: { enforced } });
        expect(["check", "hold"]).toContain(
          nextStep(plan, aSpec(), rollout && progress(rollout)).kind,
        );
      }),
    );
  });
});

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
      step: "InboundPolicy",
      lasted: SETTLE,
      wanted: "check",
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
