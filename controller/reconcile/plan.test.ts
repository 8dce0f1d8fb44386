import { describe, expect, test } from "vitest";
import { facts, gatewayFacts } from "../../test/support/builders.ts";
import { BLOCKED, changeOf, WAITING } from "../../test/support/plans.ts";
import type { SafeguardName } from "../api/v1alpha1/conditions.ts";
import {
  KNOWN_AFTER_APPLY,
  type Assessment,
  type Facts,
  type Observation,
} from "../safeguards/safeguard.ts";
import { allChanges, buildPlan, knownChanges, type Sighting } from "./plan.ts";

/** A safeguard that looked, and what it makes of what all of them know. */
function saw(
  safeguard: SafeguardName,
  {
    tells = {},
    needs = [],
    finds = {},
  }: {
    readonly tells?: Partial<Facts>;
    readonly needs?: Observation["needs"];
    readonly finds?: Partial<Assessment> | ((facts: Facts) => Partial<Assessment>);
  } = {},
): Sighting {
  const assess = typeof finds === "function" ? finds : () => finds;
  return {
    safeguard,
    seen: {
      facts: tells,
      needs,
      assess: (known) => ({ changes: [], notes: [], ...assess(known) }),
    },
  };
}

const { gateways, registration, site, apis } = facts();

describe("facts", () => {
  test("what one safeguard saw is known to all, whichever looked first", () => {
    const heard: unknown[] = [];
    const listens = saw("managed-identity", {
      finds: (known) => {
        heard.push(known.site, known.gateways);
        return {};
      },
    });
    buildPlan(
      [
        listens,
        saw("inbound-policy", { tells: { gateways } }),
        saw("authentication", { tells: { site } }),
      ],
      [],
    );
    expect(heard).toEqual([site, gateways]);
  });

  test("what nobody saw is not known, and said not to be", () => {
    const plan = buildPlan([saw("authentication", { tells: { site } })], []);
    expect(plan.established).toEqual(["site"]);
    expect(plan.facts.registration.issuer).toBe(KNOWN_AFTER_APPLY);
    expect(plan.facts.gateways).toEqual([]);
  });
});

describe("a safeguard that saw nothing", () => {
  const blind: Sighting = { safeguard: "managed-identity", seen: WAITING };

  test("asks for nothing and is in the way", () => {
    const plan = buildPlan([blind], []);
    expect(plan.isComplete).toBe(false);
    expect(plan.steps).toEqual([
      { safeguard: "managed-identity", changes: [], notes: [], obstacle: WAITING },
    ]);
  });

  test("keeps those that rest on it from being judged", () => {
    const changes = [changeOf("authentication")];
    const resting = saw("authentication", { needs: ["gateways"], finds: { changes } });
    const [, step] = buildPlan([blind, resting], []).steps;
    expect(step).toMatchObject({ changes: [], obstacle: WAITING });
  });

  test("keeps nobody else", () => {
    const changes = [changeOf("authentication")];
    const free = saw("authentication", {
      needs: ["registration"],
      tells: { registration },
      finds: { changes },
    });
    const plan = buildPlan([blind, free], []);
    expect(plan.isComplete).toBe(false);
    expect(allChanges(plan)).toEqual(changes);
  });

  test("no gateway that could not be read falls out of an allow-list", () => {
    const allowed = (known: Facts) => ({
      changes: known.gateways.length === 2 ? [] : [changeOf("authentication")],
    });
    const resting = saw("authentication", { needs: ["gateways"], finds: allowed });
    const seeing = saw("managed-identity", {
      tells: { gateways: [gatewayFacts(), gatewayFacts()] },
    });
    expect(allChanges(buildPlan([blind, resting], []))).toEqual([]);
    expect(allChanges(buildPlan([seeing, resting], []))).toEqual([]);
  });
});

test("what is in the way of one part does not take the rest out of the plan", () => {
  const changes = [changeOf("inbound-policy")];
  const plan = buildPlan(
    [saw("inbound-policy", { tells: { apis }, finds: { changes, obstacle: BLOCKED } })],
    [],
  );
  expect(plan.steps[0]).toMatchObject({ changes, obstacle: BLOCKED });
});

describe("ignored differences", () => {
  const path = "authentication:/globalValidation/excludedPaths";
  test.each([
    { rule: path, ignored: true, reason: "the path itself" },
    { rule: "authentication:/globalValidation", ignored: true, reason: "everything below" },
    { rule: "authentication:/global", ignored: false, reason: "half a name is another name" },
    {
      rule: "authentication:/globalValidation/excludedPaths/0",
      ignored: false,
      reason: "only a part",
    },
    {
      rule: "inbound-policy:/globalValidation/excludedPaths",
      ignored: false,
      reason: "another safeguard",
    },
    { rule: "", ignored: false, reason: "nothing" },
  ])("$rule: $reason", ({ rule, ignored }) => {
    const changes = [changeOf("authentication", { path })];
    expect(allChanges(buildPlan([saw("authentication", { finds: { changes } })], [rule]))).toEqual(
      ignored ? [] : changes,
    );
  });

  test("an element's rule covers its attributes", () => {
    const element = "inbound-policy:inbound/authentication-managed-identity";
    const changes = [changeOf("inbound-policy", { path: `${element}@ignore-error` })];
    expect(
      allChanges(buildPlan([saw("inbound-policy", { finds: { changes } })], [element])),
    ).toEqual([]);
  });
});

test("what waits for an earlier step is planned, and no drift yet", () => {
  const known = changeOf("authentication");
  const unknown = changeOf("authentication", { desired: [KNOWN_AFTER_APPLY] });
  const plan = buildPlan([saw("authentication", { finds: { changes: [known, unknown] } })], []);
  expect(allChanges(plan)).toEqual([known, unknown]);
  expect(knownChanges(plan)).toEqual([known]);
});
