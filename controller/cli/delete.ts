import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import { readConfig } from "../config.ts";
import { lockState } from "../manifests/lock.ts";
import { keyOf } from "../manifests/object-key.ts";
import { readManifests } from "../manifests/read.ts";
import { finalize, givesBack, type Finalization } from "../reconcile/finalize.ts";
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
import { installationOf } from "./installation.ts";
import { writeText, type CommandIo } from "./io.ts";
import { writeProblems, writeRecords } from "./print.ts";
import { UsageError } from "../usage-error.ts";
import { openWorkplace } from "./workplace.ts";

const DELETE_OPTIONS = { ...FRONT_OPTIONS, name: { type: "string", multiple: true } } as const;

/**
 * `sfb delete`: stops managing objects, and does in Azure what their `deletionPolicy` says: nothing,
 * or giving back what was there before. Done twice, it is done.
 * @returns the exit code: 0, or 1 when a manifest is invalid or something could not be given back.
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
  const config = readConfig(values);

  await using lock = await lockState(state.path, "delete");
  const stored = await state.list();
  const remaining = new Map(stored);
  const read = await readManifests(files);
  await writeProblems(io, read.problems);

  const named = names.map((name) => storedObject(name, stored));
  const objects = [...read.manifests.map((manifest) => manifest.object), ...named];
  const isRestored = ({ spec }: SecuredFunctionBackend) => givesBack(spec);
  const signal = AbortSignal.any([io.signal, lock.lost]);
  const workplace = objects.some(isRestored)
    ? await openWorkplace(config, state, {
        signal,
        all: () => [...remaining.values()],
        installation: await installationOf(config, state),
      })
    : undefined;
  const farewells: { object: SecuredFunctionBackend; farewell: Farewell }[] = [];
  for (const object of objects) {
    const wasManaged = stored.has(keyOf(object));
    const finalization =
      workplace !== undefined && wasManaged && isRestored(object)
        ? await finalize(workplace.surroundingsOf(object, undefined), object.spec)
        : NOTHING_RETURNED;
    const recorded = await state.snapshots(object).load();
    const isEmpty = Object.keys(recorded.resources).length === 0;
    const snapshot = isEmpty ? null : state.snapshotFile(object);
    if (finalization.obstacle === undefined) {
      await state.remove(object);
      remaining.delete(keyOf(object));
    }
    farewells.push({
      object,
      farewell: bidFarewell(object, { wasManaged, snapshot, recorded, finalization }),
    });
  }
  if (format === "text") {
    const texts = farewells.map(({ object, farewell }) => farewellText(object, farewell));
    await writeText(io.stdout, texts.join("\n"));
  } else {
    const records = farewells.map(({ farewell }) => farewell);
    await writeRecords(io, format, records);
  }
  const isLeft = farewells.some(({ farewell }) => farewell.isManaged);
  return read.problems.length > 0 || isLeft ? 1 : 0;
}

const NOTHING_RETURNED: Finalization = { returned: [] };

function storedObject(
  name: string,
  stored: ReadonlyMap<string, SecuredFunctionBackend>,
): SecuredFunctionBackend {
  const object = stored.get(name);
  if (object !== undefined) return object;
  const known = [...stored.keys()].join(", ") || "none";
  throw new UsageError(`--name ${name}: no such object is managed here (there are: ${known})`);
}
