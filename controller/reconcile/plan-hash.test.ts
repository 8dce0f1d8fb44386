import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { API, aSpec, facts, gatewayFacts, SITE } from "../../test/support/builders.ts";
import { aPlan, changeOf } from "../../test/support/plans.ts";
import type { SecuredFunctionBackendSpec } from "../api/v1alpha1/types.generated.ts";
import { KNOWN_AFTER_APPLY, type Change } from "../safeguards/safeguard.ts";
import { planHash } from "./plan-hash.ts";
import type { Plan } from "./plan.ts";

const CLOSING = changeOf("authentication", {
  path: "authentication:/a",
  desired: { x: 1, y: [2, 3] },
});

function planOf(...changes: readonly Change[]): Plan {
  return aPlan({ steps: { authentication: { changes } } });
}

const PLAN = planOf(CLOSING);
const HASH = planHash(PLAN, aSpec());

function withFacts(overrides: Partial<Plan["facts"]>): Plan {
  return { ...PLAN, facts: facts(overrides) };
}

test("a hash is a short word that YAML takes for a text", () => {
  expect(HASH).toMatch(/^plan-[0-9a-f]{32}$/);
});

describe("another plan has another hash", () => {
  test.each<[string, Plan, Partial<SecuredFunctionBackendSpec>?]>([
    ["another value", planOf({ ...CLOSING, desired: { x: 1, y: [2] } })],
    ["nothing in place of a value", planOf({ ...CLOSING, desired: undefined })],
    ["another danger", planOf({ ...CLOSING, danger: "Hardens" })],
    ["another path", planOf({ ...CLOSING, path: "authentication:/b" })],
    ["another resource", planOf({ ...CLOSING, resource: `${SITE}/config/web` })],
    ["one change more", planOf(CLOSING, changeOf("authentication"))],
    [
      "a change of hardening",
      aPlan({
        steps: {
          authentication: { changes: [CLOSING] },
          hardening: { changes: [changeOf("hardening")] },
        },
      }),
    ],
    ["another gateway's identity", withFacts({ gateways: [gatewayFacts({ clientId: "other" })] })],
    ["another API", withFacts({ apis: facts().apis.map((api) => ({ ...api, id: `${API}2` })) })],
    [
      "another audience",
      withFacts({ registration: { ...facts().registration, audience: "another" } }),
    ],
    ["keys that stay", PLAN, { subscriptionKey: "Keep" }],
    ["the current revision only", PLAN, { revisions: "Current" }],
    [
      "a statement that is left out",
      PLAN,
      { ignoreDifferences: ["inbound-policy:inbound/set-header"] },
    ],
  ])("%s", (_name, plan, spec = {}) => {
    expect(planHash(plan, aSpec(spec))).not.toBe(HASH);
  });
});

describe("the same plan has the same hash", () => {
  test.each<[string, Plan]>([
    ["whatever is there now", planOf({ ...CLOSING, observed: "something else" })],
    ["in whatever letter case", planOf({ ...CLOSING, resource: CLOSING.resource.toUpperCase() })],
    ["members in another order", planOf({ ...CLOSING, desired: { y: [2, 3], x: 1 } })],
    ["a list in another order", planOf({ ...CLOSING, desired: { x: 1, y: [3, 2] } })],
    [
      "before and after the steps that prepare it",
      aPlan({
        steps: {
          "managed-identity": { changes: [changeOf("managed-identity")] },
          "inbound-policy": { changes: [changeOf("inbound-policy")] },
          authentication: { changes: [CLOSING] },
        },
      }),
    ],
    [
      "with the function taken over from another installation",
      planOf(CLOSING, changeOf("authentication", { patch: { kind: "owner-marker" } })),
    ],
    [
      "on a function in another state",
      { ...PLAN, facts: { ...PLAN.facts, site: { ...PLAN.facts.site, state: "Stopped" } } },
    ],
  ])("%s", (_name, plan) => {
    expect(planHash(plan, aSpec())).toBe(HASH);
  });

  test("in whatever order changes and facts come", () => {
    const changes = fc.uniqueArray(fc.record({ path: fc.string(), desired: fc.string() }), {
      selector: ({ path }) => path,
      maxLength: 6,
    });
    const services = fc.uniqueArray(fc.uuid(), { maxLength: 4 });
    fc.assert(
      fc.property(changes, services, (given, ids) => {
        const all = given.map((one) => changeOf("authentication", one));
        const gateways = ids.map((serviceId) => gatewayFacts({ serviceId }));
        const plan = { ...planOf(...all), facts: facts({ gateways }) };
        const turned = {
          ...planOf(...all.toReversed()),
          facts: facts({ gateways: gateways.toReversed() }),
        };
        expect(planHash(turned, aSpec())).toBe(planHash(plan, aSpec()));
      }),
    );
  });
});

test.each<[string, Plan]>([
  ["a value", planOf({ ...CLOSING, desired: [KNOWN_AFTER_APPLY] })],
  ["an identity", withFacts({ gateways: [gatewayFacts({ clientId: KNOWN_AFTER_APPLY })] })],
])("there is none while %s is known only after an earlier step", (_name, plan) => {
  expect(planHash(plan, aSpec())).toBeUndefined();
});
