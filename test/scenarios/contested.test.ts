import { describe, expect, test } from "vitest";
import { TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const MINUTE_IN_MS = 60_000;
const INTRUDER = "55555555-5555-4555-8555-000000000001";

async function secured(azure: TestSimulator) {
  const operator = new TestOperator(azure);
  await operator.settle();
  await azure.control.clearRequests();
  return { operator, shop: new Shop(azure) };
}

/** Another tool sets what an anonymous caller gets; it weakens nothing. */
async function setAction(shop: Shop, action: string): Promise<void> {
  const settings = await shop.authSettings();
  const globalValidation = settings["globalValidation"] as Record<string, unknown>;
  await shop.putAuthSettings({
    ...settings,
    globalValidation: { ...globalValidation, unauthenticatedClientAction: action },
  });
}

async function actionOf(shop: Shop): Promise<unknown> {
  const { globalValidation } = await shop.authSettings();
  return (globalValidation as Record<string, unknown>)["unauthenticatedClientAction"];
}

/** Somebody lets an unknown identity in. */
async function letIn(shop: Shop): Promise<void> {
  const settings = JSON.stringify(await shop.authSettings());
  const widened = settings.replace(/("identities":\[)/u, `$1"${INTRUDER}",`);
  await shop.putAuthSettings(JSON.parse(widened) as Record<string, unknown>);
}

async function isLetIn(shop: Shop): Promise<boolean> {
  return JSON.stringify(await shop.authSettings()).includes(INTRUDER);
}

/** The tool acts, and the operator puts it right, as often. */
async function quarrel(operator: TestOperator, act: () => Promise<void>, times: number) {
  for (let count = 0; count < times; count += 1) {
    await act();
    const pass = await operator.pass();
    expect(pass.corrections).not.toEqual([]);
    await operator.settle();
  }
}

describe("a field that another tool keeps changing back", () => {
  test("is left alone for ever longer, and the reason says so", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const act = () => setAction(shop, "Return403");
    await quarrel(operator, act, 2);
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await act();
      await azure.control.clearRequests();
      const { next } = await operator.pass();
      expect(await shop.writes()).toEqual([]);
      expect(operator.condition("Ready")).toMatch(/^False Contested: .*Action was put right/);
      expect(operator.condition("AuthenticationEnforced")).toMatch(/^False Contested/);
      expect(operator.condition("Stalled")).toBe("absent");
      if (next.kind !== "after") throw new Error(`looked at again ${next.kind}`);
      waits.push(Math.ceil(next.inMs / MINUTE_IN_MS));

      const status = operator.status;
      await operator.pass();
      expect(operator.status, "an idle pass writes nothing to status").toEqual(status);

      operator.clockSkewInMs += next.inMs;
      await operator.settle();
      expect(await actionOf(shop)).toBe("Return401");
      expect(operator.condition("Ready")).toMatch(/^True Secured/);
    }
    expect(waits).toEqual([1, 2, 4]);
    expect(operator.status.recentCorrections).toMatchObject([{ times: 5 }]);
    expect(operator.condition("AuthenticationEnforced")).toMatch(/^True .*put right 5 times/);
  });

  test("does not hold up another field", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const act = () => setAction(shop, "Return403");
    await quarrel(operator, act, 2);
    await act();
    await operator.pass();
    expect(operator.condition("Ready")).toMatch(/^False Contested/);

    await letIn(shop);
    const pass = await operator.pass();

    expect(pass.corrections.map(({ path }) => path)).toEqual([
      expect.stringMatching(/allowedPrincipals\/identities$/),
    ]);
    expect(await isLetIn(shop)).toBe(false);
    expect(await actionOf(shop)).toBe("Return403");
  });

  test("is put right at once again after some quiet hours", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const act = () => setAction(shop, "Return403");
    await quarrel(operator, act, 2);
    operator.clockSkewInMs += 4 * 60 * MINUTE_IN_MS;
    await operator.settle();
    expect(operator.condition("AuthenticationEnforced")).toMatch(
      /^True Succeeded: As the spec asks\.$/,
    );
    await quarrel(operator, act, 1);
    expect(operator.status.recentCorrections?.[0]).not.toHaveProperty("times");
  });

  test("in a policy waits as well", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    const ours = /\s*<authentication-managed-identity[^>]*\/>/;
    const act = async () => await shop.putPolicy((await shop.policy()).replace(ours, ""));
    await quarrel(operator, act, 2);
    await act();
    await azure.control.clearRequests();
    const { next } = await operator.pass();
    expect(await shop.writes()).toEqual([]);
    expect(operator.condition("PolicyProtected")).toMatch(/^False Contested: .*activity log of/);
    if (next.kind !== "after") throw new Error(`looked at again ${next.kind}`);
    operator.clockSkewInMs += next.inMs;
    await operator.settle();
    expect(await shop.policy()).toMatch(ours);
  });
});

describe("a field that weakens the lock", () => {
  test("is put right within a minute, however often, and the alarm stays", async () => {
    await using azure = await startTestSimulator();
    const { operator, shop } = await secured(azure);
    await quarrel(operator, () => letIn(shop), 2);
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      await letIn(shop);
      const { next } = await operator.pass();
      expect(operator.condition("Ready")).toMatch(/^False Contested: .*which weakens the lock/);
      expect(operator.status.drift).toMatchObject([{ danger: "Weakens" }]);
      if (next.kind !== "after") throw new Error(`looked at again ${next.kind}`);
      waits.push(Math.ceil(next.inMs / 10_000) * 10);
      operator.clockSkewInMs += next.inMs;
      await operator.settle();
      expect(await isLetIn(shop)).toBe(false);
    }
    expect(waits).toEqual([10, 20, 40, 60, 60, 60]);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.condition("AuthenticationEnforced")).toMatch(/somebody changes it back/);
  });
});
