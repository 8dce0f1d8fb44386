import { AdoptionError } from "../adopt/adoption-error.ts";
import { buildManifest, type Adoption } from "../adopt/build-manifest.ts";
import { manifestYaml } from "../adopt/manifest-yaml.ts";
import { observePair } from "../adopt/observe-pair.ts";
import { describeProblem } from "../api/v1alpha1/problem.ts";
import { validateManifest } from "../api/v1alpha1/validate.ts";
import { AzureError } from "../azure/errors.ts";
import type { Config } from "../config.ts";
import { ADOPT_OPTIONS, readAdoptArguments, type AdoptArguments } from "./adopt-arguments.ts";
import { ADOPT_HELP } from "./adopt-help.ts";
import { parseOptions } from "./front-arguments.ts";
import { writeText, type CommandIo } from "./io.ts";
import { printable } from "./print.ts";

/**
 * `sfb adopt`: prints a manifest for a pair that exists. Writes nothing to Azure.
 * @returns the exit code: 0 complete, 2 when something has to be filled in, 1 on failure.
 * @throws {UsageError} with one line for the user.
 */
export async function adoptCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const parsed = parseOptions(args, ADOPT_OPTIONS);
  if (parsed.values.help === true) {
    await writeText(io.stdout, ADOPT_HELP);
    return 0;
  }
  const asked = readAdoptArguments(parsed);
  try {
    return await print(await adopt(asked, asked.config, io.signal), asked.format, io);
  } catch (error) {
    if (!(error instanceof AdoptionError || error instanceof AzureError)) throw error;
    await writeText(io.stderr, `sfb: ${printable(error.message)}\n`);
    return 1;
  }
}

async function adopt(
  { functionApp, apis, metadata }: AdoptArguments,
  { azure }: Config,
  signal: AbortSignal,
): Promise<Adoption> {
  const { connectToAzure } = await import("../azure/connect.ts");
  return buildManifest(
    await observePair(connectToAzure(azure)(signal), functionApp, apis),
    metadata,
  );
}

async function print(
  adoption: Adoption,
  format: AdoptArguments["format"],
  io: CommandIo,
): Promise<number> {
  const { manifest } = adoption;
  const remarks = adoption.remarks.map((each) => ({ ...each, text: printable(each.text) }));
  await writeText(
    io.stdout,
    format === "json"
      ? `${JSON.stringify(manifest, null, 2)}\n`
      : manifestYaml({ manifest, remarks }),
  );
  const validity = validateManifest(manifest);
  const questions = [
    ...remarks.filter(({ isOpenQuestion }) => isOpenQuestion).map(({ text }) => text),
    ...(validity.ok ? [] : validity.problems.map((each) => printable(describeProblem(each)))),
  ];
  await writeText(io.stderr, questions.map((text) => `${text}\n`).join(""));
  return questions.length === 0 ? 0 : 2;
}
