import { createLog } from "../telemetry/log.ts";
import { CONTROLLER_OPTIONS, readControllerOptions } from "./controller-arguments.ts";
import { CONTROLLER_HELP } from "./controller-help.ts";
import { parseOptions } from "./front-arguments.ts";
import { writeText, type CommandIo } from "./io.ts";

/**
 * `sfb controller`: keeps the objects of a cluster true until it is told to stop.
 * @returns the exit code: 0 stopped as asked, 1 the lease was lost.
 * @throws {UsageError} with one line for the user.
 */
export async function controllerCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const parsed = parseOptions(args, CONTROLLER_OPTIONS);
  if (parsed.values.help === true) {
    await writeText(io.stdout, CONTROLLER_HELP);
    return 0;
  }
  const options = readControllerOptions(parsed, io);
  const { runOperator } = await import("../operator/operator.ts");
  return await runOperator(options, createLog(options.config.logLevel), io.signal);
}
