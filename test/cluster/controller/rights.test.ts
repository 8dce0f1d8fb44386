import { expect, test, vi } from "vitest";
import { pathOf } from "../../../controller/kubernetes/resource.ts";
import { BACKENDS } from "../../../controller/operator/resources.ts";
import { PERMISSIONS, subscriptionKeys, type Rule } from "../../chart/permissions.ts";
import { examplePath } from "../../support/project.ts";
import { withApi } from "../../support/gateway-calls.ts";
import { Shop } from "../../support/shop.ts";
import { startTestSimulator } from "../../support/simulator.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { startCluster, type AuditedRequest } from "../start-cluster.ts";
import { InstalledController } from "./installed-controller.ts";

const KEY_SECRET = "orders-check";
const OBJECT = ["sfb/orders", "-n", "shop"];
const LONG = { timeout: 60_000, interval: 100 };
const OWN_NAMESPACE: readonly Rule[] = [PERMISSIONS.leases, PERMISSIONS.snapshots];

/** `patch securedbackend.dev/securedfunctionbackends/status`, and whether in its own namespace. */
function rightOf({ verb, objectRef, requestURI }: AuditedRequest, own: string): string {
  if (objectRef === undefined) return `${verb} ${requestURI}`;
  const { apiGroup = "", resource, subresource, namespace } = objectRef;
  const what = [apiGroup, resource, subresource].filter((part) => part !== undefined).join("/");
  return `${verb} ${what}${namespace === own ? " of its own" : ""}`;
}

function rightsOf(rule: Rule): readonly string[] {
  const where = OWN_NAMESPACE.includes(rule) ? " of its own" : "";
  return rule.verbs.map((verb) => `${verb} ${rule.apiGroups[0]}/${rule.resources[0]}${where}`);
}

describeInCluster("from the first start to the last deletion", () => {
  test(
    "the controller asks for every right that is shipped, and for no other",
    { timeout: 240_000 },
    async () => {
      await using azure = await startTestSimulator(withApi({ subscriptionRequired: true }));
      await using cluster = await startCluster({ audit: true });
      await cluster.kubectl(["create", "namespace", "shop"]);
      await using controller = await InstalledController.install(cluster, azure, {
        admission: { install: false },
        subscriptionKeys: {
          enabled: true,
          secrets: [{ namespace: "shop", secretNames: [KEY_SECRET] }],
        },
      });
      const shop = new Shop(azure);
      const asked = async () => {
        const requests = await cluster.auditedRequests();
        return requests.filter(({ user }) => user.username === controller.account);
      };
      const used = async () =>
        new Set((await asked()).map((each) => rightOf(each, controller.namespace)));
      const change = (content: object) =>
        cluster.merge(pathOf(BACKENDS, { namespace: "shop", name: "orders" }), content);
      const becomes = (condition: string) =>
        cluster.kubectl(["wait", ...OBJECT, `--for=condition=${condition}`, "--timeout=60s"]);
      const pass = async (request: string) => {
        await cluster.kubectl([
          "annotate",
          ...OBJECT,
          `securedbackend.dev/reconcile-requested-at=${request}`,
          "--overwrite",
        ]);
        const handled = `--for=jsonpath={.status.lastHandledReconcileAt}=${request}`;
        await cluster.kubectl(["wait", ...OBJECT, handled, "--timeout=60s"]);
      };

      const type = "--type=securedbackend.dev/subscription-key";
      const key = "--from-literal=primary=5f0f5e6a1c0d4c3f9d2a0000000000a1";
      await cluster.kubectl(["create", "secret", "generic", KEY_SECRET, "-n", "shop", type, key]);
      await cluster.kubectl(["apply", "-f", examplePath("grants/cluster.yaml")]);
      const first = await controller.start({ name: "first" });
      await cluster.kubectl(["apply", "-f", examplePath("subscription-key.yaml")]);
      await change({ spec: { deletionPolicy: "Restore" } });
      await becomes("Ready");

      // The same drift twice is one event, with a count.
      const settings = await shop.authSettings();
      for (const request of ["once", "twice"]) {
        await shop.putAuthSettings({ ...settings, platform: { enabled: false } });
        await pass(request);
        await becomes("Ready");
      }

      // Somebody else always writes faster, until the controller has had to look again.
      await change({ spec: { suspend: true } });
      let edit = 0;
      await vi.waitFor(
        async () => {
          for (let count = 0; count < 200; count += 1) {
            edit += 1;
            await change({
              metadata: {
                annotations: { "securedbackend.dev/reconcile-requested-at": String(edit) },
              },
            });
          }
          expect(await used()).toContain("get securedbackend.dev/securedfunctionbackends");
        },
        { ...LONG, interval: 1 },
      );
      await change({ spec: { suspend: false } });
      await becomes("Ready");

      const second = await controller.start({ name: "second" });
      expect(await first.terminate()).toMatchObject({ exitCode: 0 });
      await second.prints(/became the leader/u);
      await pass("handed over");
      await cluster.kubectl(["delete", ...OBJECT, "--timeout=60s"]);
      expect(await second.terminate()).toMatchObject({ exitCode: 0 });

      const shipped = [...Object.values(PERMISSIONS), subscriptionKeys([KEY_SECRET])];
      expect([...(await used())].toSorted()).toEqual(shipped.flatMap(rightsOf).toSorted());
      const refused = (await asked()).filter(({ responseStatus }) => responseStatus?.code === 403);
      expect(refused).toEqual([]);
    },
  );
});
