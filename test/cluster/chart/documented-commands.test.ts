import { describe, expect, test } from "vitest";
import { Shop } from "../../support/shop.ts";
import { startTestSimulator } from "../../support/simulator.ts";
import { describeMissing } from "../binaries.ts";
import { InstalledController } from "../controller/installed-controller.ts";
import { startCluster } from "../start-cluster.ts";
import { pretendPodsRun } from "./deployment-status.ts";
import { Reader, scriptsOf } from "./documented-commands.ts";

const LONG = { timeout: 300_000 };
const isMissing = describeMissing(["etcd", "kube-apiserver", "kubectl", "helm"]) !== undefined;

describe.skipIf(isMissing)("the pages can be followed", () => {
  test("from the installation over an upgrade and another release to the end", LONG, async () => {
    await using cluster = await startCluster();
    await using _ = pretendPodsRun(cluster);
    const reader = await Reader.at(cluster);
    const [uninstall = "", ...everything] = scriptsOf("docs/uninstall.md", "cluster");
    const scripts = [
      ...scriptsOf("docs/install.md", "cluster"),
      ...scriptsOf("docs/upgrade.md", "cluster"),
      uninstall,
      ...scriptsOf("docs/upgrade.md", "other-release"),
      ...everything,
    ];
    expect(scripts).toHaveLength(9);
    for (const script of scripts) await reader.type(script);
    const { stdout } = await cluster.tryKubectl(["get", "crd", "--output", "name"]);
    expect(stdout).toBe("");
  });

  test("with a controller, until all is given back", LONG, async () => {
    await using azure = await startTestSimulator();
    await using cluster = await startCluster();
    await using _ = pretendPodsRun(cluster);
    const shop = new Shop(azure);
    const reader = await Reader.at(cluster);
    const before = [await shop.policy(), await shop.calls()];
    for (const script of scriptsOf("docs/install.md", "cluster")) await reader.type(script);
    await using controller = await InstalledController.install(cluster, azure);
    await controller.start();

    const [wait = ""] = scriptsOf("docs/install.md", "controller");
    expect(await reader.type(wait)).toContain("condition met");
    expect(await shop.calls()).toEqual({ direct: 401, gateway: 200 });
    for (const script of scriptsOf("docs/upgrade.md", "cluster")) await reader.type(script);
    for (const script of scriptsOf("docs/uninstall.md", "controller")) await reader.type(script);
    expect([await shop.policy(), await shop.calls()]).toEqual(before);
    for (const script of scriptsOf("docs/uninstall.md", "cluster")) await reader.type(script);
  });

  test("with kubectl in the place of Helm", LONG, async () => {
    await using cluster = await startCluster();
    const reader = await Reader.at(cluster);
    const [values = ""] = scriptsOf("docs/install.md", "cluster");
    await reader.type(values);
    const [install = ""] = scriptsOf("docs/install.md", "cluster-of-its-own");
    expect(await reader.type(install)).toContain("condition met");
  });
});
