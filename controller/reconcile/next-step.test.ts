import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aSpec, START } from "../../test/support/builders.ts";
import { aPlan, BLOCKED, changeOf, WAITING } from "../../test/support/plans.ts";
import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import type {
  RolloutProgress,
  RolloutStep,
  SecuredFunctionBackendSpec,
} from "../api/v1alpha1/types.generated.ts";
import { KNOWN_AFTER_APPLY } from "../safeguards/safeguard.ts";
import type { Plan } from "./plan.ts";
import { nextStep } from "./next-step.ts";

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
      spec: { rollout: { gatewayCheck: "Skip", enforcement: "Automatic" } },
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
      name: "a registration that was just created is waited for, lest half of the lock is written",
      plan: aPlan({
        steps: {
          "app-registration": { obstacle: { ...WAITING, reason: "RegistrationNotYetKnown" } },
          ...withChanges("authentication"),
        },
      }),
      wanted: "hold RegistrationNotYetKnown",
    },
    {
      name: "any other wait for the registration keeps no stranger on the allow-list",
      plan: aPlan({
        steps: { "app-registration": { obstacle: WAITING }, ...withChanges("authentication") },
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

describe("a plan that nobody has released", () => {
  const UNRELEASED = { ...BLOCKED, reason: "AwaitingRelease" } as const;
  const held = { kind: "hold", obstacle: UNRELEASED };

  test.each<[string, Plan, unknown]>([
    [
      "what callers do not notice is done",
      aPlan({
        site: OPEN,
        steps: withChanges("managed-identity", "inbound-policy", "authentication"),
      }),
      { kind: "apply", step: "ManagedIdentity" },
    ],
    [
      "the policies wait, since they replace what callers send",
      aPlan({ site: OPEN, steps: withChanges("inbound-policy", "authentication") }),
      held,
    ],
    ["closing waits", aPlan({ site: OPEN, steps: withChanges("authentication") }), held],
    [
      "so does what would turn callers of a function away that others closed",
      aPlan({ steps: withChanges("authentication") }),
      held,
    ],
    ["and what restricts it further", aPlan({ steps: withChanges("hardening") }), held],
    [
      "what somebody else must act on is told first, while the function is open",
      aPlan({
        site: OPEN,
        steps: { "inbound-policy": { obstacle: BLOCKED }, ...withChanges("authentication") },
      }),
      { kind: "hold", obstacle: BLOCKED },
    ],
    ["nothing to do: it is checked", aPlan(), { kind: "check" }],
  ])("%s", (_name, plan, wanted) => {
    expect(nextStep(plan, aSpec(), undefined, UNRELEASED)).toMatchObject(wanted as object);
  });

  test("callers notice nothing of it, whatever the plan", () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (planned, enforced) => {
        const plan = aPlan({ steps: planned, site: { enforced } });
        const step = nextStep(plan, aSpec(), undefined, UNRELEASED);
        const isUnnoticed =
          step.kind !== "apply" || ["ManagedIdentity", "AppRegistration"].includes(step.step);
        expect(isUnnoticed && step.kind !== "gate").toBe(true);
      }),
    );
  });
});

describe("a function that another installation governs", () => {
  const elsewhere = { ...BLOCKED, reason: "OwnedElsewhere" } as const;
  const plan = aPlan({
    steps: {
      ...withChanges("inbound-policy"),
      authentication: { changes: [changeOf("authentication")], obstacle: elsewhere },
    },
  });

  test.each<{ rollout: RolloutProgress | undefined }>([
    { rollout: undefined },
    { rollout: progress("Completed") },
    { rollout: progress("InboundPolicy") },
    { rollout: progress("RollBack") },
    { rollout: progress("NetworkRollBack") },
  ])("is neither corrected nor rolled back: $rollout.step", ({ rollout }) => {
    expect(next(plan, {}, rollout)).toBe("hold OwnedElsewhere");
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
