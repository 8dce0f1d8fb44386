import { addressesOf, callOf } from "../addresses.ts";
import {
  showAuthenticationDrift,
  showClosedFunction,
  showOpenFunction,
  showPolicyDrift,
} from "../chapters.ts";
import type { Linger, Scene } from "../scene.ts";
import type { Stage } from "../stage.ts";
import { createUser, MANIFEST, type User } from "./user.ts";
import { startWatch } from "./watch.ts";

/** The main job by the commands `plan`, `apply` and `watch`, on a file. */
export async function tellByCommandLine(scene: Scene, linger: Linger): Promise<void> {
  const { stage, azure } = scene;
  await using user = await createUser(azure);
  await stage.tell([
    () => showOpenFunction(scene),
    () => showPlan(stage, user),
    () => showApply(stage, user),
    () => showClosedFunction(scene),
  ]);
  if (stage.hasFailed) return;
  await using watch = await startWatch(stage, user);
  await stage.tell([
    () => showAuthenticationDrift(scene, watch),
    () => showPolicyDrift(scene, watch),
  ]);
  await linger([
    ...addressesOf(azure),
    `manifest     ${user.folder}/${MANIFEST}  (watch follows it)`,
    "",
    ...Object.entries(azure.variables).map(([name, value]) => `export ${name}=${value}`),
    "",
    callOf(azure),
    "npm run --silent sfb -- plan -f examples/orders.yaml",
  ]);
}

async function showPlan(stage: Stage, user: User): Promise<void> {
  stage.chapter("The plan: what has to change, and nothing is written yet");
  await runCommand(stage, user, ["plan", "-f", MANIFEST], { exitCode: 2, meaning: "it differs" });
}

async function showApply(stage: Stage, user: User): Promise<void> {
  stage.chapter("Apply: step by step, each seen to work before the next");
  await runCommand(stage, user, ["apply", "-f", MANIFEST, "--wait", "--timeout", "1m"], {
    exitCode: 0,
    meaning: "ready",
  });
}

async function runCommand(
  stage: Stage,
  { sfb }: User,
  args: readonly string[],
  expected: { exitCode: number; meaning: string },
): Promise<void> {
  stage.say(`  $ sfb ${args.join(" ")}`);
  const exitCode = await sfb.run(args, (line) => stage.quote(line));
  stage.check(
    `exit code ${exitCode} (${expected.exitCode} means: ${expected.meaning})`,
    exitCode === expected.exitCode,
  );
}
