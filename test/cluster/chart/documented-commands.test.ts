import { describe, expect, test } from "vitest";
import { describeMissing } from "../binaries.ts";
import { startCluster } from "../start-cluster.ts";
import { pretendPodsRun } from "./deployment-status.ts";
import { Reader, scriptsOf } from "./documented-commands.ts";

const LONG = { timeout: 240_000 };
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

  test("with kubectl in the place of Helm", LONG, async () => {
    await using cluster = await startCluster();
    const reader = await Reader.at(cluster);
    const [values = ""] = scriptsOf("docs/install.md", "cluster");
    await reader.type(values);
    const [install = ""] = scriptsOf("docs/install.md", "cluster-of-its-own");
    expect(await reader.type(install)).toContain("condition met");
  });
});
