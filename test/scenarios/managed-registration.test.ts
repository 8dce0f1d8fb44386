import { describe, expect, test } from "vitest";
import { managedUniqueName } from "../../controller/azure/directory-ids.ts";
import { finalize } from "../../controller/reconcile/finalize.ts";
import { Gateways } from "../../controller/reconcile/gateway.ts";
import { isKnown } from "../../controller/safeguards/safeguard.ts";
import { KNOWN_FAULTS } from "../../simulator/control/known-faults.ts";
import { SITE_ID } from "../support/demo-ids.ts";
import { backend, TestOperator } from "../support/operator.ts";
import { Shop } from "../support/shop.ts";
import { withSlot } from "../support/slot-world.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const OPEN = { direct: 200, gateway: 200 };
const CLOSED = { direct: 401, gateway: 200 };
const APPLICATION = `/v1.0/applications(uniqueName='${managedUniqueName(SITE_ID)}')`;
const LATER = { requestedAt: "later" };

/** A function whose registration nobody has made. */
async function start(options: Parameters<typeof startTestSimulator>[0] = {}) {
  const azure = await startTestSimulator(options);
  return {
    azure,
    shop: new Shop(azure),
    operator: new TestOperator(azure, backend({ registration: {} })),
    [Symbol.asyncDispose]: () => azure.close(),
  };
}

/** The same, made secure, with everything that was asked on the way forgotten. */
async function secured() {
  const world = await start();
  await world.operator.settle();
  await world.azure.control.clearRequests();
  return world;
}

/** What the operator asked of Graph, in order: `PATCH applications`. */
async function graphRequests(azure: TestSimulator, writes = false): Promise<readonly string[]> {
  const requests = await azure.control.requests({ listener: "graph", writes });
  return requests
    .filter(({ principal }) => principal?.name !== "portal")
    .map(({ method, url }) => `${method} ${/^\/v1\.0\/(\w+)/.exec(url)?.[1]}`);
}

async function portal(azure: TestSimulator, method: string, path: string, body?: unknown) {
  const answer = await azure.control.portal({ method, path, body });
  if (answer.status >= 300) throw new Error(JSON.stringify(answer));
  return answer.body as Record<string, unknown>;
}

test("a slot has a registration of its own, named after it", async () => {
  await using azure = await startTestSimulator(withSlot());
  const { functionApp } = backend().spec;
  const slot = { ...functionApp, slot: "staging" };
  const operator = new TestOperator(azure, backend({ registration: {}, functionApp: slot }));

  await operator.settle();

  expect(operator.condition("Ready")).toMatch(/^True Secured/);
  const uniqueName = managedUniqueName(`${SITE_ID}/slots/staging`);
  expect(uniqueName).not.toBe(managedUniqueName(SITE_ID));
  const path = `/v1.0/applications(uniqueName='${uniqueName}')`;
  expect(await portal(azure, "GET", path)).toMatchObject({
    displayName: "Function App orders-func/staging (secured function backend)",
  });
});

describe("a roll-out without a registration", () => {
  test("makes one and its service principal, before anything rests on them", async () => {
    await using world = await start();
    const { azure, shop, operator } = world;
    expect(await shop.calls()).toEqual(OPEN);

    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(await shop.calls()).toEqual(CLOSED);
    expect(await shop.writes()).toEqual(["PATCH contoso-apim", "PUT policy", "PUT authsettingsV2"]);
    expect(await graphRequests(azure, true)).toEqual([
      "PATCH applications",
      "POST servicePrincipals",
    ]);
    const application = await portal(azure, "GET", APPLICATION);
    expect(application).toMatchObject({
      appId: operator.status.audience,
      signInAudience: "AzureADMyOrg",
      api: { requestedAccessTokenVersion: 2 },
      passwordCredentials: [],
      keyCredentials: [],
    });
    const log = await azure.control.requests();
    const seen = log.find(
      ({ listener, url, status }) =>
        listener === "graph" && url.includes("servicePrincipals(") && status === 200,
    );
    const policy = log.find(({ method, url }) => method === "PUT" && url.includes("/policies/"));
    expect(seen?.sequence).toBeLessThan(policy?.sequence ?? 0);
    expect(operator.condition("Verified")).toMatch(/^True Succeeded: 4 direct calls refused/);
    expect(operator.status.operations).toBeUndefined();
  });

  test("is planned with what is known only afterwards, and Observe writes nothing", async () => {
    await using world = await start();
    const observer = new TestOperator(world.azure, backend({ registration: {}, mode: "Observe" }));
    const { plan } = await observer.pass();
    const desired = plan?.steps.map(({ safeguard, changes }) => [
      safeguard,
      changes.filter((change) => !isKnown(change)).map(({ path }) => path),
    ]);
    expect(Object.fromEntries(desired ?? [])).toMatchObject({
      "app-registration": [],
      "inbound-policy": expect.arrayContaining([
        "inbound-policy:inbound/authentication-managed-identity",
      ]) as unknown,
      authentication: expect.arrayContaining([
        "authentication:/identityProviders/azureActiveDirectory/registration/clientId",
      ]) as unknown,
    });
    expect(await graphRequests(world.azure, true)).toEqual([]);
    expect(await world.shop.writes()).toEqual([]);
    expect(observer.status.audience).toBeUndefined();
  });

  test("waits while Entra does not know everywhere what was created, and writes it once", async () => {
    await using world = await start({ settings: { graphDelayInMs: 60_000 } });
    const { azure, shop, operator } = world;
    const waits = async () => {
      for (let count = 0; count < 20; count += 1) {
        const { next } = await operator.pass();
        if (operator.condition("RegistrationReady").startsWith("Unknown")) return next.kind;
      }
      return "never";
    };

    expect(await waits()).toBe("back off");
    expect(operator.condition("RegistrationReady")).toMatch(/RegistrationNotYetKnown: The app reg/);
    expect(await waits()).toBe("back off");
    await azure.control.advanceClock(60_000);
    expect(await waits()).toBe("back off");
    expect(operator.condition("RegistrationReady")).toMatch(/RegistrationNotYetKnown: The service/);
    expect(await shop.calls()).toEqual(OPEN);
    expect(await shop.writes()).toEqual(["PATCH contoso-apim"]);
    await azure.control.advanceClock(60_000);
    await operator.settle();

    expect(await shop.calls()).toEqual(CLOSED);
    expect(await graphRequests(azure, true)).toEqual([
      "PATCH applications",
      "POST servicePrincipals",
    ]);
  });

  test("writes again what was not seen for a quarter of an hour", async () => {
    await using world = await start({ settings: { graphDelayInMs: 3_600_000 } });
    const { azure, operator } = world;
    await azure.control.changeSettings({ operationDurationInMs: 0 });
    for (let count = 0; count < 6; count += 1) await operator.pass();
    operator.clockSkewInMs = 16 * 60 * 1000;
    await operator.pass();
    expect(await graphRequests(azure, true)).toEqual(["PATCH applications", "PATCH applications"]);
  });

  test.each([
    { granted: [], written: [] },
    { granted: ["Application.Read.All"], written: ["PATCH contoso-apim"] },
  ] as const)("says which right is missing, with $granted", async ({ granted, written }) => {
    await using world = await start();
    const { azure, shop, operator } = world;
    await azure.control.changeWorld({ graphPermissions: granted });

    await operator.settle();

    expect(operator.condition("Stalled")).toMatch(
      /^True PermissionMissing: .*Application\.ReadWrite\.OwnedBy.*registration\.clientId/,
    );
    expect(await shop.writes()).toEqual(written);
    expect(await shop.calls()).toEqual(OPEN);

    await azure.control.changeWorld({ graphPermissions: ["Application.ReadWrite.OwnedBy"] });
    await operator.settle(LATER);
    expect(await shop.calls()).toEqual(CLOSED);
  });

  test.each([0, 1])("explains a quota of %i objects", async (directoryQuota) => {
    await using world = await start({ settings: { directoryQuota } });
    const { azure, shop, operator } = world;

    await operator.settle();

    expect(operator.condition("Stalled")).toMatch(
      /^True QuotaExceeded: .*250.*registration\.client/,
    );
    expect(await shop.calls()).toEqual(OPEN);
    await azure.control.changeSettings({ directoryQuota: 250 });
    await operator.settle(LATER);
    expect(await shop.calls()).toEqual(CLOSED);
  });

  test("that fails at the gate takes back the policy, and leaves the registration", async () => {
    await using world = await start();
    const { azure, shop, operator } = world;
    const policy = await shop.policy();
    await azure.control.fault({
      match: { listener: "contoso-apim", path: "/health" },
      times: 1000,
      fault: { status: 500 },
    });

    await operator.settle({ settleTimeInMs: 300 });

    expect(operator.condition("Stalled")).toMatch(/^True GatewayCheckFailed/);
    expect(await shop.policy()).toBe(policy);
    expect(await portal(azure, "GET", APPLICATION)).toMatchObject({
      appId: operator.status.audience,
    });
  });
});

describe("a pair with a managed registration", () => {
  test("is left alone: a pass reads Graph twice and writes nothing", async () => {
    await using world = await secured();
    const before = world.operator.status;
    await world.operator.pass();
    expect(await graphRequests(world.azure)).toEqual(["GET applications", "GET servicePrincipals"]);
    expect(await world.shop.writes()).toEqual([]);
    expect(world.operator.status).toEqual(before);
  });

  test.each([
    {
      name: "version 1 tokens",
      body: { api: { requestedAccessTokenVersion: 1 } },
      path: "app-registration:/api/requestedAccessTokenVersion",
      danger: "Hardens",
    },
    {
      name: "an audience of other tenants",
      body: { signInAudience: "AzureADMultipleOrgs" },
      path: "app-registration:/signInAudience",
      danger: "Weakens",
    },
  ])("has $name taken back", async ({ body, path, danger }) => {
    await using world = await secured();
    const before = await portal(world.azure, "GET", APPLICATION);
    await portal(world.azure, "PATCH", APPLICATION, { ...body, displayName: "renamed" });

    const pass = await world.operator.pass();

    expect(pass.newDrift).toMatchObject([{ path, danger }]);
    expect(pass.corrections).toMatchObject([{ path }]);
    expect(await graphRequests(world.azure, true)).toEqual(["PATCH applications"]);
    expect(await portal(world.azure, "GET", APPLICATION)).toEqual({
      ...before,
      displayName: "renamed",
    });
    await world.operator.settle();
    expect(world.operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("two differences go in one write", async () => {
    await using world = await secured();
    const body = {
      api: { requestedAccessTokenVersion: 1 },
      signInAudience: "AzureADMultipleOrgs",
    };
    await portal(world.azure, "PATCH", APPLICATION, body);
    const pass = await world.operator.pass();
    expect(pass.corrections).toHaveLength(2);
    expect(await graphRequests(world.azure, true)).toEqual(["PATCH applications"]);
  });

  test("has its service principal back", async () => {
    await using world = await secured();
    const { azure, operator, shop } = world;
    await portal(azure, "DELETE", `/v1.0/servicePrincipals(appId='${operator.status.audience}')`);
    await operator.settle();
    expect(await graphRequests(azure, true)).toEqual(["POST servicePrincipals"]);
    expect(await shop.writes()).toEqual([]);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
  });

  test("says that somebody left credentials, and does not take them away", async () => {
    await using world = await secured();
    const { azure, operator } = world;
    await portal(azure, "POST", `${APPLICATION}/addPassword`, {
      passwordCredential: { displayName: "from the portal" },
    });
    await portal(azure, "POST", `${APPLICATION}/federatedIdentityCredentials`, {
      name: "pipeline",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:contoso/orders:ref:refs/heads/main",
      audiences: ["api://AzureADTokenExchange"],
    });

    await operator.settle();

    expect(operator.condition("RegistrationReady")).toMatch(
      /^True Succeeded: .*client secret "from the portal" \(until \d{4}-\d\d-\d\d\), federated credential "pipeline"/,
    );
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(await graphRequests(azure, true)).toEqual([]);
  });

  test("stays closed while its registration is deleted, and goes on once that is restored", async () => {
    await using world = await secured();
    const { azure, operator, shop } = world;
    const { id } = await portal(azure, "GET", APPLICATION);
    await portal(azure, "DELETE", APPLICATION);

    await operator.settle();

    expect(operator.condition("Stalled")).toMatch(/^True RegistrationDeleted: .*Restore it/);
    expect((await shop.calls()).direct).toBe(401);
    expect(await shop.writes()).toEqual([]);

    await portal(azure, "POST", `/v1.0/directory/deletedItems/${String(id)}/restore`);
    await operator.settle(LATER);
    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(await shop.calls()).toEqual(CLOSED);
    expect(await shop.writes()).toEqual([]);
  });

  test("gets a new registration once the deleted one is purged, and turns to its audience", async () => {
    await using world = await secured();
    const { azure, operator, shop } = world;
    const { id, appId } = await portal(azure, "GET", APPLICATION);
    await portal(azure, "DELETE", APPLICATION);
    await portal(azure, "DELETE", `/v1.0/directory/deletedItems/${String(id)}`);

    await operator.settle();

    expect(operator.condition("Ready")).toMatch(/^True Secured/);
    expect(operator.status.audience).not.toBe(appId);
    expect(await shop.calls()).toEqual(CLOSED);
    expect(await shop.policy()).toContain(`resource="${operator.status.audience}"`);
    expect(JSON.stringify(await shop.authSettings())).not.toContain(appId);
  });

  test.each([
    { fault: KNOWN_FAULTS.graphThrottled, next: { kind: "after" }, asked: 0 },
    { fault: KNOWN_FAULTS.graphThrottledWithoutRetryAfter, next: { kind: "back off" }, asked: 2 },
  ])("obeys a 429: $next.kind", async ({ fault, next, asked }) => {
    await using world = await secured();
    const { azure, operator } = world;
    await azure.control.fault({ match: { listener: "graph" }, fault });

    const pass = await operator.pass();

    expect(pass.next).toMatchObject(next);
    expect(operator.condition("RegistrationReady")).toMatch(/^Unknown Throttled/);
    await azure.control.clearRequests();
    await operator.pass();
    expect(await graphRequests(azure)).toHaveLength(asked);
  });
});

describe("a registration that was managed, when everything is given back,", () => {
  const giveBack = async ({ operator }: Awaited<ReturnType<typeof secured>>) =>
    await finalize(
      {
        door: operator.door(),
        gateways: new Gateways(),
        owner: operator.owner,
        snapshots: {
          load: async () => operator.snapshot,
          store: async (snapshot) => {
            operator.snapshot = snapshot;
          },
        },
      },
      operator.object.spec,
    );

  test("goes last", async () => {
    await using world = await secured();
    const { returned, obstacle } = await giveBack(world);
    expect(obstacle).toBeUndefined();
    expect(returned.at(-1)).toBe(APPLICATION.replace("/v1.0", ""));
    expect(await world.shop.calls()).toEqual(OPEN);
    expect(await graphRequests(world.azure, true)).toEqual(["DELETE applications"]);
    expect((await giveBack(world)).obstacle).toBeUndefined();
  });

  test("stays where somebody gave it a credential", async () => {
    await using world = await secured();
    await portal(world.azure, "POST", `${APPLICATION}/addPassword`, {
      passwordCredential: { displayName: "theirs" },
    });
    const { obstacle } = await giveBack(world);
    expect(obstacle).toMatchObject({ reason: "RestoreRefused" });
    expect(await world.shop.calls()).toEqual(OPEN);
    expect(await graphRequests(world.azure, true)).toEqual([]);
  });
});

test("a registration that the spec names costs no request to Graph", async () => {
  await using azure = await startTestSimulator();
  await azure.control.changeWorld({ graphPermissions: [] });
  const operator = new TestOperator(azure);
  await operator.settle();
  await operator.pass();
  expect(operator.condition("Ready")).toMatch(/^True Secured/);
  expect(await azure.control.requests({ listener: "graph" })).toEqual([]);
});
