import { describe, expect, test } from "vitest";
import { aSpec, START } from "../../test/support/builders.ts";
import { aPlan, aVerdict, changeOf } from "../../test/support/plans.ts";
import type { RolloutProgress, RolloutStep } from "../api/v1alpha1/types.generated.ts";
import type { Verdict } from "../verify/diagnose.ts";
import { afterProof, nextReinforcement } from "./reinforce.ts";
import { afterCheck } from "./after-check.ts";
import { nextStep } from "./next-step.ts";
import { progressAfter } from "./progress.ts";
import type { Step } from "./step.ts";

/** Where a roll-out is after a step that was carried out, with what was proved by it. */
function after(
  step: Step,
  from: RolloutProgress,
  ofEverything: boolean,
  ofNetwork: boolean,
): RolloutProgress | undefined {
  return progressAfter(
    step,
    {},
    { rollout: from, wasClosed: true },
    { ofEverything, ofNetwork },
    START,
  );
}

const network = changeOf("access-restrictions");
const hardening = changeOf("hardening");
const BOTH = {
  "access-restrictions": { changes: [network] },
  hardening: { changes: [hardening] },
};
const failed = aVerdict({ status: "False", reason: "GatewayCheckFailed", gateway: "failed" });

function at(step: RolloutStep, networkProven?: boolean): RolloutProgress {
  return { step, startedAt: START, ...(networkProven === true && { networkProven }) };
}

/** The next reinforcement in one line. */
function next(rollout: RolloutProgress | undefined): string {
  const step = nextReinforcement(aPlan({ steps: BOTH }), aSpec(), rollout);
  if (step === undefined) return "nothing";
  const changes = step.kind === "apply" ? step.changes : (step.held?.changes ?? []);
  return `${step.kind} ${changes.map(({ safeguard }) => safeguard).join(" ")}`;
}

test.each([
  { rollout: undefined, wanted: "check access-restrictions hardening" },
  { rollout: at("Authentication"), wanted: "check access-restrictions hardening" },
  { rollout: at("AccessRestrictions"), wanted: "apply access-restrictions hardening" },
  { rollout: at("NetworkCheck"), wanted: "apply access-restrictions hardening" },
  { rollout: at("Completed"), wanted: "apply hardening" },
  { rollout: at("Completed", true), wanted: "apply access-restrictions hardening" },
  { rollout: at("NetworkRolledBack"), wanted: "apply hardening" },
  { rollout: at("Switching", true), wanted: "nothing" },
])("at $rollout.step, $rollout.networkProven: $wanted", ({ rollout, wanted }) => {
  expect(next(rollout)).toBe(wanted);
});

test("nothing is added to a function that is open", () => {
  const plan = aPlan({ steps: BOTH, site: { enforced: false } });
  expect(nextStep(plan, aSpec(), undefined)).toEqual({ kind: "check" });
});

describe("after the calls of a check", () => {
  const held = { changes: [network, hardening], restrictsNetwork: true, mayGoUnseen: false };
  test.each<{ name: string; verdict: Verdict; wanted: object; unseen?: boolean }>([
    { name: "all well", verdict: aVerdict(), wanted: { kind: "announce" } },
    { name: "callers are kept out", verdict: failed, wanted: { kind: "check" } },
    {
      name: "somebody gets in",
      verdict: aVerdict({ status: "False", reason: "DirectCallAdmitted" }),
      wanted: { kind: "check" },
    },
    {
      name: "no path to call",
      verdict: aVerdict({ gateway: "none" }),
      wanted: { kind: "hold", obstacle: { reason: "AwaitingCheck" } },
    },
    {
      name: "no path to call, which the spec allows",
      verdict: aVerdict({ gateway: "none" }),
      unseen: true,
      wanted: { kind: "announce" },
    },
    {
      name: "a call that could not be made",
      verdict: aVerdict({ status: "Unknown", reason: "Unverified", gateway: "withheld" }),
      wanted: { kind: "hold", obstacle: { kind: "blocked", reason: "Unverified" } },
    },
  ])("$name", ({ verdict, wanted, unseen = false }) => {
    expect(afterProof(verdict, { ...held, mayGoUnseen: unseen })).toMatchObject(wanted);
  });
});

describe("restrictions on trial", () => {
  const patience = (step: RolloutStep, lastedInMs: number) => ({
    step,
    lastedInMs,
    settleTimeInMs: 60_000,
  });
  test.each([
    { step: "AccessRestrictions", lasted: 600_000, wanted: "wait" },
    { step: "NetworkCheck", lasted: 59_999, wanted: "wait" },
    { step: "NetworkCheck", lasted: 60_000, wanted: "give up network" },
    { step: "Completed", lasted: 600_000, wanted: "check" },
  ] as const)("that fail at $step for $lasted ms: $wanted", ({ step, lasted, wanted }) => {
    expect(afterCheck(failed, patience(step, lasted)).kind).toBe(wanted);
  });

  test("are remembered as proven only when the check says so, and no longer than that", () => {
    const check = { kind: "check" } as const;
    expect(after(check, at("AccessRestrictions"), true, true)).toMatchObject({
      step: "Completed",
      networkProven: true,
    });
    expect(after(check, at("Completed", true), true, false)).toEqual(at("Completed"));
    expect(after(check, at("Completed", true), false, false)).toEqual(at("Completed", true));
  });

  test("are on trial before the first of them is written", () => {
    const announced = after(
      { kind: "announce", step: "AccessRestrictions" },
      at("Completed"),
      true,
      false,
    );
    expect(next(announced)).toBe("apply access-restrictions hardening");
  });
});
