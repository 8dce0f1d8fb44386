import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "./project.ts";

/** Spares each of the many processes that tests start the compiling of the SDKs. */
const COMPILE_CACHE = join(PROJECT_ROOT, "node_modules", ".cache", "compile");
const LONGEST_WAIT_IN_MS = 20_000;

/** What a command left behind. */
export interface Ended {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder where a user of `sfb` stands, with an Azure that the environment points at. */
export class CommandLine implements AsyncDisposable {
  readonly folder: string;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #running = new Set<RunningCommand>();

  private constructor(folder: string, variables: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#variables = variables;
  }

  /** @param variables none: a command that asks Azure for anything fails. */
  static async open(variables: Readonly<Record<string, string>> = {}): Promise<CommandLine> {
    return new CommandLine(await mkdtemp(join(tmpdir(), "sfb-command-line-")), variables);
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** Copies a file or folder of `examples/`. */
  async useExample(name: string, as = name): Promise<void> {
    await cp(join(PROJECT_ROOT, "examples", name), this.path(as), { recursive: true });
  }

  /** Rewrites a file of the folder. */
  async edit(name: string, change: (text: string) => string): Promise<void> {
    await writeFile(this.path(name), change(await readFile(this.path(name), "utf8")));
  }

  /** Every file below the folder, by path, with its text. */
  async files(): Promise<Readonly<Record<string, string>>> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile());
    const texts = paths.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(this.folder.length + 1), await readFile(path, "utf8")] as const;
    });
    return Object.fromEntries(await Promise.all(texts));
  }

  async run(...args: readonly string[]): Promise<Ended> {
    return await this.start(...args).ended;
  }

  start(...args: readonly string[]): RunningCommand {
    const command = new RunningCommand(args, {
      PATH: process.env["PATH"],
      INIT_CWD: this.folder,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...this.#variables,
    });
    this.#running.add(command);
    return command;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((command) => command.kill()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

const PROGRAM = [join(PROJECT_ROOT, "controller/main.ts")];

/** `node controller/main.ts …` while it runs. */
export class RunningCommand {
  readonly ended: Promise<Ended>;
  readonly #child;
  #stdout = "";
  #stderr = "";
  #onOutput: () => void = () => undefined;

  /** @param program what Node runs, with its own options before. */
  constructor(
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    program: readonly string[] = PROGRAM,
  ) {
    this.#child = spawn(process.execPath, [...program, ...args], {
      cwd: PROJECT_ROOT,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
      this.#onOutput();
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      this.#onOutput();
    });
    this.ended = once(this.#child, "close").then(([exitCode]) => ({
      exitCode: exitCode as number | null,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  /** What was printed on standard output so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** What was printed on standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Waits until a part of the output matches. @throws {Error} when it ends, or takes too long. */
  async prints(pattern: RegExp): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const complain = (why: string) =>
      reject(new Error(`${why} before ${pattern}:\n${this.#stdout}\n${this.#stderr}`));
    const timer = setTimeout(() => complain("took too long"), LONGEST_WAIT_IN_MS);
    void this.ended.then(() => complain("ended"));
    this.#onOutput = () => {
      if (pattern.test(this.#stdout + this.#stderr)) resolve();
    };
    this.#onOutput();
    await promise.finally(() => clearTimeout(timer));
  }

  /** Sends it a signal, such as SIGSTOP. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Asks it to end. @returns what it left behind, and how long it took to. */
  async terminate(): Promise<Ended & { readonly tookInMs: number }> {
    const since = performance.now();
    this.#child.kill("SIGTERM");
    return { ...(await this.ended), tookInMs: performance.now() - since };
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill("SIGKILL");
    await this.ended;
  }
}
