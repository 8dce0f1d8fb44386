import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { heardCtrlC } from "../interruption.ts";

const MAIN = fileURLToPath(new URL("../../../controller/main.ts", import.meta.url));

/** Called with each line that a command prints. */
export type LineReader = (line: string) => void;

/** The real command line, in processes of its own that know Azure by environment variables only. */
export class Sfb {
  readonly #environment: NodeJS.ProcessEnv;

  /**
   * @param folder where the user stands: relative paths and the state folder are there.
   * @param variables what points the commands at the local Azure.
   */
  constructor(folder: string, variables: Readonly<Record<string, string>>) {
    this.#environment = {
      ...process.env,
      ...variables,
      INIT_CWD: folder,
      NO_PROXY: "localhost",
      no_proxy: "localhost",
    };
  }

  /** Runs a command to its end. @returns its exit code. */
  async run(args: readonly string[], onLine: LineReader): Promise<number> {
    const command = this.start(args, onLine);
    return await command.ended;
  }

  /** Starts a command that goes on until it is stopped. */
  start(args: readonly string[], onLine: LineReader): RunningCommand {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: this.#environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new RunningCommand(child, onLine);
  }
}

/** A command whose lines can be waited for. */
export class RunningCommand {
  /** Its exit code; -1 when a signal ended it. */
  readonly ended: Promise<number>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #listeners = new Set<LineReader>();

  constructor(child: ChildProcessByStdio<null, Readable, Readable>, onLine: LineReader) {
    this.#child = child;
    this.#listeners.add(onLine);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        for (const listener of this.#listeners) listener(line);
      });
    }
    this.ended = once(child, "close").then(([code]) => (code as number | null) ?? -1);
  }

  /**
   * Waits until lines that match all the patterns were printed from now on.
   * @returns whether they were, before the time was over and before the command ended.
   */
  async prints(patterns: readonly RegExp[], timeoutInMs: number): Promise<boolean> {
    const missing = new Set(patterns);
    const { promise: all, resolve } = Promise.withResolvers<boolean>();
    const listener = (line: string): void => {
      for (const pattern of missing) if (pattern.test(line)) missing.delete(pattern);
      if (missing.size === 0) resolve(true);
    };
    const timer = setTimeout(() => resolve(false), timeoutInMs);
    this.#listeners.add(listener);
    try {
      return await Promise.race([all, this.ended.then(() => false)]);
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(listener);
    }
  }

  /** Asks it to end. @returns its exit code. */
  async stop(): Promise<number> {
    await heardCtrlC(this.ended);
    this.#child.kill("SIGTERM");
    return await this.ended;
  }
}
