import { parseArgs } from "node:util";

import type { PolicyStatements } from "../policy/policy.ts";
import { UsageError } from "../usage-error.ts";

export type PolicyVerb = "merge" | "check" | "remove";

/** The command line of `sfb policy`, understood. */
export interface PolicyArguments {
  verb: PolicyVerb;
  statements: PolicyStatements;
  /** As given; `-` is standard input. Never empty. */
  files: readonly string[];
  write: boolean;
  output: "text" | "json";
}

const DEFAULT_HEADERS = ["Ocp-Apim-Subscription-Key"];
const DEFAULT_QUERY_PARAMETERS = ["subscription-key"];

/**
 * Understands the arguments after `sfb policy`; `"help"` when they ask for it.
 * @throws UsageError when they cannot be understood.
 */
export function parsePolicyArguments(args: readonly string[]): PolicyArguments | "help" {
  const { values, positionals } = parse(args);
  if (values.help === true) {
    return "help";
  }
  const [verb, ...files] = positionals;
  if (verb !== "merge" && verb !== "check" && verb !== "remove") {
    throw new UsageError(
      verb === undefined
        ? "say what to do: sfb policy merge, check or remove (--help tells more)"
        : `unknown command '${verb}': write sfb policy merge, check or remove`,
    );
  }
  if (values.resource === undefined) {
    throw new UsageError(
      "--resource is missing: give the client id of the function's registration",
    );
  }
  const output = values.output ?? "text";
  if (output !== "text" && output !== "json") {
    throw new UsageError(`--output ${output} is unknown: write text or json`);
  }
  const write = values.write ?? false;
  if (write && verb === "check") {
    throw new UsageError("check never changes a file: use merge --write");
  }
  if (write && (files.length === 0 || files.includes("-"))) {
    throw new UsageError("--write needs files: standard input cannot be changed in place");
  }
  if (files.filter((file) => file === "-").length > 1) {
    throw new UsageError("standard input can be read only once: give '-' once");
  }
  return {
    verb,
    statements: statementsFrom(values, values.resource),
    files: files.length === 0 ? ["-"] : files,
    write,
    output,
  };
}

const OPTIONS = {
  resource: { type: "string" },
  "client-id": { type: "string" },
  header: { type: "string", multiple: true },
  query: { type: "string", multiple: true },
  "keep-key": { type: "boolean" },
  write: { type: "boolean" },
  output: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [firstSentence] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${firstSentence} (--help lists the options)`);
  }
}

type Values = ReturnType<typeof parse>["values"];

function statementsFrom(values: Values, resource: string): PolicyStatements {
  const clientId = values["client-id"];
  if (values["keep-key"] === true && (values.header !== undefined || values.query !== undefined)) {
    throw new UsageError("--keep-key goes neither with --header nor with --query: choose one");
  }
  const keepKey = values["keep-key"] ?? false;
  return {
    resource,
    ...(clientId === undefined ? {} : { clientId }),
    removeHeaders: keepKey ? [] : (values.header ?? DEFAULT_HEADERS),
    removeQueryParameters: keepKey ? [] : (values.query ?? DEFAULT_QUERY_PARAMETERS),
  };
}
