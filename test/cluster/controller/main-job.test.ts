import { expect, test, vi } from "vitest";
import { Shop } from "../../support/shop.ts";
import { startTestSimulator } from "../../support/simulator.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { startCluster } from "../start-cluster.ts";
import { InstalledController, ORDERS } from "./installed-controller.ts";

const OBJECT = ["sfb", "orders", "-n", "shop"];
const LONG = { timeout: 60_000, interval: 250 };

describeInCluster("the main job, by kubectl alone", () => {
  test("apply, wait, drift, delete", { timeout: 240_000 }, async () => {
    await using azure = await startTestSimulator();
    await using cluster = await startCluster();
    const shop = new Shop(azure);
    await using controller = await InstalledController.install(cluster, azure);
    await controller.grantShop();
    const replica = await controller.start();

    await cluster.kubectl(["apply", "-f", ORDERS]);
    await cluster.kubectl(["wait", ...OBJECT, "--for=condition=Ready", "--timeout=60s"]);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
    const row = await cluster.kubectl(["get", ...OBJECT]);
    expect(row).toMatch(/^orders +True +Secured +True +orders-func/mu);

    // Somebody opens the function in the portal.
    const settings = await shop.authSettings();
    await shop.putAuthSettings({ ...settings, platform: { enabled: false } });
    const request = "securedbackend.dev/reconcile-requested-at=now";
    await cluster.kubectl(["annotate", ...OBJECT, request]);
    await vi.waitFor(async () => {
      const events = await cluster.kubectl(["events", "-n", "shop", "--for=sfb/orders"]);
      expect(events).toMatch(/Warning +DriftDetected .*platform\/enabled is false, wanted true/u);
      expect(events).toMatch(/Normal +DriftCorrected .*platform\/enabled was false, set to true/u);
    }, LONG);
    await cluster.kubectl(["wait", ...OBJECT, "--for=condition=Ready", "--timeout=60s"]);
    const handled = "jsonpath={.status.lastHandledReconcileAt} {.status.recentCorrections[*].path}";
    expect(await cluster.kubectl(["get", ...OBJECT, "-o", handled])).toBe(
      "now authentication:/platform/enabled",
    );
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });

    // Deleting never opens the door, unless the object says so.
    await cluster.kubectl(["delete", ...OBJECT, "--timeout=30s"]);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
    expect(await replica.terminate()).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test(
    "with deletionPolicy: Restore, deleting gives back what was there before",
    {
      timeout: 240_000,
    },
    async () => {
      await using azure = await startTestSimulator();
      await using cluster = await startCluster();
      const shop = new Shop(azure);
      const before = [await shop.policy(), await shop.calls()];
      await using controller = await InstalledController.install(cluster, azure);
      await controller.grantShop();
      await cluster.kubectl(["apply", "-f", ORDERS]);
      const restore = JSON.stringify({ spec: { deletionPolicy: "Restore" } });
      await cluster.kubectl(["patch", ...OBJECT, "--type=merge", "-p", restore]);
      await controller.start();
      await cluster.kubectl(["wait", ...OBJECT, "--for=condition=Ready", "--timeout=60s"]);
      expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
      const snapshots = ["get", "secrets", "-n", controller.namespace, "-o", "name"];
      expect(await cluster.kubectl(snapshots)).toMatch(/^secret\/sfb-snapshot-[0-9a-f]{32}$/mu);

      await cluster.kubectl(["delete", ...OBJECT, "--timeout=60s"]);
      expect([await shop.policy(), await shop.calls()]).toEqual(before);
      expect(await shop.authSettings()).toMatchObject({ platform: { enabled: false } });
      expect(await cluster.kubectl(snapshots)).not.toContain("sfb-snapshot-");
    },
  );
});
