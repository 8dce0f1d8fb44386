import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { PROJECT_ROOT, readExample } from "../../support/project.ts";
import type { SecuredFunctionBackend } from "../../../controller/api/v1alpha1/types.generated.ts";
import type { RunningCommand } from "../../support/command-line.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { Proxy } from "../proxy.ts";
import { startCluster, type TestCluster } from "../start-cluster.ts";
import { InstalledController } from "./installed-controller.ts";
import { scrape } from "./scrape.ts";

const NAMESPACE = "shop";
const OBJECTS = 40;
/** How long the API server is away, where it is. */
const OUTAGE_IN_MS = 2000;
const LONG = { timeout: 60_000, interval: 250 };
const REQUEST = "securedbackend.dev/reconcile-requested-at";
const PASSES = "controller_runtime_reconcile_total";
const DEFINITION = "crds/securedbackend.dev_securedfunctionbackends.yaml";

/** No Azure is asked for an object that is suspended: what is seen here is Kubernetes alone. */
const WITHOUT_AZURE = {
  variables: {
    AZURE_TENANT_ID: "22222222-2222-4222-8222-222222222222",
    AZURE_CLIENT_ID: "22222222-2222-4222-8222-222222222223",
    AZURE_FEDERATED_TOKEN_FILE: "/nowhere/token",
    AZURE_RESOURCE_MANAGER_ENDPOINT: "https://127.0.0.1:1",
  },
} as unknown as Parameters<typeof InstalledController.install>[1];

async function applySuspended(cluster: TestCluster, count: number): Promise<void> {
  const { apiVersion, kind, spec } = readExample("orders.yaml") as SecuredFunctionBackend;
  const items = Array.from({ length: count }, (_, index) => ({
    apiVersion,
    kind,
    metadata: { name: `orders-${index}`, namespace: NAMESPACE },
    spec: {
      ...spec,
      suspend: true,
      functionApp: { ...spec.functionApp, name: `orders-func-${index}` },
    },
  }));
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await cluster.kubectl(["apply", "--server-side", "-f", "-"], { input: list });
}

/** Asks for a pass over every object, by a value of its own. */
async function request(cluster: TestCluster, token: string): Promise<void> {
  const annotation = `${REQUEST}=${token}`;
  const args = ["annotate", "sfb", "--all", "-n", NAMESPACE, "--overwrite", annotation];
  // An API server that has just come back refuses what its admission policies cannot judge yet.
  await vi.waitFor(() => cluster.kubectl(args), LONG);
}

async function expectAllHandled(cluster: TestCluster, token: string, count: number): Promise<void> {
  const handled = "jsonpath={.items[*].status.lastHandledReconcileAt}";
  await vi.waitFor(async () => {
    const answers = await cluster.kubectl(["get", "sfb", "-n", NAMESPACE, "-o", handled]);
    expect(answers.split(" ").filter((answer) => answer === token)).toHaveLength(count);
  }, LONG);
}

async function requestsOf(cluster: TestCluster, account: string): Promise<number> {
  const all = await cluster.auditedRequests();
  return all.filter(({ user }) => user.username === account).length;
}

interface Scene {
  readonly cluster: TestCluster;
  readonly proxy: Proxy;
  readonly replica: RunningCommand;
}

/** What is done to the cluster, and afterwards to have it whole again. */
const DISTURBANCES: readonly {
  readonly name: string;
  readonly disturb: (scene: Scene) => Promise<void> | void;
  readonly mend?: (scene: Scene) => Promise<void>;
}[] = [
  { name: "every connection is cut", disturb: ({ proxy }) => proxy.cut() },
  { name: "every connection is reset", disturb: ({ proxy }) => proxy.reset() },
  {
    name: "the network is gone for a while",
    disturb: ({ proxy }) => {
      proxy.refuse();
      proxy.reset();
    },
    mend: ({ proxy }) => proxy.mend(),
  },
  {
    name: "the API server crashes and comes back, its watch cache empty",
    disturb: ({ cluster }) => cluster.apiServer.kill(),
    mend: ({ cluster }) => cluster.apiServer.start(),
  },
  {
    name: "the definition is upgraded",
    disturb: async ({ cluster }) => {
      const text = await readFile(join(PROJECT_ROOT, DEFINITION), "utf8");
      const upgraded = text.replace(
        "              required: [functionApp, apis]\n",
        "              required: [functionApp, apis]\n              minProperties: 2\n",
      );
      expect(upgraded).not.toBe(text);
      await cluster.kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], {
        input: upgraded,
      });
    },
  },
];

describeInCluster("while the API server is disturbed", () => {
  test(
    "no object is forgotten and nobody is hammered",
    { timeout: 300_000 },
    async ({ onTestFailed }) => {
      await using cluster = await startCluster({ audit: true });
      await using controller = await InstalledController.install(cluster, WITHOUT_AZURE);
      await controller.grantShop();
      await using proxy = await Proxy.start(cluster.access.server);
      const replica = await controller.start({
        server: proxy.address,
        flags: ["--lease-duration", "40s", "--renew-deadline", "30s", "--retry-period", "1s"],
      });
      const scene = { cluster, proxy, replica };
      let under = "at the beginning";
      onTestFailed(() => console.log(under, replica.stderr));
      await applySuspended(cluster, OBJECTS);
      await request(cluster, "begin");
      await expectAllHandled(cluster, "begin", OBJECTS);

      for (const [index, { name, disturb, mend }] of DISTURBANCES.entries()) {
        const [passes, requests] = [
          await scrape(replica, PASSES),
          await requestsOf(cluster, controller.account),
        ];
        under = name;
        await disturb(scene);
        await sleep(OUTAGE_IN_MS);
        await mend?.(scene);
        await request(cluster, `token-${index}`);
        await expectAllHandled(cluster, `token-${index}`, OBJECTS);

        // One pass for each, and some for objects whose status could not be written.
        const further = (await scrape(replica, PASSES)) - passes;
        expect(further).toBeLessThanOrEqual(3 * OBJECTS);
        // A status for each; besides lists, watches, the lease, and what had to be tried again.
        const asked = (await requestsOf(cluster, controller.account)) - requests;
        expect(asked).toBeLessThanOrEqual(3 * OBJECTS + 60);
      }
      expect(replica.stderr).not.toContain("lost the lease");
      expect(await replica.terminate()).toMatchObject({ exitCode: 0 });
    },
  );

  test(
    "an object that is edited 100 times in a second causes a few passes",
    {
      timeout: 120_000,
    },
    async () => {
      await using cluster = await startCluster();
      await using controller = await InstalledController.install(cluster, WITHOUT_AZURE);
      await controller.grantShop();
      const replica = await controller.start();
      await applySuspended(cluster, 1);
      await request(cluster, "begin");
      await expectAllHandled(cluster, "begin", 1);
      const passes = await scrape(replica, PASSES);
      const path = `/apis/securedbackend.dev/v1alpha1/namespaces/${NAMESPACE}/securedfunctionbackends/orders-0`;
      const since = performance.now();
      for (let edit = 1; edit <= 100; edit += 1) {
        const patch = { spec: { resyncInterval: `${edit}m` } };
        const { status } = await cluster.merge(path, patch);
        expect(status).toBe(200);
      }
      const seconds = (performance.now() - since) / 1000;
      await request(cluster, "end");
      await expectAllHandled(cluster, "end", 1);

      const observed = "jsonpath={.metadata.generation} {.status.observedGeneration}";
      const generations = await cluster.kubectl([
        "get",
        "sfb",
        "-n",
        NAMESPACE,
        "orders-0",
        "-o",
        observed,
      ]);
      expect(generations).toBe("101 101");
      // Four in a second, one for the request, and one that was under way.
      expect((await scrape(replica, PASSES)) - passes).toBeLessThanOrEqual(
        Math.ceil(seconds * 4) + 2,
      );
    },
  );
});
