import { showCalls, type ExpectedCall } from "./call-table.ts";
import type { Keeper } from "./keeper.ts";
import type { Scene } from "./scene.ts";

/** Before: whoever knows the address calls the function. */
export async function showOpenFunction(scene: Scene): Promise<void> {
  scene.stage.chapter("Before: the function answers anybody");
  await showCalls(scene, [
    { caller: "stranger", status: 200 },
    { caller: "customer", status: 200, key: true },
  ]);
}

export async function showClosedFunction(scene: Scene): Promise<void> {
  scene.stage.chapter("After: it answers nobody but the gateway");
  await showProtectedCalls(scene);
}

/** Somebody opens the function, and it is closed again. */
export async function showAuthenticationDrift(scene: Scene, keeper: Keeper): Promise<void> {
  const { stage, portal } = scene;
  stage.chapter("Drift: someone in the portal switches authentication off");
  await portal.switchAuthenticationOff();
  await showCalls(scene, [{ caller: "stranger", status: 200 }]);
  await keeper.showCorrection(["authentication:/platform/enabled"]);
  await showProtectedCalls(scene);
}

/** Somebody removes the operator's statements and adds one of his own, which stays. */
export async function showPolicyDrift(scene: Scene, keeper: Keeper): Promise<void> {
  const { stage, portal } = scene;
  stage.chapter("Drift: someone edits the API's policy, ours goes, a new one of theirs comes");
  await portal.damagePolicy();
  const theirs = await portal.neighbours();
  await showCalls(scene, [{ caller: "customer", status: 401 }]);
  await keeper.showCorrection([
    "inbound-policy:inbound/authentication-managed-identity",
    "inbound-policy:inbound/set-header[Ocp-Apim-Subscription-Key]",
    "inbound-policy:inbound/set-query-parameter[subscription-key]",
  ]);
  await showProtectedCalls(scene);
  stage.check(
    "every statement of theirs is as they wrote it, to the byte",
    theirs.includes("X-Campaign") && (await portal.neighbours()) === theirs,
  );
}

/** What callers get while everything is as it should be. */
export async function showProtectedCalls(scene: Scene): Promise<void> {
  const gatewayPrincipal = await scene.portal.gatewayPrincipal();
  const calls: readonly ExpectedCall[] = [
    { caller: "stranger", status: 401 },
    { caller: "intruder", status: 403 },
    { caller: "customer", status: 200, key: false, gatewayPrincipal },
  ];
  await showCalls(scene, calls);
}
