import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CHART, MINIMAL, type Values } from "../../chart/helm.ts";
import type { Ended } from "../../support/command-line.ts";
import { runProgram } from "../../support/run-program.ts";
import { binary } from "../binaries.ts";
import type { Cluster } from "../cluster.ts";

/** A release of the chart in a cluster, in the hands of a user with helm. */
export class HelmRelease {
  readonly #cluster: Cluster;
  readonly name: string;
  readonly namespace: string;

  constructor(cluster: Cluster, name: string, namespace: string) {
    this.#cluster = cluster;
    this.name = name;
    this.namespace = namespace;
  }

  /** As docs/install.md says. */
  async install(values: Values = MINIMAL): Promise<Ended> {
    return await this.#helm(
      ["upgrade", "--install", this.name, CHART, "--create-namespace"],
      values,
    );
  }

  async rollback(revision: number): Promise<Ended> {
    return await this.#helm(["rollback", this.name, String(revision)]);
  }

  async uninstall(): Promise<Ended> {
    return await this.#helm(["uninstall", this.name, "--timeout", "30s"]);
  }

  /** The status of each revision, the oldest first. */
  async history(): Promise<readonly string[]> {
    const { stdout } = await this.#helm(["history", this.name, "--output", "json"]);
    return (JSON.parse(stdout) as readonly { status: string }[]).map(({ status }) => status);
  }

  async #helm(args: readonly string[], values?: Values): Promise<Ended> {
    const folder = await mkdtemp(join(this.#cluster.access.folder, "helm-"));
    const file = join(folder, "values.json");
    if (values !== undefined) await writeFile(file, JSON.stringify(values));
    const env = {
      PATH: process.env["PATH"],
      HOME: folder,
      KUBECONFIG: await this.#cluster.kubeconfig(),
    };
    const further = values === undefined ? [] : ["--values", file];
    return await runProgram(binary("helm"), [...args, "--namespace", this.namespace, ...further], {
      env,
    });
  }
}
