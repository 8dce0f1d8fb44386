import { parseArgs } from "node:util";
import { CONFIG_OPTIONS, readConfig, type Config } from "../config.ts";
import { StateFolder } from "../manifests/state.ts";
import { KeyFolder } from "../manifests/key-folder.ts";
import { NO_KEYS, type SubscriptionKeys } from "../verify/subscription-keys.ts";
import { writeText, type CommandIo } from "./io.ts";
import { printable } from "./print.ts";
import { UsageError } from "../usage-error.ts";

/** The options of every command that works on manifests, for {@link parseOptions}. */
export const FRONT_OPTIONS = {
  file: { type: "string", short: "f", multiple: true },
  state: { type: "string" },
  keys: { type: "string" },
  output: { type: "string", short: "o" },
  help: { type: "boolean", short: "h" },
  ...CONFIG_OPTIONS,
} as const;

/** The formats of commands that end. */
export const OUTPUT_FORMATS = ["text", "json", "yaml"] as const;

/** What is common to the commands that work on manifests, understood. */
export interface FrontArguments<Format> {
  /** Absolute. */
  readonly files: readonly string[];
  readonly state: StateFolder;
  readonly keys: SubscriptionKeys;
  readonly format: Format;
  readonly config: Config;
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;
type FrontValues = Parameters<typeof readConfig>[0] & {
  readonly file?: readonly string[];
  readonly state?: string;
  readonly keys?: string;
  readonly output?: string;
};

/**
 * Takes a command line apart.
 * @throws {UsageError} when there is no such option, or its value is missing.
 */
export function parseOptions<const Known extends Options>(args: readonly string[], options: Known) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    const [firstSentence] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${firstSentence} (--help lists the options)`);
  }
}

/**
 * Understands what is common.
 * @throws {UsageError} naming what cannot be understood.
 */
export function readFrontArguments<const Format extends string>(
  { values, positionals }: { values: FrontValues; positionals: readonly string[] },
  formats: readonly Format[],
  io: CommandIo,
): FrontArguments<Format> {
  return {
    format: readFormat(values.output, formats),
    files: readFiles(values.file, positionals, io),
    state: openState(values.state, io),
    keys: openKeys(values.keys, io),
    config: readConfig(values),
  };
}

/**
 * The files and folders that are named, absolute: by `-f`, and after it, as a shell writes
 * `-f *.yaml`.
 * @throws {UsageError} when there are none.
 */
export function readFiles(
  named: readonly string[] = [],
  positionals: readonly string[],
  io: CommandIo,
): readonly string[] {
  const [stray] = positionals;
  if (named.length === 0) {
    throw new UsageError(
      stray === undefined
        ? "say what to read: -f FILE, or -f FOLDER"
        : `unexpected argument '${stray}': write -f ${stray}`,
    );
  }
  return [...named, ...positionals].map((path) => io.resolvePath(path));
}

/** The state folder: `.sfb` where the user stands, unless named. */
export function openState(path = ".sfb", io: CommandIo): StateFolder {
  return new StateFolder(io.resolvePath(path));
}

/** The folder of subscription keys; it warns on standard error of files that others may read. */
function openKeys(path: string | undefined, io: CommandIo): SubscriptionKeys {
  if (path === undefined) return NO_KEYS;
  return new KeyFolder(io.resolvePath(path), (warning) => {
    void writeText(io.stderr, `warning: ${printable(warning)}\n`);
  });
}

/** @throws {UsageError} when the command has no such format. */
export function readFormat<const Format extends string>(
  output = "text",
  formats: readonly Format[],
): Format {
  const format = formats.find((each) => each === output);
  if (format !== undefined) return format;
  throw new UsageError(`--output ${output} is unknown: write ${formats.join(", ")}`);
}
