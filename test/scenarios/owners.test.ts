import { describe, expect, test } from "vitest";
import { finalize } from "../../controller/reconcile/finalize.ts";
import { Gateways } from "../../controller/reconcile/gateway.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const TAKE_OVER = "securedbackend.dev/take-over";
const MARKER = "https://securedbackend.invalid/owner/";

/** The entries of the list in which the marker stands. */
async function redirectsOf(shop: Shop): Promise<unknown> {
  const { login } = await shop.authSettings();
  return (login as Record<string, unknown>)["allowedExternalRedirectUrls"];
}

/** A function that the installation `here` has closed, and the operator of another installation. */
async function twoInstallations(azure: TestSimulator, spec: Record<string, unknown> = {}) {
  const here = new TestOperator(azure);
  await here.settle();
  const there = new TestOperator(azure, backend(spec));
  there.installation = "there";
  await azure.control.clearRequests();
  return { here, there, shop: new Shop(azure) };
}

function annotate(operator: TestOperator, value: string | undefined): void {
  const { metadata } = operator.object;
  const annotations: Record<string, string> = value === undefined ? {} : { [TAKE_OVER]: value };
  operator.object = { ...operator.object, metadata: { ...metadata, annotations } };
}

/** Somebody lets an unknown identity in. */
async function letIn(shop: Shop, intruder: string): Promise<void> {
  const settings = JSON.stringify(await shop.authSettings());
  const widened = settings.replace(/("identities":\[)/u, `$1"${intruder}",`);
  await shop.putAuthSettings(JSON.parse(widened) as Record<string, unknown>);
}

const INTRUDER = "55555555-5555-4555-8555-000000000001";

describe("the marker", () => {
  test("is written in the one write that closes the function", async () => {
    await using azure = await startTestSimulator();
    const operator = new TestOperator(azure);
    const shop = new Shop(azure);
    await operator.settle();
    expect(await redirectsOf(shop)).toEqual([`${MARKER}here/shop/orders`]);
    expect((await shop.writes()).filter((write) => write.includes("authsettings"))).toHaveLength(1);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("is no reason to write: where it is missing it comes with the next write", async () => {
    await using azure = await startTestSimulator();
    const { here, shop } = await twoInstallations(azure);
    const { login, ...others } = await shop.authSettings();
    const { allowedExternalRedirectUrls: _marker, ...rest } = login as Record<string, unknown>;
    await shop.putAuthSettings({ ...others, login: rest });

    await here.settle();
    expect(await shop.writes()).toEqual([]);
    expect(here.status.driftCount).toBe(0);

    await letIn(shop, INTRUDER);
    await here.settle();
    expect(await shop.writes()).toEqual(["PUT authsettingsV2"]);
    expect(await redirectsOf(shop)).toEqual([`${MARKER}here/shop/orders`]);
  });

  test("stands among the entries of others, and Restore takes it alone away", async () => {
    await using azure = await startTestSimulator();
    const shop = new Shop(azure);
    const theirs = "https://contoso.example/signed-out";
    const before = await shop.authSettings();
    await shop.putAuthSettings({ ...before, login: { allowedExternalRedirectUrls: [theirs] } });
    const operator = new TestOperator(azure);
    await operator.settle();
    expect(await redirectsOf(shop)).toEqual([theirs, `${MARKER}here/shop/orders`]);

    expect((await restore(operator)).obstacle).toBeUndefined();

    expect(await redirectsOf(shop)).toEqual([theirs]);
    expect(await shop.calls()).toEqual({ direct: 200, gateway: 200 });
  });
});

describe("a function that another installation governs", () => {
  test("is written to by nobody else, and the message names the owner", async () => {
    await using azure = await startTestSimulator();
    const { there, shop } = await twoInstallations(azure, {
      authentication: { unauthenticatedAction: "Return403" },
    });
    await letIn(shop, INTRUDER);

    await there.settle();

    expect(await shop.writes()).toEqual([]);
    expect(there.condition("Stalled")).toMatch(/^True OwnedElsewhere: .* here\/shop\/orders /);
    expect(there.condition("AuthenticationEnforced")).toMatch(/^False OwnedElsewhere/);
    expect(there.status.drift?.map(({ danger }) => danger)).toContain("Weakens");
    expect(there.snapshot.resources).toEqual({});
  });

  test("goes on being looked at by an object that only observes", async () => {
    await using azure = await startTestSimulator();
    const { there, shop } = await twoInstallations(azure, { mode: "Observe" });
    await there.settle();
    expect(there.condition("Ready")).toMatch(/^True Observed/);
    expect(there.condition("AuthenticationEnforced")).toMatch(/^True .*here\/shop\/orders/);
    expect(await shop.writes()).toEqual([]);
  });

  test("changes hands by one write when a person names the owner, and once", async () => {
    await using azure = await startTestSimulator();
    const { here, there, shop } = await twoInstallations(azure);
    annotate(there, "here/shop/orders");

    await there.settle();

    expect(await shop.writes()).toEqual(["PUT authsettingsV2"]);
    expect(await redirectsOf(shop)).toEqual([`${MARKER}there/shop/orders`]);
    expect(there.condition("Ready")).toMatch(/^True Secured/);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
    await here.settle();
    expect(here.condition("Stalled")).toMatch(/^True OwnedElsewhere: .* there\/shop\/orders /);

    annotate(here, "there/shop/orders");
    await here.settle();
    expect(await redirectsOf(shop)).toEqual([`${MARKER}here/shop/orders`]);
    await there.settle();
    expect(there.condition("Stalled"), "its annotation was used before").toMatch(
      /^True OwnedElsewhere/,
    );
    await here.settle();
    expect(here.condition("Ready")).toMatch(/^True Secured/);

    annotate(there, undefined);
    await there.settle();
    annotate(there, "here/shop/orders");
    await there.settle();
    expect(await redirectsOf(shop)).toEqual([`${MARKER}there/shop/orders`]);
  });

  test("does not change hands for a name that is not its owner's", async () => {
    await using azure = await startTestSimulator();
    const { there, shop } = await twoInstallations(azure);
    annotate(there, "here/shop/stock");
    await there.settle();
    expect(there.condition("Stalled")).toMatch(/^True OwnedElsewhere/);
    expect(await shop.writes()).toEqual([]);
  });

  test("is not opened by the object that lost it, when that one is restored", async () => {
    await using azure = await startTestSimulator();
    const { here, there, shop } = await twoInstallations(azure);
    annotate(there, "here/shop/orders");
    await there.settle();
    await azure.control.clearRequests();

    const { returned, obstacle } = await restore(here);

    expect(returned).toEqual([]);
    expect(obstacle).toMatchObject({ reason: "OwnedElsewhere" });
    expect(await shop.writes()).toEqual([]);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
  });

  test("loses nothing to an object that never wrote, when that one is restored", async () => {
    await using azure = await startTestSimulator();
    const managed = { registration: {} };
    const here = new TestOperator(azure, backend(managed));
    await here.settle();
    const there = new TestOperator(azure, backend(managed));
    there.installation = "there";
    await there.settle();
    await azure.control.clearRequests();

    expect(await restore(there)).toEqual({ returned: [] });

    expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });
    const writes = await azure.control.requests({ writes: true });
    expect(writes.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  test("whose state was lost is taken over like any other", async () => {
    await using azure = await startTestSimulator();
    await twoInstallations(azure);
    const reborn = new TestOperator(azure);
    reborn.installation = "reborn";
    await reborn.settle();
    const told = /take-over: (\S+)$/.exec(reborn.condition("Stalled"))?.[1];
    annotate(reborn, told);
    await reborn.settle();
    expect(reborn.condition("Ready")).toMatch(/^True Secured/);
  });
});

/** What deleting the object with deletionPolicy: Restore does. */
async function restore(operator: TestOperator) {
  const departure = {
    door: operator.door(),
    gateways: new Gateways(),
    owner: operator.owner,
    snapshots: {
      load: async () => operator.snapshot,
      store: async (snapshot: typeof operator.snapshot) => {
        operator.snapshot = structuredClone(snapshot);
      },
    },
  };
  return await finalize(departure, operator.object.spec);
}
