import { showCalls, type ExpectedCall } from "./call-table.ts";
import { MANIFEST, type Scene } from "./scene.ts";
import type { Watch } from "./watch.ts";

/** Before: whoever knows the address calls the function. */
export async function showOpenFunction(scene: Scene): Promise<void> {
  scene.stage.chapter("Before: the function answers anybody");
  await showCalls(scene, [
    { caller: "stranger", status: 200 },
    { caller: "customer", status: 200, key: true },
  ]);
}

export async function showPlan(scene: Scene): Promise<void> {
  scene.stage.chapter("The plan: what has to change, and nothing is written yet");
  await runCommand(scene, ["plan", "-f", MANIFEST], { exitCode: 2, meaning: "it differs" });
}

export async function showApply(scene: Scene): Promise<void> {
  scene.stage.chapter("Apply: step by step, each seen to work before the next");
  await runCommand(scene, ["apply", "-f", MANIFEST, "--wait", "--timeout", "20s"], {
    exitCode: 0,
    meaning: "ready",
  });
}

export async function showClosedFunction(scene: Scene): Promise<void> {
  scene.stage.chapter("After: it answers nobody but the gateway");
  await showCalls(scene, await closed(scene));
}

/** Somebody opens the function; `watch` closes it again. */
export async function showAuthenticationDrift(scene: Scene, watch: Watch): Promise<void> {
  const { stage, portal } = scene;
  stage.chapter("Drift: someone in the portal switches authentication off");
  await portal.switchAuthenticationOff();
  await showCalls(scene, [{ caller: "stranger", status: 200 }]);
  await watch.showCorrection(["authentication:/platform/enabled"]);
  await showCalls(scene, await closed(scene));
}

/** Somebody removes the operator's statements and adds one of his own, which stays. */
export async function showPolicyDrift(scene: Scene, watch: Watch): Promise<void> {
  const { stage, portal } = scene;
  stage.chapter("Drift: someone edits the API's policy, ours goes, a new one of theirs comes");
  await portal.damagePolicy();
  const theirs = await portal.neighbours();
  await showCalls(scene, [{ caller: "customer", status: 401 }]);
  await watch.showCorrection([
    "inbound-policy:inbound/authentication-managed-identity",
    "inbound-policy:inbound/set-header[Ocp-Apim-Subscription-Key]",
    "inbound-policy:inbound/set-query-parameter[subscription-key]",
  ]);
  await showCalls(scene, await closed(scene));
  stage.check(
    "every statement of theirs is as they wrote it, to the byte",
    theirs.includes("X-Campaign") && (await portal.neighbours()) === theirs,
  );
}

/** What callers get while everything is as it should be. */
async function closed({ portal }: Scene): Promise<readonly ExpectedCall[]> {
  const gatewayPrincipal = await portal.gatewayPrincipal();
  return [
    { caller: "stranger", status: 401 },
    { caller: "intruder", status: 403 },
    { caller: "customer", status: 200, key: false, gatewayPrincipal },
  ];
}

async function runCommand(
  { stage, sfb }: Scene,
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
