import { execFile } from "node:child_process";
import type { Ended } from "./command-line.ts";

/** What a program gets, and how long it may take. */
export interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  readonly timeoutInMs?: number;
}

const LONGEST_RUN_IN_MS = 60_000;
const MOST_OUTPUT_IN_BYTES = 2 ** 28;

/**
 * Runs a program to its end, well or not.
 *
 * @throws {Error} when it cannot be started, or prints without end.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input = "", timeoutInMs: timeout = LONGEST_RUN_IN_MS, ...options }: ProgramOptions,
): Promise<Ended> {
  return await new Promise((resolve, reject) => {
    const settings = { ...options, timeout, maxBuffer: MOST_OUTPUT_IN_BYTES };
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      if (typeof error?.code === "string") reject(error);
      else resolve({ exitCode: error === null ? 0 : (error.code ?? null), stdout, stderr });
    });
    // A program that ends early does not read it all.
    child.stdin?.on("error", () => undefined).end(input);
  });
}
