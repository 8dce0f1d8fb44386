import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ASKED_EVERY_IN_MS = 50;
const LONGEST_START_IN_MS = 60_000;
const LONGEST_STOP_IN_MS = 20_000;
const SHOWN_OF_LOG = 3000;

/** A program that serves, and how to see that it does. */
export interface ServiceSettings {
  readonly program: string;
  readonly flags: readonly string[];
  /** Receives what the program prints. */
  readonly logFile: string;
  /** Whether it serves already; throwing means no. */
  readonly isReady: () => Promise<boolean>;
}

/**
 * A program in a process group of its own, so that a Ctrl-C at the terminal reaches only the tests, which
 * then stop it in order. Should they be killed, a shell that waits for their end kills it.
 */
export class Service implements AsyncDisposable {
  readonly #settings: ServiceSettings;
  #child: ChildProcess | undefined;
  #guard: ChildProcess | undefined;

  private constructor(settings: ServiceSettings) {
    this.#settings = settings;
  }

  /** Starts the program, and waits until it serves. @throws {Error} with the end of its log when it does not. */
  static async start(settings: ServiceSettings): Promise<Service> {
    const service = new Service(settings);
    await service.start();
    return service;
  }

  /** Starts it again after {@link stop} or {@link kill}, with the same flags. */
  async start(): Promise<void> {
    const { program, flags, logFile } = this.#settings;
    const log = createWriteStream(logFile, { flags: "a" });
    await once(log, "open");
    const child = spawn(program, flags, { detached: true, stdio: ["ignore", log, log] });
    await once(child, "spawn");
    log.close();
    this.#child = child;
    this.#guard = guard(child.pid!);
    try {
      await this.#becomesReady(child);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  async #becomesReady(child: ChildProcess): Promise<void> {
    const { program, isReady, logFile } = this.#settings;
    const deadline = performance.now() + LONGEST_START_IN_MS;
    while (!(await isReady().catch(() => false))) {
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      if (hasEnded || performance.now() > deadline) {
        const log = await readFile(logFile, "utf8");
        const what = hasEnded ? "has ended" : "does not serve";
        throw new Error(`${basename(program)} ${what}. Its log ends:\n${log.slice(-SHOWN_OF_LOG)}`);
      }
      await sleep(ASKED_EVERY_IN_MS);
    }
  }

  /** Ends it in order, or by force when that takes too long. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** It keeps its connections and answers nobody. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill(signal);
      // A frozen program hears no SIGTERM.
      child.kill("SIGCONT");
      const force = setTimeout(() => child.kill("SIGKILL"), LONGEST_STOP_IN_MS);
      await ended;
      clearTimeout(force);
    }
    this.#guard?.kill("SIGKILL");
    this.#guard = undefined;
  }
}

/** Kills a process once this one is gone, however it went: then `read` meets the end of its input. */
function guard(pid: number): ChildProcess {
  const shell = spawn("sh", ["-c", `read _; kill -KILL ${pid}`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  return shell;
}
