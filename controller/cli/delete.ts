import { existsSync } from "node:fs";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { lockState } from "../manifests/lock.ts";
import { keyOf } from "../manifests/object-key.ts";
import { readManifests } from "../manifests/read.ts";
import { bidFarewell, farewellText, type Farewell } from "./farewell.ts";
import {
  FRONT_OPTIONS,
  openState,
  OUTPUT_FORMATS,
  parseOptions,
  readFiles,
  readFormat,
} from "./front-arguments.ts";
import { DELETE_HELP } from "./front-help.ts";
import { writeText, type CommandIo } from "./io.ts";
import { writeProblems, writeRecords } from "./print.ts";
import { UsageError } from "./usage-error.ts";

const DELETE_OPTIONS = {
  file: FRONT_OPTIONS.file,
  state: FRONT_OPTIONS.state,
  output: FRONT_OPTIONS.output,
  help: FRONT_OPTIONS.help,
  name: { type: "string", multiple: true },
} as const;

/**
 * `sfb delete`: stops managing objects, and touches nothing in Azure. Done twice, it is done.
 * @returns the exit code: 0, or 1 when a manifest is invalid.
 * @throws {UsageError}, {StateError} with one line for the user.
 */
export async function deleteCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, DELETE_OPTIONS);
  if (values.help === true) {
    await writeText(io.stdout, DELETE_HELP);
    return 0;
  }
  const format = readFormat(values.output, OUTPUT_FORMATS);
  const names = values.name ?? [];
  const isByNameAlone = names.length > 0 && values.file === undefined && positionals.length === 0;
  const files = isByNameAlone ? [] : readFiles(values.file, positionals, io);
  const state = openState(values.state, io);

  await using _lock = await lockState(state.path, "delete");
  const stored = await state.list();
  const read = await readManifests(files);
  await writeProblems(io, read.problems);

  const named = names.map((name) => storedObject(name, stored));
  const farewells: { object: SecuredFunctionBackend; farewell: Farewell }[] = [];
  for (const object of [...read.manifests.map((manifest) => manifest.object), ...named]) {
    const known = stored.get(keyOf(object));
    await state.remove(object);
    const file = state.snapshotFile(object);
    const facts = { wasManaged: known !== undefined, snapshot: existsSync(file) ? file : null };
    farewells.push({ object: known ?? object, farewell: bidFarewell(known ?? object, facts) });
  }
  if (format === "text") {
    const texts = farewells.map(({ object, farewell }) => farewellText(object, farewell));
    await writeText(io.stdout, texts.join("\n"));
  } else {
    const records = farewells.map(({ farewell }) => farewell);
    await writeRecords(io, format, records);
  }
  return read.problems.length > 0 ? 1 : 0;
}

function storedObject(
  name: string,
  stored: ReadonlyMap<string, SecuredFunctionBackend>,
): SecuredFunctionBackend {
  const object = stored.get(name);
  if (object !== undefined) return object;
  const known = [...stored.keys()].join(", ") || "none";
  throw new UsageError(`--name ${name}: no such object is managed here (there are: ${known})`);
}
