import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { runLua } from "../../argocd/lua.ts";
import { examplePath, PROJECT_ROOT, readExample } from "../../support/project.ts";
import { Shop } from "../../support/shop.ts";
import { startTestSimulator } from "../../support/simulator.ts";
import { InstalledController } from "../controller/installed-controller.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { startCluster } from "../start-cluster.ts";

const ARGO_FOLDER =
  "examples/argocd/resource_customizations/securedbackend.dev/SecuredFunctionBackend";
const HEALTH = readFileSync(join(PROJECT_ROOT, ARGO_FOLDER, "health.lua"), "utf8");
const OBJECT = ["sfb", "orders", "-n", "shop"];
/** As Argo CD applies with ServerSideApply=true. */
const APPLY = ["apply", "--server-side", "--field-manager=argocd-controller", "--force-conflicts"];

interface Live {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly generation: number;
    readonly managedFields: readonly {
      readonly manager: string;
      readonly fieldsV1: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    }[];
  };
}

describeInCluster("an operator that applies again and again, as Argo CD does", () => {
  test("never fights the controller", { timeout: 240_000 }, async () => {
    await using azure = await startTestSimulator();
    await using cluster = await startCluster();
    await using controller = await InstalledController.install(cluster, azure);
    const example = readExample("orders.yaml") as { spec: object };
    // With a finalizer, the controller writes to the object's metadata too.
    const spec = { ...example.spec, deletionPolicy: "Restore" };
    const input = stringify({ ...example, spec });
    await cluster.kubectl(["create", "namespace", "shop"]);
    await cluster.kubectl(["apply", "-f", examplePath("grants/cluster.yaml")]);
    const applies = async (times: number) => {
      for (let count = 0; count < times; count += 1)
        await cluster.kubectl([...APPLY, "-f", "-"], { input });
    };
    await applies(1);
    await controller.start();
    await Promise.all([
      applies(10),
      cluster.kubectl(["wait", ...OBJECT, "--for=condition=Ready", "--timeout=90s"]),
    ]);

    const live = async () =>
      JSON.parse(
        await cluster.kubectl(["get", ...OBJECT, "-o", "json", "--show-managed-fields"]),
      ) as Live;
    const converged = await live();
    expect(await runLua(HEALTH, converged)).toMatchObject({ status: "Healthy" });

    const shop = new Shop(azure);
    const traffic = async () => (await azure.control.requests({})).map(({ sequence }) => sequence);
    const [requests, writes] = [await traffic(), await shop.writes()];
    await applies(10);
    expect(await traffic(), "no pass was made").toEqual(requests);
    // A pass after the applies, so that the controller has had its say as well.
    const asked = ["annotate", ...OBJECT, "securedbackend.dev/reconcile-requested-at=again"];
    await cluster.kubectl(asked);
    const handled = ["get", ...OBJECT, "-o", "jsonpath={.status.lastHandledReconcileAt}"];
    await vi.waitFor(async () => expect(await cluster.kubectl(handled)).toBe("again"), {
      timeout: 60_000,
      interval: 250,
    });
    await applies(1);
    expect(await shop.writes(), "nothing more was written to Azure").toEqual(writes);

    const diff = [
      "diff",
      "--server-side",
      "--field-manager=argocd-controller",
      "--force-conflicts",
    ];
    expect(await cluster.tryKubectl([...diff, "-f", "-"], { input })).toMatchObject({
      exitCode: 0,
      stdout: "",
    });
    const after = await live();
    expect(after.metadata.generation).toBe(converged.metadata.generation);
    const sections = (manager: RegExp) =>
      after.metadata.managedFields
        .filter((entry) => manager.test(entry.manager))
        .flatMap(({ fieldsV1 }) =>
          Object.entries(fieldsV1).map(([section, fields]) =>
            section === "f:metadata" ? `${section} ${Object.keys(fields).join()}` : section,
          ),
        );
    expect(sections(/^argocd-controller$/u)).toEqual(["f:spec"]);
    expect(new Set(sections(/^(?!argocd-controller|kubectl)/u))).toEqual(
      new Set(["f:metadata f:finalizers", "f:status"]),
    );
  });
});
