import { mkdtemp, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { vi } from "vitest";
import { commandsOf, type CommandKind } from "../../docs/commands.ts";
import { readPage } from "../../docs/pages.ts";
import { PROJECT_ROOT } from "../../support/project.ts";
import type { Ended } from "../../support/command-line.ts";
import { runProgram } from "../../support/run-program.ts";
import { binary } from "../binaries.ts";
import type { Cluster } from "../cluster.ts";

/** Somebody with a clone, Helm and kubectl, who types what the pages say. */
export class Reader {
  readonly #cluster: Cluster;
  readonly #folder: string;

  private constructor(cluster: Cluster, folder: string) {
    this.#cluster = cluster;
    this.#folder = folder;
  }

  static async at(cluster: Cluster): Promise<Reader> {
    const folder = await mkdtemp(join(cluster.access.folder, "clone-"));
    for (const part of ["charts", "crds", "docs", "examples"]) {
      await symlink(join(PROJECT_ROOT, part), join(folder, part));
    }
    return new Reader(cluster, folder);
  }

  /**
   * Types a block of commands. One that admission refuses because it has not heard of a grant yet, as the
   * pages tell, is typed again. @returns what they print. @throws {Error} at the first that fails.
   */
  async type(script: string): Promise<string> {
    const first = await this.#run(script);
    if (!IS_REFUSED.test(first.stderr)) return outputOf(script, first);
    const last = script.trimEnd().split("\n").at(-1) ?? "";
    return await vi.waitFor(async () => first.stdout + outputOf(last, await this.#run(last)), {
      timeout: 20_000,
      interval: 500,
    });
  }

  async #run(script: string): Promise<Ended> {
    const env = {
      PATH: [dirname(binary("helm")), dirname(binary("kubectl")), process.env["PATH"]].join(":"),
      HOME: this.#folder,
      KUBECONFIG: await this.#cluster.kubeconfig(),
    };
    const args = ["--norc", "-euo", "pipefail", "-c", script];
    return await runProgram("bash", args, { cwd: this.#folder, env });
  }
}

const IS_REFUSED = /ValidatingAdmissionPolicy 'scope-grants\./u;

function outputOf(script: string, { exitCode, stdout, stderr }: Ended): string {
  const output = stdout + stderr;
  if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${output}`);
  return output;
}

/** The blocks of a page that need the same, in order. */
export function scriptsOf(path: string, wanted: CommandKind): readonly string[] {
  return commandsOf(readPage(path)).flatMap(({ kind, script }) =>
    kind === wanted ? [script] : [],
  );
}
