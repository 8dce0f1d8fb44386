import { styleText } from "node:util";
import { stringify } from "yaml";
import type { CommandIo } from "./io.ts";
import { writeText } from "./io.ts";
import { describeManifestProblem, type ManifestProblem } from "../manifests/manifest.ts";

export type Tone = "good" | "bad" | "busy" | "quiet";

/** Gives a text its colour, where the reader has a terminal that shows any. */
export type Paint = (tone: Tone, text: string) => string;

const COLOURS = { good: "green", bad: "red", busy: "yellow", quiet: "dim" } as const;

/** Colours for this stream: none without a terminal, or when `NO_COLOR` is set. */
export function paintFor(stream: CommandIo["stdout"]): Paint {
  if (stream.isTTY !== true) return (_tone, text) => text;
  return (tone, text) => styleText(COLOURS[tone], text, { stream });
}

/** A text from elsewhere, fit for a terminal: control and formatting characters are shown escaped. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/** Writes a list of records for programs. */
export async function writeRecords(
  io: CommandIo,
  format: "json" | "yaml",
  records: readonly unknown[],
): Promise<void> {
  const text = format === "json" ? `${JSON.stringify(records, null, 2)}\n` : toYaml(records);
  await writeText(io.stdout, text);
}

/** More than anybody reads; a file that is no manifest at all may hold any number. */
const MOST_PROBLEMS = 100;

/** Says what is wrong with the manifests, one line each. */
export async function writeProblems(
  io: CommandIo,
  problems: readonly ManifestProblem[],
): Promise<void> {
  const told = problems.slice(0, MOST_PROBLEMS);
  const lines = told.map((problem) => `${printable(describeManifestProblem(problem))}\n`);
  const untold = problems.length - told.length;
  if (untold > 0) lines.push(`… and ${untold} more problems.\n`);
  if (lines.length > 0) await writeText(io.stderr, lines.join(""));
}

/** Through JSON, so that one object that stands in two places is written twice and not as an alias. */
function toYaml(records: readonly unknown[]): string {
  return stringify(JSON.parse(JSON.stringify(records)), { lineWidth: 0 });
}
