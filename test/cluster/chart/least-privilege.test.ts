import { expect, test } from "vitest";
import { PERMISSIONS, subscriptionKeys, type Rule } from "../../chart/permissions.ts";
import { examplePath } from "../../support/project.ts";
import { withApi } from "../../support/gateway-calls.ts";
import { startTestSimulator } from "../../support/simulator.ts";
import { InstalledController } from "../controller/installed-controller.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import type { AuditedRequest } from "../start-cluster.ts";
import { startCluster } from "../start-cluster.ts";

/** The key of the demonstration's subscription. */
const KEY = "5f0f5e6a1c0d4c3f9d2a0000000000a1";
const OBJECT = ["sfb", "orders", "-n", "shop"];

/** What is needed only when somebody else writes at the same moment, or the same happens twice. */
const RARE: ReadonlySet<string> = new Set([
  "get securedfunctionbackends in shop",
  "patch events in shop",
]);

function describeRequest({ verb, objectRef = {} }: AuditedRequest): string {
  const { resource, subresource, namespace = "*" } = objectRef;
  return `${verb} ${[resource, subresource].filter(Boolean).join("/")} in ${namespace}`;
}

function describeRule(namespace: string, { resources, verbs }: Rule): readonly string[] {
  return resources.flatMap((each) => verbs.map((verb) => `${verb} ${each} in ${namespace}`));
}

describeInCluster("in namespaced mode", () => {
  test(
    "the roles of the chart are what the controller uses, and reach no further",
    { timeout: 240_000 },
    async () => {
      await using azure = await startTestSimulator(withApi({ subscriptionRequired: true }));
      await using cluster = await startCluster({ audit: true });
      for (const name of ["shop", "bank"]) await cluster.kubectl(["create", "namespace", name]);
      await using controller = await InstalledController.install(cluster, azure, {
        watchNamespaces: ["shop"],
        subscriptionKeys: {
          enabled: true,
          secrets: [{ namespace: "shop", secretNames: ["orders-check"] }],
        },
      });
      for (const name of ["orders-check", "unnamed"]) {
        const type = "--type=securedbackend.dev/subscription-key";
        const key = `--from-literal=primary=${KEY}`;
        await cluster.kubectl(["create", "secret", "generic", name, "-n", "shop", type, key]);
      }
      await cluster.kubectl(["apply", "-f", examplePath("grants/cluster.yaml")]);
      const replica = await controller.start({ flags: ["--namespace", "shop"] });
      await cluster.kubectl(["apply", "-f", examplePath("subscription-key.yaml")]);
      await cluster.kubectl(["wait", ...OBJECT, "--for=condition=Ready", "--timeout=90s"]);
      const restore = JSON.stringify({ spec: { deletionPolicy: "Restore" } });
      await cluster.kubectl(["patch", ...OBJECT, "--type=merge", "-p", restore]);
      // Deleted at once, it would be gone before the controller has put its finalizer on it.
      const held = "--for=jsonpath={.metadata.finalizers[0]}=securedbackend.dev/restore";
      await cluster.kubectl(["wait", ...OBJECT, held, "--timeout=60s"]);
      await cluster.kubectl(["delete", ...OBJECT, "--timeout=90s"]);
      expect(await replica.terminate()).toMatchObject({ exitCode: 0 });
      const requests = (await cluster.auditedRequests()).filter(
        ({ user }) => user.username === controller.account,
      );
      expect(requests.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
      const used = new Set(requests.map(describeRequest));
      const granted = [
        ...describeRule("*", PERMISSIONS.grants),
        ...describeRule("*", PERMISSIONS.namespaces),
        ...describeRule(controller.namespace, PERMISSIONS.leases),
        ...describeRule(controller.namespace, PERMISSIONS.snapshots),
        ...describeRule("shop", PERMISSIONS.objects),
        ...describeRule("shop", PERMISSIONS.status),
        ...describeRule("shop", PERMISSIONS.events),
        ...describeRule("shop", subscriptionKeys(["orders-check"])),
      ];
      expect([...used].filter((each) => !granted.includes(each))).toEqual([]);
      expect(granted.filter((each) => !used.has(each) && !RARE.has(each))).toEqual([]);

      const can = async (...question: readonly string[]) => {
        const args = ["auth", "can-i", ...question, "--as", controller.account];
        return (await cluster.tryKubectl(args)).stdout.trim();
      };
      expect(await can("get", "secrets/orders-check", "-n", "shop")).toBe("yes");
      expect(await can("get", "secrets/unnamed", "-n", "shop")).toBe("no");
      expect(await can("list", "secrets", "-n", "shop")).toBe("no");
      expect(await can("get", "sfb", "-n", "bank")).toBe("no");
    },
  );
});
