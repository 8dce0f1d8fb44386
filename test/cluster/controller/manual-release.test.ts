import { expect, test } from "vitest";
import { RELEASE_ANNOTATION } from "../../../controller/reconcile/release.ts";
import { examplePath } from "../../support/project.ts";
import { Shop } from "../../support/shop.ts";
import { startTestSimulator } from "../../support/simulator.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { startCluster } from "../start-cluster.ts";
import { InstalledController } from "./installed-controller.ts";

const OBJECT = ["sfb/orders", "-n", "shop"];
const STALLED = "jsonpath={.status.conditions[?(@.type=='Stalled')]";

describeInCluster("with rollout.enforcement: Manual, by kubectl alone", () => {
  test("a plan waits until it is released", { timeout: 240_000 }, async () => {
    await using azure = await startTestSimulator();
    await using cluster = await startCluster();
    await using controller = await InstalledController.install(cluster, azure);
    const shop = new Shop(azure);
    await controller.grantShop();
    await controller.start();

    await cluster.kubectl(["apply", "-f", examplePath("manual-release.yaml")]);
    const waits = `--for=${STALLED}.reason}=AwaitingRelease`;
    await cluster.kubectl(["wait", ...OBJECT, waits, "--timeout=60s"]);
    expect(await shop.calls()).toEqual({ direct: 200, gateway: 200 });

    const release = async (plan: string) => {
      const annotation = `${RELEASE_ANNOTATION}=${plan}`;
      await cluster.kubectl(["annotate", ...OBJECT, annotation, "--overwrite"]);
    };
    const message = ["get", ...OBJECT, "-o", `${STALLED}.message}`];
    await release(`plan-${"0".repeat(32)}`);
    await expect.poll(() => cluster.kubectl(message)).toContain("is of another plan");
    expect(await shop.calls()).toEqual({ direct: 200, gateway: 200 });

    const [plan = "no plan"] = /\bplan-[0-9a-f]{32}\b/u.exec(await cluster.kubectl(message)) ?? [];
    await release(plan);
    await cluster.kubectl(["wait", ...OBJECT, "--for=condition=Ready", "--timeout=60s"]);
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
  });
});
