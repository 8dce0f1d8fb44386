import { parseArgs } from "node:util";
import { CONFIG_OPTIONS } from "../config.ts";
import { UsageError } from "./usage-error.ts";

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

type OptionValues = Readonly<Record<string, unknown>>;

const OUTPUT_FORMATS = ["text", "json", "yaml"] as const;

/** The options of every command that works on manifests, for {@link parseOptions}. */
export const FRONT_OPTIONS = {
  file: { type: "string", short: "f", multiple: true },
  state: { type: "string" },
  output: { type: "string", short: "o" },
  help: { type: "boolean", short: "h" },
  ...CONFIG_OPTIONS,
} as const;

/**
 * Understands a command line.
 * @throws {UsageError} when it cannot be understood.
 */
export function parseOptions<
  const Options extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>,
>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [firstSentence] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${firstSentence} (--help lists the options)`);
  }
}

/**
 * The files and folders that are named: by `-f`, and after it, as a shell writes `-f *.yaml`.
 * @throws {UsageError} when there are none.
 */
export function namedFiles(
  files: readonly string[] | undefined,
  positionals: readonly string[],
): readonly [string, ...string[]] {
  const [first, ...others] = files ?? [];
  if (first !== undefined) return [first, ...others, ...positionals];
  const [stray] = positionals;
  throw new UsageError(
    stray === undefined
      ? "say what to read: -f FILE, or -f FOLDER"
      : `unexpected argument '${stray}': write -f ${stray}`,
  );
}

/** @throws {UsageError} when there is no such format, or the command has it not. */
export function outputFormat<const Format extends OutputFormat>(
  { output = "text" }: OptionValues & { readonly output?: string | undefined },
  formats: readonly Format[],
): Format {
  const format = formats.find((each) => each === output);
  if (format !== undefined) return format;
  throw new UsageError(`--output ${output} is unknown: write ${formats.join(", ")}`);
}

/** The formats of commands that end. */
export { OUTPUT_FORMATS };

/** The state folder as given, or `.sfb` where the user stands. */
export function stateFolder({ state = ".sfb" }: { readonly state?: string | undefined }): string {
  return state;
}
