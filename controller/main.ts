import { resolve } from "node:path";
import { readUserDirectory } from "./config.ts";
import { HELP } from "./cli/help.ts";
import { writeText, type CommandIo } from "./cli/io.ts";
import { UsageError } from "./usage-error.ts";
import { StateError } from "./manifests/state-error.ts";

type Command = (args: readonly string[], io: CommandIo) => Promise<number>;

/** Loaded when called: `sfb policy` needs no Azure, and should not wait for its SDKs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  plan: async () => (await import("./cli/plan.ts")).planCommand,
  apply: async () => (await import("./cli/apply.ts")).applyCommand,
  watch: async () => (await import("./cli/watch.ts")).watchCommand,
  delete: async () => (await import("./cli/delete.ts")).deleteCommand,
  adopt: async () => (await import("./cli/adopt.ts")).adoptCommand,
  controller: async () => (await import("./cli/controller.ts")).controllerCommand,
  policy: async () => (await import("./cli/policy.ts")).policyCommand,
  simulate: async () => (await import("./cli/simulate.ts")).simulateCommand,
};

async function main([word = "--help", ...args]: readonly string[]): Promise<number> {
  const stop = new AbortController();
  // Not `once`: proper-lockfile ends the process by the signal when nobody else listens any more.
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const userDirectory = readUserDirectory();
  const io: CommandIo = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    resolvePath: (path) => resolve(userDirectory, path),
    signal: stop.signal,
  };
  if (word === "--help" || word === "-h" || word === "help") {
    await writeText(io.stdout, HELP);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (load === undefined) {
    throw new UsageError(`unknown command '${word}': sfb --help lists the commands`);
  }
  const command = await load();
  return await command(args, io);
}

function fail(error: unknown): never {
  const isExpected = error instanceof UsageError || error instanceof StateError;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const advice = isExpected ? "" : " (unexpected: LOG_LEVEL=debug shows where)";
  process.stderr.write(`sfb: ${message}${advice}\n`);
  if (process.env["LOG_LEVEL"] === "debug") process.stderr.write(`${stack}\n`);
  process.exit(1);
}

process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);
main(process.argv.slice(2)).then((exitCode) => process.exit(exitCode), fail);
