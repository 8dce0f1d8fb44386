import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Container } from "../../chart/helm.ts";
import { describeInCluster } from "../describe-in-cluster.ts";
import { startCluster } from "../start-cluster.ts";
import { parseScrape } from "../../support/scrape.ts";
import { Shop } from "../../support/shop.ts";
import { startTestSimulator } from "../../support/simulator.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { buildBundle } from "../../image/build-bundle.ts";
import { NO_CONTAINERS, startContainer } from "../../image/container.ts";
import { InstalledController, ORDERS } from "./installed-controller.ts";

const MOUNTED = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The chart's own arguments, but for the ports, which others on this machine may have. */
function onFreePorts(args: readonly string[]): readonly string[] {
  return args.map((arg) => arg.replace(/^(--(?:health|metrics)-address=):\d+$/, "$1127.0.0.1:0"));
}

describeInCluster("the controller, contained as in its pod", () => {
  describe.skipIf(NO_CONTAINERS !== undefined)("with the chart's arguments and account", () => {
    test("does the main job, answers probes and scrapes, and goes when asked", async () => {
      await using azure = await startTestSimulator();
      await using cluster = await startCluster();
      await using controller = await InstalledController.install(cluster, azure);
      const { namespace } = controller;
      await controller.grantShop();
      await cluster.kubectl(["apply", "-f", ORDERS]);
      const pods = ["get", "deployments", "-n", namespace, "-o"];
      const { args, env } = JSON.parse(
        await cluster.kubectl([...pods, "jsonpath={.items[0].spec.template.spec.containers[0]}"]),
      ) as Container;
      await using folder = await temporaryFolder({
        token: await controller.token(),
        "ca.crt": cluster.access.authority,
        namespace,
      });
      const bundle = join(folder.path, "sfb.js");
      await buildBundle(bundle);
      const { hostname, port } = new URL(cluster.access.server);
      const trusted = process.env["NODE_EXTRA_CA_CERTS"] ?? "";

      await using pod = await startContainer({
        bundle: { file: bundle, at: "/app/sfb.js" },
        user: "65532:65532",
        command: ["/nodejs/bin/node", ...onFreePorts(args)],
        workingDirectory: "/app",
        variables: {
          ...Object.fromEntries(env.map(({ name, value = "" }) => [name, value])),
          POD_NAME: "sfb-0",
          POD_NAMESPACE: namespace,
          KUBERNETES_SERVICE_HOST: hostname,
          KUBERNETES_SERVICE_PORT: port,
          ...azure.variables,
          NODE_EXTRA_CA_CERTS: trusted,
        },
        files: [
          ...["token", "ca.crt", "namespace"].map((name) => ({
            file: join(folder.path, name),
            at: `${MOUNTED}/${name}`,
          })),
          { file: trusted },
          { file: azure.variables["AZURE_FEDERATED_TOKEN_FILE"] ?? "" },
        ],
      });
      const isReady = "wait sfb/orders -n shop --for=condition=Ready --timeout=60s".split(" ");
      await cluster.kubectl(isReady).catch((cause: unknown) => {
        throw new Error(`not Ready; the controller said:\n${pod.stderr()}`, { cause });
      });
      expect(await new Shop(azure).calls()).toEqual({ direct: 401, gateway: 200 });

      const lines = () =>
        pod
          .stderr()
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
      const ask = async (what: string, path: string) => {
        const at = lines().find(({ msg }) => msg === what)?.["port"];
        const response = await fetch(`http://127.0.0.1:${String(at)}${path}`);
        return { status: response.status, text: await response.text() };
      };
      expect(await ask("answers probes", "/readyz?verbose")).toMatchObject({
        status: 200,
        text: expect.stringContaining("[+]caches ok\n"),
      });
      expect(await ask("answers probes", "/livez")).toEqual({ status: 200, text: "ok\n" });
      await vi.waitFor(async () => {
        const scraped = parseScrape((await ask("answers scrapes", "/metrics")).text);
        const ready = { namespace: "shop", name: "orders", type: "Ready", status: "True" };
        expect(scraped.value("securedfunction_condition", ready)).toBe(1);
        expect(scraped.value("leader_election_master_status")).toBe(1);
        expect(scraped.value("azure_credential_errors_total")).toBe(0);
        const passes = { controller: "secured-function-backend", result: "requeue_after" };
        expect(scraped.value("controller_runtime_reconcile_total", passes)).toBeGreaterThan(0);
      });

      const { exitCode, stdout } = await pod.terminate();
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
      expect(lines().at(-1)).toMatchObject({ msg: "stopped" });
      expect(pod.stderr()).not.toContain(readFileSync(join(folder.path, "token"), "utf8"));
    }, 240_000);
  });
});
