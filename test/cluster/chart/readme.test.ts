import { describe, expect, test } from "vitest";
import { fencesOf, readPage } from "../../docs/pages.ts";
import { startTestSimulator } from "../../support/simulator.ts";
import { describeMissing } from "../binaries.ts";
import { InstalledController } from "../controller/installed-controller.ts";
import { startCluster } from "../start-cluster.ts";
import { pretendPodsRun } from "./deployment-status.ts";
import { Reader, scriptsOf } from "./documented-commands.ts";

const isMissing = describeMissing(["etcd", "kube-apiserver", "kubectl", "helm"]) !== undefined;

/** The commands that the page shows, each with what it prints; `…` at the end stands for the rest. */
function session(): { readonly command: string; readonly output: string }[] {
  const fence = fencesOf(readPage("README.md")).find(({ language }) => language === "shellsession");
  const commands = (fence?.text ?? "").split(/^\$ /mu).slice(1);
  return commands.map((text) => {
    const [command = "", ...lines] = text.trimEnd().split("\n");
    return { command, output: lines.join("\n") };
  });
}

/** What was printed, as far as the page shows it; how old an object is differs from run to run. */
function asShown(printed: string, shown: string): string {
  const lines = printed.trimEnd().split("\n");
  const until = shown.split("\n").indexOf("…");
  const kept = until === -1 ? lines : [...lines.slice(0, until), "…"];
  const age = /\S+$/u.exec(shown)?.[0] ?? "";
  return kept.join("\n").replace(/(?:\d+m)?\d+s$/u, age);
}

describe.skipIf(isMissing)("the README", () => {
  test("shows what happens in a cluster", { timeout: 300_000 }, async () => {
    await using azure = await startTestSimulator();
    await using cluster = await startCluster();
    await using _ = pretendPodsRun(cluster);
    const reader = await Reader.at(cluster);
    const [values = ""] = scriptsOf("docs/install.md", "cluster");
    await reader.type(values);
    const [install, ...commands] = session();
    if (install === undefined) throw new Error("The README shows no session.");
    expect(commands.length).toBeGreaterThan(4);
    expect(asShown(await reader.type(install.command), install.output)).toBe(install.output);
    await using controller = await InstalledController.install(cluster, azure);
    await controller.start();
    for (const { command, output } of commands) {
      expect(asShown(await reader.type(command), output)).toBe(output);
    }
  });
});
