import { dirname } from "node:path";
import { binary } from "../../../test/cluster/binaries.ts";
import { startCluster, type TestCluster } from "../../../test/cluster/start-cluster.ts";
import { InstalledController } from "../../../test/cluster/controller/installed-controller.ts";
import type { RunningCommand } from "../../../test/support/command-line.ts";
import { addressesOf, callOf } from "../addresses.ts";
import {
  showAuthenticationDrift,
  showClosedFunction,
  showOpenFunction,
  showPolicyDrift,
  showProtectedCalls,
} from "../chapters.ts";
import { heardCtrlC } from "../interruption.ts";
import type { Keeper } from "../keeper.ts";
import type { Linger, Scene } from "../scene.ts";
import type { Stage } from "../stage.ts";
import { Kubectl } from "./kubectl.ts";

const ORDERS = "examples/orders.yaml";
const NOT_GRANTED = "examples/user-assigned-identity.yaml";
const GRANTS = "examples/grants/cluster.yaml";
const OBJECT = "sfb/orders --namespace shop";
const EVENTS = "events --namespace shop --for sfb/orders";

/** Programs that the story needs beside Node. */
export const PROGRAMS = ["etcd", "kube-apiserver", "kubectl", "helm"] as const;

/** The main job by `kubectl` alone, on a real API server with the chart and `sfb controller`. */
export async function tellByKubectl(scene: Scene, linger: Linger): Promise<void> {
  const { stage, azure } = scene;
  await stage.tell([() => showOpenFunction(scene)]);
  if (stage.hasFailed) return;

  stage.chapter("The cluster: etcd and kube-apiserver, the chart, and its controller");
  await using cluster = await startCluster();
  stage.say(`  etcd and kube-apiserver serve at ${cluster.access.server}`);
  stage.say(
    "  $ helm upgrade --install sfb charts/secured-function-backend --namespace sfb-system --create-namespace --values values.yaml",
  );
  await using controller = await InstalledController.install(cluster, azure);
  const replica = await controller.start();
  stage.say("  No node runs here: sfb controller is a process with the chart's service account.");
  const kubectl = new Kubectl(stage, cluster);
  const keeper = keeperOf(stage, kubectl);
  await stage.tell([
    () => showGrants(stage, kubectl),
    () => showApply(stage, kubectl),
    () => showClosedFunction(scene),
    () => showAuthenticationDrift(scene, keeper),
    () => showPolicyDrift(scene, keeper),
    () => showDeletion(scene, kubectl),
  ]);
  if (!stage.hasFailed)
    await linger([...addressesOf(azure), "", ...(await waysInto(cluster)), callOf(azure)]);
  await showStop(stage, replica);
}

async function showGrants(stage: Stage, kubectl: Kubectl): Promise<void> {
  stage.chapter(
    "Grants: a namespace may name in Azure what the platform allows it, and nothing else",
  );
  await kubectl.show("create namespace shop");
  await kubectl.show(`apply -f ${GRANTS}`);
  await kubectl.until(tryApply(ORDERS), (output) => output.includes("created"));
  await kubectl.until(tryApply(NOT_GRANTED), (output) => output.includes("denied"));
  await kubectl.show(`apply -f ${NOT_GRANTED}`, { exitCode: 1, meaning: "refused" });
}

async function showApply(stage: Stage, kubectl: Kubectl): Promise<void> {
  stage.chapter("Apply: step by step, each seen to work before the next");
  await kubectl.show(`apply -f ${ORDERS}`);
  await kubectl.show(`wait ${OBJECT} --for condition=Ready --timeout 50s`);
  await kubectl.show(`get ${OBJECT}`);
}

/** Asks the API server what it would say. Policies and grants are in force a moment after it took them. */
function tryApply(manifest: string): string {
  return `apply --dry-run=server -f ${manifest}`;
}

/** The controller, which tells what it does by events. */
function keeperOf(stage: Stage, kubectl: Kubectl): Keeper {
  let requests = 0;
  return {
    showCorrection: async (paths) => {
      requests += 1;
      const request = `securedbackend.dev/reconcile-requested-at=${requests}`;
      await kubectl.show(`annotate ${OBJECT} --overwrite ${request}`);
      const isTold = (output: string, path: string): boolean =>
        lineWith("DriftDetected", path).test(output) &&
        lineWith("DriftCorrected", path).test(output);
      const events = await kubectl.until(EVENTS, (output) =>
        paths.every((path) => isTold(output, path)),
      );
      stage.say(`  $ kubectl ${EVENTS}`);
      for (const line of events) {
        if (paths.some((path) => lineWith("Drift", path).test(line))) stage.quote(line);
      }
      for (const path of paths) {
        stage.check(`told and put right: ${path}`, isTold(events.join("\n"), path));
      }
      await kubectl.show(`wait ${OBJECT} --for condition=Ready --timeout 50s`);
    },
  };
}

function lineWith(reason: string, path: string): RegExp {
  return RegExp(`${reason}.* ${RegExp.escape(path)} `, "u");
}

async function showDeletion(scene: Scene, kubectl: Kubectl): Promise<void> {
  scene.stage.chapter("Delete: nothing is opened, unless deletionPolicy: Restore asks for it");
  await kubectl.show(`delete ${OBJECT} --timeout 30s`);
  await showProtectedCalls(scene);
}

async function waysInto(cluster: TestCluster): Promise<readonly string[]> {
  return [
    `export KUBECONFIG=${await cluster.kubeconfig()}`,
    `export PATH="${dirname(binary("kubectl"))}:$PATH"`,
    "",
    `kubectl apply -f ${ORDERS}`,
    "kubectl get sfb --all-namespaces --watch",
    "kubectl describe sfb orders --namespace shop",
    "kubectl explain sfb.spec",
  ];
}

async function showStop(stage: Stage, replica: RunningCommand): Promise<void> {
  stage.chapter("The end: the controller is asked to stop");
  await heardCtrlC(replica.ended);
  const { exitCode, stderr } = await replica.terminate();
  stage.check("it stops by itself, exit code 0", exitCode === 0);
  if (stage.hasFailed) for (const line of stderr.trimEnd().split("\n")) stage.quote(line);
}
