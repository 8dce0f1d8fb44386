import { describe, expect, test } from "vitest";
import { RELEASE_ANNOTATION } from "../../controller/reconcile/release.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const OPEN = { direct: 200, gateway: 200 };
const CLOSED = { direct: 401, gateway: 200 };
const MANUAL = { rollout: { enforcement: "Manual" } };

/** An operator whose object waits for its release. */
async function waiting(azure: TestSimulator, spec: Record<string, unknown> = {}) {
  const operator = new TestOperator(azure, backend({ ...MANUAL, ...spec }));
  await operator.settle();
  expect(operator.condition("Stalled")).toMatch(/^True AwaitingRelease: /);
  return operator;
}

/** The hash that the object says to release. */
function hashOf(operator: TestOperator): string {
  return /\bplan-[0-9a-f]{32}\b/.exec(operator.condition("Ready"))?.[0] ?? "no hash";
}

/** As `kubectl annotate`, or a line in the manifest. */
function annotate(operator: TestOperator, release: string): void {
  const { metadata } = operator.object;
  operator.object = {
    ...operator.object,
    metadata: { ...metadata, annotations: { [RELEASE_ANNOTATION]: release } },
  };
}

describe("rollout.enforcement: Manual", () => {
  test("prepares what callers do not notice, waits, and closes when that plan is released", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const policy = await shop.policy();

    const operator = await waiting(azure);

    expect(await shop.writes()).toEqual(["PATCH contoso-apim"]);
    expect(await shop.policy()).toBe(policy);
    expect(await shop.calls()).toEqual(OPEN);
    const { status } = operator;
    await operator.pass();
    expect(operator.status, "an idle pass changes nothing").toEqual(status);

    annotate(operator, hashOf(operator));
    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(await shop.calls()).toEqual(CLOSED);
    expect(await shop.writes()).toEqual(["PATCH contoso-apim", "PUT policy", "PUT authsettingsV2"]);
  });

  test("waits again when Azure would get another value than the one that was released", async () => {
    await using azure = await startTestSimulator();
    const operator = await waiting(azure);
    const released = hashOf(operator);

    const other = backend({ ...MANUAL, authentication: { excludedPaths: ["/api/open/*"] } });
    operator.object = { ...operator.object, spec: other.spec };
    annotate(operator, released);
    await operator.settle();

    expect(operator.condition("Ready")).toMatch(
      /^False AwaitingRelease: .* The release that is there is of another plan\./,
    );
    expect(hashOf(operator)).not.toBe(released);
    expect(await new Shop(azure).calls()).toEqual(OPEN);

    annotate(operator, hashOf(operator));
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("one release covers what is restricted after the function was closed", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = await waiting(azure, {
      network: { mode: "GatewayOnly", additionalCidrs: ["127.0.0.1/32"] },
      hardening: { httpsOnly: "Enforce", remoteDebugging: "Enforce" },
    });

    annotate(operator, hashOf(operator));
    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.condition("NetworkRestricted")).toMatch(/^True /);
    expect((await shop.webConfig())["ipSecurityRestrictionsDefaultAction"]).toBe("Deny");
  });

  test("corrects drift of a closed pair without asking, also when the release is gone", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const operator = await waiting(azure);
    annotate(operator, hashOf(operator));
    await operator.settle();
    annotate(operator, "");

    const settings = await shop.authSettings();
    await shop.putAuthSettings({ ...settings, platform: { enabled: false } });
    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(await shop.calls()).toEqual(CLOSED);
  });

  test("waits before it turns callers away from a function that others have closed", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const first = new TestOperator(azure);
    await first.settle();
    const settings = (await shop.authSettings()) as { globalValidation: object };
    await shop.putAuthSettings({
      ...settings,
      globalValidation: { ...settings.globalValidation, excludedPaths: ["/api/partner/*"] },
    });

    const operator = await waiting(azure);

    expect(operator.status.drift?.map(({ path }) => path)).toEqual([
      "authentication:/globalValidation/excludedPaths",
    ]);
    annotate(operator, hashOf(operator));
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("asks for no release where nothing is to be changed", async () => {
    await using azure = await startTestSimulator();
    await new TestOperator(azure).settle();
    const operator = new TestOperator(azure, backend(MANUAL));
    await operator.settle();
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });
});
