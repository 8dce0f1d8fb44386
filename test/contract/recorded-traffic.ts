import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";

/**
 * The distinct exchanges in a folder of recordings.
 *
 * @throws {Error} when there are none: a gate that had nothing to judge must not pass.
 */
export function readTraffic(folder: string | undefined): readonly RecordedExchange[] {
  const files = folder === undefined ? [] : readdirSync(folder).map((file) => join(folder, file));
  const lines = files.flatMap((file) => readFileSync(file, "utf8").trimEnd().split("\n"));
  if (lines.length === 0) {
    throw new Error(
      "No traffic was recorded: the gate judges whole runs, as `npm test` makes them.",
    );
  }
  return [...new Set(lines)].map((line) => JSON.parse(line) as RecordedExchange);
}
