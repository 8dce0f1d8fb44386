import { stringify } from "yaml";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Grant } from "../../../controller/api/v1alpha1/grant-types.generated.ts";
import { aSpec, STRANGER } from "../../support/builders.ts";
import { aGrant, SHOP_SCOPE } from "../../support/grants.ts";
import { readExample } from "../../support/project.ts";
import { Shop } from "../../support/shop.ts";
import { startTestSimulator, type TestSimulator } from "../../support/simulator.ts";
import { InstalledController } from "../controller/installed-controller.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { applyGrants } from "./apply-grants.ts";
import { startCluster, type TestCluster } from "../start-cluster.ts";

const STALLED = "--for=jsonpath={.status.conditions[?(@.type=='Stalled')].reason}=ScopeNotGranted";
const MESSAGE = "jsonpath={.status.conditions[?(@.type=='Stalled')].message}";
const STOLEN = "the-password-of-the-shop-database";

/** Without the admission policy, as where somebody has taken it away: the controller judges alone. */
describeInCluster("the controller, behind an open door", () => {
  let azure: TestSimulator;
  let cluster: TestCluster;
  let controller: InstalledController;
  let shop: Shop;

  beforeAll(async () => {
    azure = await startTestSimulator();
    cluster = await startCluster();
    shop = new Shop(azure);
    for (const namespace of ["shop", "intruder"]) {
      await cluster.kubectl(["create", "namespace", namespace]);
    }
    controller = await InstalledController.install(cluster, azure, {
      admission: { install: false },
      subscriptionKeys: {
        enabled: true,
        secrets: [{ namespace: "shop", secretNames: ["database"] }],
      },
    });
    await grant();
    await controller.start();
  }, 120_000);
  afterAll(async () => {
    await controller?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    await azure?.close();
  });

  async function grant(...grants: readonly Grant[]): Promise<void> {
    await applyGrants(cluster, grants);
  }

  async function apply(namespace: string, spec: object = {}): Promise<void> {
    const example = readExample("orders.yaml") as { spec: object };
    const input = stringify({
      ...example,
      metadata: { name: "orders", namespace },
      spec: { ...example.spec, ...spec },
    });
    await cluster.kubectl(["apply", "-f", "-"], { input });
  }

  const waitFor = async (namespace: string, condition: string) =>
    await cluster.kubectl(["wait", "sfb/orders", "-n", namespace, condition, "--timeout=40s"]);
  const say = async (namespace: string) =>
    await cluster.kubectl(["get", "sfb/orders", "-n", namespace, "-o", MESSAGE]);
  const remove = async (namespace: string) =>
    await cluster.kubectl(["delete", "sfb/orders", "-n", namespace, "--timeout=60s"]);

  const own = aGrant({ name: "intruder", namespaces: { names: ["intruder"] } });
  const elsewhere = SHOP_SCOPE.replace("shop", "intruder");

  test.each<{ readonly attack: string; readonly grants: readonly Grant[]; readonly tells: string }>(
    [
      {
        attack: "anything, where there are no grants",
        grants: [],
        tells: "No grant is for namespace",
      },
      {
        attack: "another namespace's function",
        grants: [aGrant(), { ...own, scopes: [elsewhere] }],
        tells: "The nearest, intruder, lacks the Function App",
      },
      {
        attack: "a token for an audience that is not granted",
        grants: [
          aGrant(),
          {
            ...own,
            audiences: { clientIds: [STRANGER.clientId], managedRegistrations: "Allow" },
          },
        ],
        tells: `lacks the audience ${aSpec().registration.clientId} (spec.registration.clientId)`,
      },
    ],
  )("refuses $attack, and asks Azure nothing", async ({ grants, tells }) => {
    await grant(...grants);
    const before = await azure.control.requests({});
    await apply("intruder");

    await waitFor("intruder", STALLED);

    expect(await say("intruder")).toContain(tells);
    expect((await azure.control.requests({})).slice(before.length)).toEqual([]);
    expect(await shop.calls()).toEqual({ direct: 200, gateway: 200 });
    await remove("intruder");
  });

  test("begins when the grant comes, stands still when it goes, and leaves the door closed", async () => {
    await grant();
    await apply("shop");
    await waitFor("shop", STALLED);

    await grant(aGrant());
    await waitFor("shop", "--for=condition=Ready");
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });

    await grant(own);
    await waitFor("shop", STALLED);
    await waitFor("shop", "--for=condition=Ready=False");
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });

    await grant(aGrant());
    await waitFor("shop", "--for=condition=Ready");
    await remove("shop");
  });

  test("gives back what an object wrote earlier only where it is granted now", async () => {
    await grant(aGrant());
    await apply("shop", { deletionPolicy: "Restore" });
    await waitFor("shop", "--for=condition=Ready");

    const site = `${SHOP_SCOPE}/providers/Microsoft.Web/sites/orders-func`;
    const service = `${SHOP_SCOPE}/providers/Microsoft.ApiManagement/service/contoso-apim`;
    await grant(aGrant({ scopes: [site, `${service}/apis/stock`] }));
    const apis = aSpec().apis.map((api) => ({ ...api, name: "stock" }));
    await apply("shop", { deletionPolicy: "Restore", apis, verification: { gateway: [] } });
    const before = (await azure.control.requests({})).length;
    await cluster.kubectl(["delete", "sfb/orders", "-n", "shop", "--wait=false"]);
    await vi.waitFor(async () => expect(await say("shop")).toContain(`/apis/orders/policies`), {
      timeout: 40_000,
    });
    const writes = (await azure.control.requests({}))
      .slice(before)
      .filter(({ method, url }) => method !== "GET" && /\/apis\/orders/i.test(url));
    expect(writes).toEqual([]);

    await grant(aGrant());
    await remove("shop");
  });

  test("reads no secret but a subscription key, and tells nothing of it", async () => {
    await grant(aGrant());
    const secret = ["create", "secret", "generic", "database", "-n", "shop"];
    await cluster.kubectl([...secret, `--from-literal=key=${STOLEN}`]);
    const subscriptionKeySecretRef = { name: "database", key: "key" };
    await apply("shop", {
      verification: { gateway: [{ api: "orders", path: "/orders", subscriptionKeySecretRef }] },
    });

    const get = ["get", "sfb,events", "-n", "shop", "-o", "json"];
    await vi.waitFor(
      async () => {
        expect(await cluster.kubectl(get)).toContain("Secrets of other types are not read");
      },
      { timeout: 40_000, interval: 250 },
    );

    const told = [await cluster.kubectl(get), JSON.stringify(await azure.control.requests({}))];
    expect(told.filter((text) => text.includes(STOLEN))).toEqual([]);
    await remove("shop");
  });
});
