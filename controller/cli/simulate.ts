import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import type { CommandIo } from "./io.ts";
import { UsageError } from "../usage-error.ts";

const SIMULATOR = fileURLToPath(new URL("../../simulator/main.ts", import.meta.url));

/**
 * `sfb simulate`: the local Azure, in a process of its own, until it is told to stop.
 * @returns its exit code.
 * @throws {UsageError} where the simulator was not shipped.
 */
export async function simulateCommand(args: readonly string[], io: CommandIo): Promise<number> {
  if (!existsSync(SIMULATOR)) {
    throw new UsageError("the local Azure is not part of this build: run it from a clone");
  }
  const simulator = spawn(process.execPath, [SIMULATOR, ...args], { stdio: "inherit" });
  const stop = () => simulator.kill("SIGTERM");
  io.signal.addEventListener("abort", stop);
  const [code, signal] = (await once(simulator, "exit")) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
