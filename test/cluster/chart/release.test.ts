import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AzureScopeGrant } from "../../../controller/api/v1alpha1/grant-types.generated.ts";
import { MINIMAL } from "../../chart/helm.ts";
import { PERMISSIONS, type Rule } from "../../chart/permissions.ts";
import { examplePath, readExample } from "../../support/project.ts";
import { describeMissing } from "../binaries.ts";
import { startCluster, type TestCluster } from "../start-cluster.ts";
import { HelmRelease } from "./helm-release.ts";
import { runJob } from "./hook-pod.ts";

const NAMESPACE = "sfb-system";
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:sfb-secured-function-backend`;
const DEFINITION = "securedfunctionbackends.securedbackend.dev";
const isMissing = describeMissing(["etcd", "kube-apiserver", "kubectl", "helm"]) !== undefined;

/** One question of `kubectl auth can-i` for each verb of a rule. */
function questions({ apiGroups, resources, resourceNames = [], verbs }: Rule) {
  const [group = ""] = apiGroups;
  return resources.flatMap((resource) => {
    const [plural = "", subresource] = resource.split("/");
    const type = group === "" ? plural : `${plural}.${group}`;
    const [name] = resourceNames;
    return verbs.map((verb) => [
      verb,
      name === undefined ? type : `${type}/${name}`,
      ...(subresource === undefined ? [] : [`--subresource=${subresource}`]),
    ]);
  });
}

/** The story of one release; each test goes on where the one before ended. */
describe.skipIf(isMissing)("a release", () => {
  let cluster: TestCluster;
  let release: HelmRelease;

  beforeAll(async () => {
    cluster = await startCluster();
    release = new HelmRelease(cluster, "sfb", NAMESPACE);
    await cluster.kubectl(["create", "namespace", "shop"]);
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  /** Which of a rule's verbs the controller's account has. */
  async function allowed(rule: Rule, namespace: string): Promise<readonly string[]> {
    const answers = await Promise.all(
      questions(rule).map(async (question) => {
        const args = ["auth", "can-i", ...question, "--as", ACCOUNT, "--namespace", namespace];
        const { stdout } = await cluster.tryKubectl(args);
        return stdout.trim() === "yes" ? [question.join(" ")] : [];
      }),
    );
    return answers.flat();
  }

  /** Waits, since roles reach the authorizer by a watch. */
  async function expectAllowed(rule: Rule, namespace: string, isAllowed: boolean): Promise<void> {
    const expected = isAllowed ? questions(rule).map((question) => question.join(" ")) : [];
    await vi.waitFor(
      async () => {
        expect(await allowed(rule, namespace)).toEqual(expected);
      },
      { timeout: 20_000 },
    );
  }

  const apply = ["apply", "-f", examplePath("orders.yaml")];

  async function get(...args: readonly string[]): Promise<Record<string, unknown>> {
    return JSON.parse(await cluster.kubectl(["get", ...args, "--output", "json"])) as never;
  }

  test("with grants is refused where the cluster does not know them, and says what to do", async () => {
    const { spec } = readExample("grants/cluster.yaml") as AzureScopeGrant;
    const { exitCode, stderr } = await release.install({ ...MINIMAL, grants: spec.grants });
    expect(stderr).toContain(
      "the cluster does not know AzureScopeGrant yet. Install without grants first",
    );
    expect(exitCode).toBe(1);
  });

  test("is installed, with definitions that are served", async () => {
    const { exitCode, stdout, stderr } = await release.install();
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "kubectl --namespace sfb-system rollout status deployment/sfb-secured-function-backend",
    );
    await cluster.kubectl(["wait", "--for=condition=Established", `crd/${DEFINITION}`]);
  });

  test("has the API server refuse what no grant allows", async () => {
    await vi.waitFor(
      async () => {
        const { stderr } = await cluster.tryKubectl(apply);
        expect(stderr).toContain("no params found for policy binding");
      },
      { timeout: 20_000 },
    );
  });

  test("lets the controller do what it must, and no more", async () => {
    const { leases, snapshots, ...everywhere } = PERMISSIONS;
    for (const rule of Object.values(everywhere)) await expectAllowed(rule, "shop", true);
    for (const rule of [leases, snapshots]) {
      await expectAllowed(rule, NAMESPACE, true);
      expect(await allowed(rule, "shop")).toEqual([]);
    }
    const secrets = { apiGroups: [""], resources: ["secrets"], verbs: ["list", "watch"] };
    expect(await allowed(secrets, NAMESPACE)).toEqual([]);
  });

  test("is upgraded to two namespaces and grants, and the rights elsewhere go", async () => {
    await cluster.kubectl(["create", "namespace", "bank"]);
    const { spec } = readExample("grants/cluster.yaml") as AzureScopeGrant;
    const { stderr } = await release.install({
      ...MINIMAL,
      replicaCount: 3,
      watchNamespaces: ["shop", "bank"],
      grants: spec.grants,
    });
    expect(stderr).toBe("");
    await expectAllowed(PERMISSIONS.objects, "shop", true);
    await expectAllowed(PERMISSIONS.objects, "default", false);
    expect(await get("azurescopegrant", "cluster")).toMatchObject({ spec });
    await vi.waitFor(() => cluster.kubectl(apply), { timeout: 20_000 });
    expect(await get("deployment", "sfb-secured-function-backend", "-n", NAMESPACE)).toMatchObject({
      spec: { replicas: 3 },
    });
  });

  test("goes back to what it was", async () => {
    const { stderr } = await release.rollback(1);
    expect(stderr).toBe("");
    await expectAllowed(PERMISSIONS.objects, "default", true);
    expect(await get("deployment", "sfb-secured-function-backend", "-n", NAMESPACE)).toMatchObject({
      spec: { replicas: 2 },
    });
    expect(await get("azurescopegrants")).toMatchObject({ items: [] });
    expect(await release.history()).toEqual(["superseded", "superseded", "deployed"]);
  });

  test("is uninstalled, and keeps the objects and their definitions", async () => {
    const { exitCode, stderr } = await release.uninstall();
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(await get("sfb", "orders", "-n", "shop")).not.toHaveProperty(
      "metadata.deletionTimestamp",
    );
    const selector = ["--selector", "app.kubernetes.io/instance=sfb"];
    const left =
      "all,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings,poddisruptionbudgets,validatingadmissionpolicies,validatingadmissionpolicybindings";
    expect(await get(left, "--all-namespaces", ...selector)).toMatchObject({ items: [] });
  });

  test("is installed again over the definitions that were kept", async () => {
    const { stderr } = await release.install({ ...MINIMAL, crds: { keep: false } });
    expect(stderr).toBe("");
  });

  /** Uninstalls, and runs the hook's Job as a node would. */
  async function uninstallWithNode() {
    const ended = release.uninstall();
    const jobs = ["jobs", "-n", NAMESPACE];
    const job = await vi.waitFor(async () => {
      const { items } = (await get(...jobs)) as { items: readonly Parameters<typeof runJob>[1][] };
      const [running] = items.filter((each) => !JSON.stringify(each).includes('"Failed"'));
      if (running === undefined) throw new Error("no Job yet");
      return running;
    }, 20_000);
    const printed = await runJob(cluster, job);
    return { ...(await ended), printed };
  }

  test("that takes all objects along is not uninstalled while one has something to give back", async () => {
    const finalizer = '{"metadata":{"finalizers":["securedbackend.dev/restore"]}}';
    await cluster.kubectl([
      "patch",
      "sfb",
      "orders",
      "-n",
      "shop",
      "--type=merge",
      "-p",
      finalizer,
    ]);
    const { exitCode, printed } = await uninstallWithNode();
    expect(exitCode).not.toBe(0);
    expect(printed).toContain("1 objects have something to give back: shop/orders");
    expect(await get("sfb", "orders", "-n", "shop")).not.toHaveProperty(
      "metadata.deletionTimestamp",
    );
    expect(await get("deployments", "-n", NAMESPACE)).toHaveProperty("items.length", 1);
  });

  test("is uninstalled with everything once nothing is to be given back", async () => {
    const none = '{"metadata":{"finalizers":null}}';
    await cluster.kubectl(["patch", "sfb", "orders", "-n", "shop", "--type=merge", "-p", none]);
    const { exitCode, stderr, printed } = await uninstallWithNode();
    expect(printed).toContain("No object has anything to give back.");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    await vi.waitFor(async () => {
      expect(await get("crd")).toMatchObject({ items: [] });
    }, 10_000);
  });
});
