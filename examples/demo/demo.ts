/** The main job on a local Azure: an open function becomes reachable only through its API. */
import { once } from "node:events";
import { parseArgs } from "node:util";
import {
  showApply,
  showAuthenticationDrift,
  showClosedFunction,
  showOpenFunction,
  showPlan,
  showPolicyDrift,
} from "./chapters.ts";
import { showAddresses } from "./addresses.ts";
import { startLocalAzure, type LocalAzure } from "./local-azure.ts";
import { setScene, type Scene } from "./scene.ts";
import { Stage } from "./stage.ts";
import { startWatch } from "./watch.ts";

const STORY = [showOpenFunction, showPlan, showApply, showClosedFunction];
const STORY_OF_DRIFT = [showAuthenticationDrift, showPolicyDrift];

/**
 * Tells the story, until its end or until something is not as it should be, and sums it up.
 *
 * @param linger what happens once the story is told, while everything still runs.
 * @returns the exit code: 0 when all of it was so, 1 when not.
 */
export async function demonstrate(
  stage: Stage,
  azure: LocalAzure,
  linger?: (scene: Scene) => Promise<void>,
): Promise<number> {
  await using scene = await setScene(stage, azure);
  try {
    for (const tell of STORY) if (!stage.hasFailed) await tell(scene);
    if (!stage.hasFailed) {
      await using watch = await startWatch(scene);
      for (const tell of STORY_OF_DRIFT) if (!stage.hasFailed) await tell(scene, watch);
      await linger?.(scene);
    }
  } catch (error) {
    stage.check(`nothing unforeseen: ${(error as Error).message}`, false);
  }
  stage.sumUp();
  return stage.hasFailed ? 1 : 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await using azure = await startLocalAzure();
  const linger = async (scene: Scene): Promise<void> => {
    showAddresses(scene, azure);
    await interrupted;
  };
  return await demonstrate(new Stage(process.stdout), azure, values.keep ? linger : undefined);
}

if (import.meta.main) process.exitCode = await main();
