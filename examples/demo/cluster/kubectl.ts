import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Cluster } from "../../../test/cluster/cluster.ts";
import type { Stage } from "../stage.ts";

const PROJECT_ROOT = new URL("../../../", import.meta.url);
const LONGEST_WAIT_IN_MS = 20_000;
const ASKED_EVERY_IN_MS = 250;

/** The real `kubectl` in the hands of somebody who stands in a clone of this project. */
export class Kubectl {
  readonly #stage: Stage;
  readonly #cluster: Cluster;

  constructor(stage: Stage, cluster: Cluster) {
    this.#stage = stage;
    this.#cluster = cluster;
  }

  /** Runs a command for all to see, and checks how it ends. */
  async show(args: string, expected: { exitCode: number; meaning: string } = DONE): Promise<void> {
    this.#stage.say(`  $ kubectl ${args}`);
    const { exitCode, stdout, stderr } = await this.#run(args);
    for (const line of linesOf(stdout + stderr)) this.#stage.quote(line);
    this.#stage.check(`${expected.meaning}, exit code ${exitCode}`, exitCode === expected.exitCode);
  }

  /**
   * Asks again and again, and shows nothing.
   * @returns the last output: one that is as wanted, unless that took too long.
   */
  async until(args: string, isWanted: (output: string) => boolean): Promise<readonly string[]> {
    const deadline = performance.now() + LONGEST_WAIT_IN_MS;
    for (;;) {
      const { stdout, stderr } = await this.#run(args);
      const output = stdout + stderr;
      if (isWanted(output) || performance.now() > deadline) return linesOf(output);
      await sleep(ASKED_EVERY_IN_MS);
    }
  }

  async #run(args: string) {
    const words = args.split(" ");
    return await this.#cluster.tryKubectl(
      words.map((word) =>
        word.startsWith("examples/") ? fileURLToPath(new URL(word, PROJECT_ROOT)) : word,
      ),
    );
  }
}

const DONE = { exitCode: 0, meaning: "done" };

function linesOf(output: string): readonly string[] {
  return output.trimEnd().split("\n");
}
