import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AUDIENCE, POLICY, START } from "../../test/support/builders.ts";
import { aPlan, BLOCKED, changeOf } from "../../test/support/plans.ts";
import type {
  Correction,
  Danger,
  SecuredFunctionBackendStatus,
} from "../api/v1alpha1/types.generated.ts";
import type { Change } from "../safeguards/safeguard.ts";
import { contestsIn, holdingBack, quarrelsIn, timeUntilDue, waitBefore } from "./contest.ts";
import { CALM_IN_MS, correctionsOf, withCorrections } from "./corrections.ts";
import { driftItemOf } from "./drift.ts";
import type { Plan, PlannedStep } from "./plan.ts";

const MINUTE_IN_MS = 60_000;
const TEN_MINUTES_IN_MS = 10 * MINUTE_IN_MS;

function later(inMs: number): string {
  return new Date(Date.parse(START) + inMs).toISOString();
}

const field = changeOf("authentication", { danger: "Hardens", desired: true, observed: false });
const other = changeOf("authentication", { path: "authentication:/y", desired: 1, observed: 2 });

/** A status in which the field was put right so often, the last time at the start. */
function corrected(times: number, correctedAt = START): SecuredFunctionBackendStatus {
  const { path, resource } = field;
  return { recentCorrections: [{ path, resource, correctedAt, ...(times > 1 && { times }) }] };
}

function planOf(...changes: readonly Change[]): Plan {
  return aPlan({ steps: { authentication: { changes } } });
}

function authenticationOf({ steps }: Plan): PlannedStep | undefined {
  return steps.find(({ safeguard }) => safeguard === "authentication");
}

function contestsAfter(inMs: number, before: SecuredFunctionBackendStatus, change = field) {
  const context = { at: later(inMs), resyncIntervalInMs: TEN_MINUTES_IN_MS };
  return contestsIn(planOf(change), before, context);
}

describe("how long a field is left", () => {
  const hour = 60 * MINUTE_IN_MS;
  test.each<{ times: number; danger: Danger; resyncInMs: number; inMs: number }>([
    { times: 2, danger: "Hardens", resyncInMs: hour, inMs: MINUTE_IN_MS },
    { times: 3, danger: "Hardens", resyncInMs: hour, inMs: 2 * MINUTE_IN_MS },
    { times: 5, danger: "Cosmetic", resyncInMs: hour, inMs: 8 * MINUTE_IN_MS },
    { times: 9, danger: "Cosmetic", resyncInMs: TEN_MINUTES_IN_MS, inMs: TEN_MINUTES_IN_MS },
    { times: 9, danger: "Cosmetic", resyncInMs: 24 * hour, inMs: hour },
    { times: 1_000_000, danger: "Cosmetic", resyncInMs: hour, inMs: hour },
    { times: 9, danger: "Cosmetic", resyncInMs: 1000, inMs: MINUTE_IN_MS },
    { times: 2, danger: "Weakens", resyncInMs: hour, inMs: 10_000 },
    { times: 3, danger: "Weakens", resyncInMs: hour, inMs: 20_000 },
    { times: 1_000_000, danger: "Weakens", resyncInMs: 24 * hour, inMs: MINUTE_IN_MS },
  ])("$danger, after $times corrections: $inMs ms", ({ times, danger, resyncInMs, inMs }) => {
    expect(waitBefore(times, danger, resyncInMs)).toBe(inMs);
  });

  test("never shorter after one more correction, and never for ever", () => {
    const danger = fc.constantFrom<Danger>("Weakens", "Hardens", "Cosmetic");
    const resync = fc.integer({ min: MINUTE_IN_MS, max: 24 * 60 * MINUTE_IN_MS });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5000 }), danger, resync, (times, danger, resync) => {
        const wait = waitBefore(times, danger, resync);
        expect(waitBefore(times + 1, danger, resync)).toBeGreaterThanOrEqual(wait);
        expect(wait).toBeLessThanOrEqual(danger === "Weakens" ? MINUTE_IN_MS : 60 * MINUTE_IN_MS);
        expect(wait).toBeGreaterThan(0);
      }),
    );
  });
});

test("a correction that a clock ahead dated into the future holds nothing back", () => {
  const before = corrected(9, later(365 * 24 * 60 * MINUTE_IN_MS));
  for (const danger of ["Weakens", "Hardens"] as const) {
    expect(contestsAfter(0, before, { ...field, danger })).toEqual([]);
  }
  expect(quarrelsIn(before, START)).toEqual([]);
});

describe("what is contested", () => {
  test.each<{ name: string; before: SecuredFunctionBackendStatus; inMs: number; times?: number }>([
    { name: "nothing that was never put right", before: {}, inMs: 1000 },
    { name: "nothing that was put right once", before: corrected(1), inMs: 1000 },
    { name: "what was put right twice", before: corrected(2), inMs: 1000, times: 2 },
    { name: "nothing that was quiet for hours", before: corrected(9), inMs: CALM_IN_MS },
    {
      name: "nothing that Azure still shows as it was",
      before: { ...corrected(3), drift: [driftItemOf(field, {}, START)] },
      inMs: 5000,
    },
    {
      name: "what is still so after a minute: somebody was faster",
      before: { ...corrected(3), drift: [driftItemOf(field, {}, START)] },
      inMs: MINUTE_IN_MS,
      times: 3,
    },
    {
      name: "what came back with another value",
      before: { ...corrected(3), drift: [driftItemOf({ ...field, observed: 7 }, {}, START)] },
      inMs: 5000,
      times: 3,
    },
  ])("$name", ({ before, inMs, times }) => {
    expect(contestsAfter(inMs, before).map((contest) => contest.times)).toEqual(
      times === undefined ? [] : [times],
    );
  });

  test("another field of the same resource is not", () => {
    expect(contestsAfter(1000, corrected(5), other)).toEqual([]);
  });
});

describe("what is held back", () => {
  const at = later(1000);
  const contests = contestsIn(planOf(field, other), corrected(2), {
    at,
    resyncIntervalInMs: TEN_MINUTES_IN_MS,
  });

  test("the field that is not due, and it alone", () => {
    const step = authenticationOf(holdingBack(planOf(field, other), contests, at));
    expect(step?.changes).toEqual([other]);
    expect(step?.obstacle).toMatchObject({
      kind: "waiting",
      reason: "Contested",
      retryAfterInMs: 59_000,
    });
    expect(step?.obstacle?.message).toMatch(/authentication:\/x was put right 2 times/);
    expect(step?.obstacle?.message).toContain("2026-01-01T00:01:00.000Z");
    expect(step?.obstacle?.message).toContain(`The activity log of ${field.resource}`);
  });

  test("nothing any more once it is due", () => {
    const due = later(MINUTE_IN_MS);
    const plan = planOf(field);
    const now = contestsAfter(MINUTE_IN_MS, corrected(2));
    expect(holdingBack(plan, now, due)).toBe(plan);
    expect(timeUntilDue(now, due)).toBeUndefined();
  });

  test("what somebody has to act on stays the obstacle", () => {
    const plan = aPlan({ steps: { authentication: { changes: [field], obstacle: BLOCKED } } });
    const step = authenticationOf(holdingBack(plan, contestsAfter(1000, corrected(2)), at));
    expect(step).toMatchObject({ changes: [], obstacle: BLOCKED });
  });

  test("not a statement of a policy in which another is put right: it is one write", () => {
    const statements = { resource: AUDIENCE, removeHeaders: [], removeQueryParameters: [] };
    const patch = { kind: "api-policy", statements } as const;
    const inPolicy = (path: string) =>
      changeOf("inbound-policy", { path: `inbound-policy:${path}`, resource: POLICY, patch });
    const [ours, fresh] = [inPolicy("inbound/a"), inPolicy("inbound/b")];
    const before: SecuredFunctionBackendStatus = {
      recentCorrections: [{ path: ours.path, resource: POLICY, correctedAt: START, times: 4 }],
    };
    const changesOf = (...changes: readonly Change[]) => {
      const plan = aPlan({ steps: { "inbound-policy": { changes } } });
      const found = contestsIn(plan, before, { at, resyncIntervalInMs: TEN_MINUTES_IN_MS });
      return holdingBack(plan, found, at).steps.flatMap((step) => step.changes);
    };
    expect(changesOf(ours)).toEqual([]);
    expect(changesOf(ours, fresh)).toEqual([ours, fresh]);
  });
});

describe("corrections", () => {
  const correct = (before: SecuredFunctionBackendStatus, inMs: number, change = field) => ({
    recentCorrections: withCorrections(before, correctionsOf([change], before, later(inMs))),
  });

  test("of one field are counted, and it stands once", () => {
    const first = correct({}, 0);
    const third = correct(correct(first, 1000), 2000);
    expect(third.recentCorrections).toMatchObject([{ times: 3, correctedAt: later(2000) }]);
    expect(first.recentCorrections).not.toHaveProperty("0.times");
  });

  test("that Azure does not show yet count once", () => {
    const first = { ...correct({}, 0), drift: [driftItemOf(field, {}, START)] };
    expect(correct(first, 2000).recentCorrections).not.toHaveProperty("0.times");
  });

  test("begin anew after a calm", () => {
    const before = corrected(8);
    expect(correct(before, CALM_IN_MS).recentCorrections).not.toHaveProperty("0.times");
    expect(quarrelsIn(before, later(CALM_IN_MS - 1))).toHaveLength(1);
    expect(quarrelsIn(before, later(CALM_IN_MS))).toEqual([]);
  });

  test("never hold more than ten fields, each once, the newest first", () => {
    const correction = fc.record<Correction>({
      path: fc.constantFrom("a:/1", "a:/2", "a:/3", "b:/1", "b:/2", "b:/3"),
      resource: fc.constantFrom("/one", "/ONE", "/two"),
      correctedAt: fc.constant(START),
    });
    fc.assert(
      fc.property(fc.array(correction), (all) => {
        const kept = all.reduce<Correction[]>(
          (recentCorrections, each) => withCorrections({ recentCorrections }, [each]),
          [],
        );
        const names = kept.map(({ path, resource }) => `${path} ${resource.toLowerCase()}`);
        expect(new Set(names).size).toBe(names.length);
        expect(kept.length).toBeLessThanOrEqual(10);
        expect(kept[0]).toEqual(all.at(-1));
      }),
    );
  });
});
