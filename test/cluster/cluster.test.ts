import { expect, test, vi } from "vitest";
import { describeInCluster } from "./describe-in-cluster.ts";
import { Proxy } from "./proxy.ts";
import { startCluster } from "./start-cluster.ts";

const READER = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { name: "reader" },
  rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list"] }],
};

describeInCluster("the shared cluster", (cluster) => {
  test("serves our resource to kubectl", async () => {
    const namespace = await cluster.namespace();

    const ended = await cluster.tryKubectl(["get", "sfb", "-n", namespace]);

    expect(ended).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: `No resources found in ${namespace} namespace.\n`,
    });
  });

  test("lets a service account do what its role says, and nothing else", async () => {
    const namespace = await cluster.namespace();
    const token = await cluster.serviceAccountToken(namespace, "operator");
    const kubeconfig = await cluster.kubeconfig({ token });
    await cluster.kubectl(["apply", "-n", namespace, "-f", "-"], { input: JSON.stringify(READER) });
    const binding = ["create", "rolebinding", "reader", "--role=reader"];
    const account = `--serviceaccount=${namespace}:operator`;
    await cluster.kubectl([...binding, account, "-n", namespace]);

    // A new binding reaches the authorizer by a watch.
    await vi.waitFor(
      () => cluster.kubectl(["get", "configmaps", "-n", namespace], { kubeconfig }),
      {
        timeout: 10_000,
      },
    );
    const other = await cluster.tryKubectl(["get", "secrets", "-n", namespace], { kubeconfig });

    expect(other.stderr).toMatch(/Forbidden.*cannot list resource "secrets"/u);
  });

  test("is reached through a proxy, and is not when that is cut off", async () => {
    await using proxy = await Proxy.start(cluster.access.server);
    const kubeconfig = await cluster.kubeconfig(cluster.access.administrator, proxy.address);

    const through = await cluster.tryKubectl(["get", "namespaces"], { kubeconfig });
    proxy.refuse();
    const refused = await cluster.tryKubectl(["get", "namespaces"], { kubeconfig });

    expect(through.stdout).toMatch(/^default +Active/mu);
    expect(refused.stderr).toMatch(/connection.*refused/u);
  });

  test("can be asked raw", async () => {
    const { status, body } = await cluster.call("GET", "/version");

    expect({ status, body }).toMatchObject({ status: 200, body: { major: "1" } });
  });
});

describeInCluster("a cluster of one's own", () => {
  test("keeps its objects and its address when the API server crashes, and tells what it was asked", async () => {
    await using cluster = await startCluster({ audit: true });
    const namespace = await cluster.namespace("kept");

    await cluster.apiServer.kill();
    await expect(cluster.call("GET", "/readyz")).rejects.toThrow(/ECONNREFUSED|other side closed/u);
    await cluster.apiServer.start();

    const found = await cluster.call("GET", `/api/v1/namespaces/${namespace}`);
    expect(found).toMatchObject({ status: 200 });
    expect(await cluster.auditedRequests()).toContainEqual(
      expect.objectContaining({
        verb: "create",
        user: expect.objectContaining({ username: "administrator" }),
        objectRef: expect.objectContaining({ resource: "namespaces", name: namespace }),
        responseStatus: expect.objectContaining({ code: 201 }),
      }),
    );
  });

  test("says why its API server does not start", async () => {
    await expect(startCluster({ apiServerFlags: ["--no-such-flag"] })).rejects.toThrow(
      /kube-apiserver has ended\. Its log ends:[\s\S]*unknown flag: --no-such-flag/u,
    );
  });
});
