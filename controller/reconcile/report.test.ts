import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  aBackend,
  AUTH_SETTINGS,
  GATEWAY,
  gatewayFacts,
  SERVICE,
  START,
} from "../../test/support/builders.ts";
import { aPlan, aVerdict, BLOCKED, changeOf, WAITING } from "../../test/support/plans.ts";
import { CONDITIONS } from "../api/v1alpha1/conditions.ts";
import type { SecuredFunctionBackendStatus } from "../api/v1alpha1/types.generated.ts";
import type { Json } from "../azure/json.ts";
import { KNOWN_AFTER_APPLY, type Change } from "../safeguards/safeguard.ts";
import { showValue } from "./drift.ts";
import type { Outcome } from "./outcome.ts";
import { report, type PassRecord } from "./report.ts";

const LATER = "2026-01-01T01:00:00.000Z";
const COMPLETED = { step: "Completed", startedAt: START } as const;
const SECURED: Outcome = { kind: "secured", verdict: aVerdict() };
const OBSTRUCTED: Outcome = { kind: "obstructed", obstacle: WAITING };

function pass(record: Partial<PassRecord> = {}) {
  return report({
    object: aBackend(),
    before: {},
    at: START,
    outcome: SECURED,
    plan: aPlan(),
    ...record,
  });
}

function drifted(...changes: readonly Change[]) {
  return aPlan({ steps: { authentication: { changes } } });
}

/** A condition's status, reason and the time of its last transition. */
function condition({ conditions = [] }: SecuredFunctionBackendStatus, type: string): string {
  const found = conditions.find((each) => each.type === type);
  return found === undefined
    ? "absent"
    : `${found.status} ${found.reason} ${found.lastTransitionTime}`;
}

describe("conditions", () => {
  test("in one order, and without those that are left out unless true", () => {
    const { status } = pass();
    const names = Object.keys(CONDITIONS).filter(
      (name) => name !== "Reconciling" && name !== "Stalled",
    );
    expect(status.conditions?.map(({ type }) => type)).toEqual(names);
  });

  test.each([
    { outcome: OBSTRUCTED, Reconciling: `True GatewayBusy ${START}`, Stalled: "absent" },
    {
      outcome: { kind: "obstructed", obstacle: BLOCKED } as const,
      Reconciling: "absent",
      Stalled: `True PolicyConflict ${START}`,
    },
    { outcome: SECURED, Reconciling: "absent", Stalled: "absent" },
  ])("$outcome.kind: going on or standing still", ({ outcome, Reconciling, Stalled }) => {
    const { status } = pass({ outcome });
    expect(condition(status, "Reconciling")).toBe(Reconciling);
    expect(condition(status, "Stalled")).toBe(Stalled);
  });

  test("a transition time moves only when the status does", () => {
    const before = pass({ outcome: OBSTRUCTED }).status;
    const other: Outcome = { kind: "obstructed", obstacle: BLOCKED };
    const still = pass({ before, at: LATER, outcome: other }).status;
    expect(condition(still, "Ready")).toBe(`False PolicyConflict ${START}`);
    expect(condition(pass({ before: still, at: LATER }).status, "Ready")).toBe(
      `True Secured ${LATER}`,
    );
  });

  test.each([
    { name: "while it is rolled out", before: {}, reason: "Progressing" },
    { name: "once it was secured", before: { rollout: COMPLETED }, reason: "Drifted" },
  ])("a difference $name is $reason", ({ before, reason }) => {
    const { status } = pass({ before, plan: drifted(changeOf("authentication")) });
    expect(condition(status, "InSync")).toBe(`False ${reason} ${START}`);
    expect(condition(status, "AuthenticationEnforced")).toBe(`False ${reason} ${START}`);
    expect(condition(status, "PolicyProtected")).toBe(`True Succeeded ${START}`);
  });

  test.each([
    { obstacle: BLOCKED, wanted: `False PolicyConflict ${START}` },
    { obstacle: WAITING, wanted: `Unknown GatewayBusy ${START}` },
  ])("what is in the way of a safeguard is its state: $obstacle.kind", ({ obstacle, wanted }) => {
    const { status } = pass({ plan: aPlan({ steps: { "inbound-policy": { obstacle } } }) });
    expect(condition(status, "PolicyProtected")).toBe(wanted);
    expect(condition(status, "InSync")).toMatch(/^Unknown/);
  });

  test("notes are told where all is well", () => {
    const notes = [{ code: "base-missing", message: "There is no <base />." }];
    const { status } = pass({ plan: aPlan({ steps: { "inbound-policy": { notes } } }) });
    const found = status.conditions?.find(({ type }) => type === "PolicyProtected");
    expect(found).toMatchObject({
      status: "True",
      message: "As the spec asks. There is no <base />.",
    });
  });

  test("before anything was looked at, nothing is known", () => {
    const { status } = report({
      object: aBackend(),
      before: {},
      at: START,
      outcome: { kind: "suspended" },
    });
    expect(condition(status, "InSync")).toBe(`Unknown Unverified ${START}`);
  });

  test("while it is suspended, everything stays as it was known last", () => {
    const before = pass({
      before: { rollout: COMPLETED },
      plan: drifted(changeOf("authentication")),
    }).status;
    const { status } = report({
      object: aBackend(),
      before,
      at: LATER,
      outcome: { kind: "suspended" },
    });
    expect(status).toEqual(before);
  });
});

describe("an idle pass", () => {
  test.each([
    { name: "secured", record: { plan: aPlan(), verdict: aVerdict(), rollout: COMPLETED } },
    {
      name: "with drift that is left",
      record: { plan: drifted(changeOf("authentication")), rollout: COMPLETED },
    },
    {
      name: "in the way",
      record: {
        outcome: OBSTRUCTED,
        plan: aPlan({ steps: { "managed-identity": { obstacle: WAITING } } }),
        rollout: COMPLETED,
      },
    },
  ])("changes nothing in status: $name", ({ record }) => {
    const before = pass({ before: { rollout: COMPLETED }, ...record }).status;
    expect(pass({ ...record, before, at: LATER }).status).toEqual(before);
  });
});

describe("drift", () => {
  const change = changeOf("authentication", { desired: true, observed: false });

  test("keeps the time when it was first seen", () => {
    const before = { ...pass({ plan: drifted(change) }).status, rollout: COMPLETED };
    const again = pass({ before, at: LATER, plan: drifted(change) });
    expect(again.status.drift).toEqual(before.drift);
    expect(again.newDrift).toEqual([]);
  });

  test("of another kind in the same place is new", () => {
    const before = { ...pass({ plan: drifted(change) }).status, rollout: COMPLETED };
    const again = pass({
      before,
      at: LATER,
      plan: drifted({ ...change, observed: "something else" }),
    });
    expect(again.newDrift).toMatchObject([{ observed: "something else", detectedAt: LATER }]);
  });

  test("is no news before the roll-out is completed", () => {
    expect(pass({ plan: drifted(change) }).newDrift).toEqual([]);
  });

  test("does not hold what waits for an earlier step", () => {
    expect(
      pass({ plan: drifted({ ...change, desired: KNOWN_AFTER_APPLY }) }).status.driftCount,
    ).toBe(0);
  });

  test("beyond what status has room for is counted, and told once all the same", () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      changeOf("authentication", { path: `authentication:/${index}` }),
    );
    const first = pass({
      before: { rollout: COMPLETED },
      plan: drifted(...many),
      rollout: COMPLETED,
    });
    expect(first.status.drift).toHaveLength(50);
    expect(first.status.driftCount).toBe(60);
    const again = pass({
      before: first.status,
      at: LATER,
      plan: drifted(...many),
      rollout: COMPLETED,
    });
    expect(again.newDrift).toEqual([]);
    const asleep = report({
      object: aBackend(),
      before: first.status,
      at: LATER,
      outcome: { kind: "suspended" },
    });
    expect(asleep.status.driftCount).toBe(60);
  });
});

describe("corrections", () => {
  const applied = [changeOf("authentication", { desired: true, observed: false })];

  test("are told once the roll-out is completed, newest first, the last ten fields", () => {
    const before = { rollout: COMPLETED };
    let status: SecuredFunctionBackendStatus = before;
    for (let count = 0; count < 12; count += 1) {
      status = pass({
        before: status,
        at: `2026-01-01T00:00:${10 + count}.000Z`,
        applied: [changeOf("authentication", { path: `authentication:/${count}` })],
        rollout: COMPLETED,
      }).status;
    }
    expect(status.recentCorrections?.map(({ path }) => path)).toEqual(
      Array.from({ length: 10 }, (_, index) => `authentication:/${11 - index}`),
    );
  });

  test("a roll-out's own steps are none", () => {
    const plan = aPlan({ site: { enforced: false } });
    expect(pass({ applied, plan }).corrections).toEqual([]);
    const rollout = { step: "Authentication", startedAt: START } as const;
    expect(pass({ applied, before: { rollout } }).corrections).toEqual([]);
  });

  test("what is put right in a pair that was found closed is one", () => {
    expect(pass({ applied }).corrections).toMatchObject([{ path: "authentication:/x" }]);
  });
});

describe("operations", () => {
  const old = { resourceId: SERVICE, url: "https://arm/old", startedAt: START };
  const begun = {
    resourceId: SERVICE.toUpperCase(),
    url: "https://arm/new",
    retryAfterInMs: undefined,
  };
  const waiting = aPlan({ steps: { "managed-identity": { obstacle: WAITING } } });

  test("are kept while somebody waits for them", () => {
    expect(pass({ before: { operations: [old] }, plan: waiting }).status.operations).toEqual([old]);
  });

  test("are forgotten when nobody does", () => {
    expect(pass({ before: { operations: [old] } }).status).not.toHaveProperty("operations");
  });

  test("one per resource: a new one takes the place of the old", () => {
    const { status } = pass({
      before: { operations: [old] },
      at: LATER,
      plan: waiting,
      operations: [begun],
    });
    expect(status.operations).toEqual([
      { resourceId: begun.resourceId, url: begun.url, startedAt: LATER },
    ]);
  });
});

describe("what was found out", () => {
  test("ids that are known, and those alone", () => {
    const plan = aPlan();
    const gateways = [gatewayFacts({ clientId: KNOWN_AFTER_APPLY })];
    const { status } = pass({ plan: { ...plan, facts: { ...plan.facts, gateways } } });
    expect(status.gateways).toEqual([{ service: SERVICE, principalId: GATEWAY.principalId }]);
  });

  test("what nobody saw this time stays as it was known", () => {
    const before = pass().status;
    const blind = { ...aPlan(), established: [], facts: { ...aPlan().facts, gateways: [] } };
    expect(pass({ before, plan: blind }).status.gateways).toEqual(before.gateways);
  });
});

describe("values", () => {
  test("are never longer than status has room for, and never half a character", () => {
    const value = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 200, maxLength: 400 }),
      fc.array(fc.string({ unit: "grapheme" }), { maxLength: 80 }),
    );
    fc.assert(
      fc.property(value, (long: Json) => {
        const shown = showValue(long);
        expect(shown.length).toBeLessThanOrEqual(256);
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
  });

  test("messages too", () => {
    const message = "x".repeat(10_000);
    const { status } = pass({ outcome: { kind: "obstructed", obstacle: { ...BLOCKED, message } } });
    for (const each of status.conditions ?? [])
      expect(each.message.length).toBeLessThanOrEqual(4096);
  });

  test("a difference says what was asked for and what was found; nothing is absent", () => {
    const change = changeOf("authentication", {
      resource: AUTH_SETTINGS,
      desired: ["a"],
      observed: undefined,
    });
    expect(pass({ plan: drifted(change) }).status.drift).toEqual([
      {
        path: "authentication:/x",
        resource: AUTH_SETTINGS,
        desired: '["a"]',
        danger: "Weakens",
        detectedAt: START,
      },
    ]);
  });
});
