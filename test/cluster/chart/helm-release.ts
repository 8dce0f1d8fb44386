import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CHART, MINIMAL, type Values } from "../../chart/helm.ts";
import { binary } from "../binaries.ts";
import type { Cluster } from "../cluster.ts";

const LONGEST_HELM_IN_MS = 60_000;

/** What helm left behind. */
export interface HelmEnded {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

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
  async install(values: Values = MINIMAL): Promise<HelmEnded> {
    return await this.#helm(
      ["upgrade", "--install", this.name, CHART, "--create-namespace"],
      values,
    );
  }

  async rollback(revision: number): Promise<HelmEnded> {
    return await this.#helm(["rollback", this.name, String(revision)]);
  }

  async uninstall(): Promise<HelmEnded> {
    return await this.#helm(["uninstall", this.name, "--timeout", "30s"]);
  }

  /** The status of each revision, the oldest first. */
  async history(): Promise<readonly string[]> {
    const { stdout } = await this.#helm(["history", this.name, "--output", "json"]);
    return (JSON.parse(stdout) as readonly { status: string }[]).map(({ status }) => status);
  }

  async #helm(args: readonly string[], values?: Values): Promise<HelmEnded> {
    const folder = await mkdtemp(join(this.#cluster.access.folder, "helm-"));
    const file = join(folder, "values.json");
    if (values !== undefined) await writeFile(file, JSON.stringify(values));
    const env = {
      PATH: process.env["PATH"],
      HOME: folder,
      KUBECONFIG: await this.#cluster.kubeconfig(),
    };
    const further = values === undefined ? [] : ["--values", file];
    return await new Promise((resolve) => {
      execFile(
        binary("helm"),
        [...args, "--namespace", this.namespace, ...further],
        { env, timeout: LONGEST_HELM_IN_MS },
        (error, stdout, stderr) => {
          const exitCode = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
          resolve({ exitCode, stdout, stderr });
        },
      );
    });
  }
}
