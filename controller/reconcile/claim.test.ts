import { describe, expect, test } from "vitest";
import { aBackend, OWNER } from "../../test/support/builders.ts";
import { aPlan, changeOf } from "../../test/support/plans.ts";
import {
  markerOf,
  ownerText,
  withMarker,
  type Owner,
  type Self,
} from "../safeguards/owner-marker.ts";
import {
  claimOn,
  inViewOfClaim,
  ownedElsewhere,
  takeOverAsked,
  takeOverHandled,
  TAKE_OVER_ANNOTATION,
  type Claim,
} from "./claim.ts";

const THEM: Owner = { installation: "there", namespace: "stage", name: "orders" };
const MORE: Owner = { installation: "elsewhere", namespace: "shop", name: "orders" };
const NAMED = "there/stage/orders";

function marked(...owners: readonly Owner[]) {
  return { login: { allowedExternalRedirectUrls: owners.map(markerOf) } };
}

function annotated(value: string | undefined, lastHandledTakeOver?: string) {
  const annotations = value === undefined ? {} : { [TAKE_OVER_ANNOTATION]: value };
  const before = lastHandledTakeOver === undefined ? {} : { lastHandledTakeOver };
  return { object: aBackend({ metadata: { annotations } }), before };
}

describe("whose the function is", () => {
  test.each<{ name: string; on: readonly Owner[]; me?: Self; takeOver?: string; claim: Claim }>([
    { name: "nobody's", on: [], claim: { kind: "free" } },
    { name: "nobody's, whatever is asked", on: [], takeOver: NAMED, claim: { kind: "free" } },
    { name: "ours", on: [OWNER], claim: { kind: "ours" } },
    {
      name: "another object's of this installation",
      on: [{ ...OWNER, name: "stock" }],
      claim: { kind: "ours" },
    },
    {
      name: "an object's that another controller of this cluster looks after",
      on: [{ ...OWNER, namespace: "stage" }],
      me: { ...OWNER, looksAfter: (namespace) => namespace === "shop" },
      claim: { kind: "elsewhere", owner: ownerText({ ...OWNER, namespace: "stage" }) },
    },
    {
      name: "another object's that this controller looks after",
      on: [{ ...OWNER, name: "stock" }],
      me: { ...OWNER, looksAfter: (namespace) => namespace === "shop" },
      claim: { kind: "ours" },
    },
    { name: "theirs", on: [THEM], claim: { kind: "elsewhere", owner: NAMED } },
    {
      name: "theirs, and another one is named",
      on: [THEM],
      takeOver: "there/stage/stock",
      claim: { kind: "elsewhere", owner: NAMED },
    },
    {
      name: "theirs, and they are named",
      on: [THEM],
      takeOver: ` ${NAMED}\n`,
      claim: { kind: "taking over", from: NAMED },
    },
    {
      name: "of two, and one of them is named",
      on: [THEM, MORE],
      takeOver: NAMED,
      claim: { kind: "elsewhere", owner: `elsewhere/shop/orders,${NAMED}` },
    },
    {
      name: "of two, and both are named as the message prints them",
      on: [THEM, OWNER, MORE],
      takeOver: `elsewhere/shop/orders,${NAMED}`,
      claim: { kind: "taking over", from: `elsewhere/shop/orders,${NAMED}` },
    },
  ])("$name", ({ on, me = OWNER, takeOver, claim }) => {
    expect(claimOn(marked(...on), me, takeOver)).toEqual(claim);
  });

  test("the message holds the line that takes it over", () => {
    expect(ownedElsewhere(NAMED).message).toContain(`${TAKE_OVER_ANNOTATION}: ${NAMED}`);
  });
});

describe("an annotation works once", () => {
  test.each<{
    name: string;
    value?: string;
    handled?: string;
    claim?: Claim;
    asked?: string;
    remembered?: string;
  }>([
    { name: "none" },
    { name: "a new one", value: "a", claim: { kind: "taking over", from: "a" }, asked: "a" },
    {
      name: "once our marker is seen",
      value: "a",
      claim: { kind: "ours" },
      asked: "a",
      remembered: "a",
    },
    {
      name: "when they take it back, the old value does nothing",
      value: "a",
      handled: "a",
      claim: { kind: "elsewhere", owner: "a" },
      remembered: "a",
    },
    { name: "while nothing can be seen", value: "a", handled: "a", remembered: "a" },
    { name: "another value", value: "b", handled: "a", asked: "b", remembered: "a" },
    { name: "once it is taken out, it can be set again", handled: "a" },
  ])("$name", ({ value, handled, claim, asked, remembered }) => {
    const { object, before } = annotated(value, handled);
    expect(takeOverAsked(object, before)).toBe(asked);
    expect(takeOverHandled(object, before, claim ?? { kind: "free" })).toBe(remembered);
  });
});

test("what status remembers of a value fits there, however long the value is", () => {
  const value = "there/stage/orders,".repeat(1000);
  const { object } = annotated(value);
  const lastHandledTakeOver = takeOverHandled(object, {}, { kind: "ours" }) ?? "";
  expect(lastHandledTakeOver.length).toBeLessThanOrEqual(512);
  expect(takeOverAsked(object, { lastHandledTakeOver })).toBeUndefined();
  expect(takeOverAsked(annotated(`${value}x`).object, { lastHandledTakeOver })).toBeDefined();
});

describe("the plan", () => {
  const context = { me: OWNER, siteId: "/site", onlyLooks: false };
  const plan = aPlan({
    steps: { authentication: { changes: [changeOf("authentication")] } },
    site: { settings: marked(THEM) },
  });
  const stepOf = (claim: Claim, overrides = {}) =>
    inViewOfClaim(plan, claim, { ...context, ...overrides }).steps.find(
      ({ safeguard }) => safeguard === "authentication",
    );

  test("keeps showing what differs, and says why it stays", () => {
    const step = stepOf({ kind: "elsewhere", owner: NAMED });
    expect(step?.changes).toHaveLength(1);
    expect(step?.obstacle).toMatchObject({ kind: "blocked", reason: "OwnedElsewhere" });
  });

  test("tells an object that only looks, and does not stop it", () => {
    const step = stepOf({ kind: "elsewhere", owner: NAMED }, { onlyLooks: true });
    expect(step?.obstacle).toBeUndefined();
    expect(step?.notes).toMatchObject([{ message: expect.stringContaining(NAMED) }]);
  });

  test("shows a take-over as a change of its own", () => {
    const step = stepOf({ kind: "taking over", from: NAMED });
    expect(step?.changes.at(-1)).toMatchObject({
      path: "authentication:/login/allowedExternalRedirectUrls",
      desired: markerOf(OWNER),
      observed: [markerOf(THEM)],
      danger: "Cosmetic",
    });
  });

  test.each<Claim>([{ kind: "free" }, { kind: "ours" }])("is left alone: $kind", (claim) => {
    expect(inViewOfClaim(plan, claim, context)).toBe(plan);
  });

  test("asks for nothing once our marker stands", () => {
    const settings = withMarker(marked(THEM), OWNER);
    expect(claimOn(settings, OWNER, NAMED)).toEqual({ kind: "ours" });
  });
});
