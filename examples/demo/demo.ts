/** The main job on a local Azure: an open function becomes reachable only through its API. */
import { parseArgs } from "node:util";
import { describeMissing } from "../../test/cluster/binaries.ts";
import { PROGRAMS, tellByKubectl } from "./cluster/story.ts";
import { tellByCommandLine } from "./command-line/story.ts";
import { heedInterruptions, untilInterrupted } from "./interruption.ts";
import { startLocalAzure, type LocalAzure } from "./local-azure.ts";
import { setScene, type Linger, type Story } from "./scene.ts";
import { Stage } from "./stage.ts";

const HELP = `Usage: npm run demo [-- OPTIONS]

  --cluster    by kubectl, on a kube-apiserver of its own (npm run cluster:install gets it)
  --keep       leave everything running until Ctrl-C, and say how to explore it;
               with --cluster on a terminal that is so unless --no-keep is given
`;

/**
 * Tells the story, until its end or until something is not as it should be, and sums it up.
 *
 * @param linger what happens once the story is told, while everything still runs.
 * @returns the exit code: 0 when all of it was so, 1 when not.
 */
export async function demonstrate(
  stage: Stage,
  azure: LocalAzure,
  story: Story,
  linger: Linger = async () => undefined,
): Promise<number> {
  try {
    await story(setScene(stage, azure), linger);
  } catch (error) {
    stage.check(`nothing unforeseen: ${(error as Error).message}`, false);
  }
  stage.sumUp();
  return stage.hasFailed ? 1 : 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      cluster: { type: "boolean", default: false },
      keep: { type: "boolean" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const missing = values.cluster ? describeMissing(PROGRAMS) : undefined;
  if (missing !== undefined) throw new Error(missing);
  heedInterruptions();
  await using azure = await startLocalAzure();
  const stage = new Stage(process.stdout);
  const linger: Linger = async (ways) => {
    stage.chapter("Everything keeps running until Ctrl-C. To explore from another terminal:");
    for (const way of ways) stage.say(way === "" ? "" : `  ${way}`);
    await untilInterrupted();
  };
  const isKept = values.keep ?? (values.cluster && process.stdout.isTTY);
  const story = values.cluster ? tellByKubectl : tellByCommandLine;
  return await demonstrate(stage, azure, story, isKept ? linger : undefined);
}

if (import.meta.main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
