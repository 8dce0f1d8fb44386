import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { TestSimulator } from "../../support/simulator.ts";
import { RunningCommand } from "../../support/command-line.ts";
import { vi } from "vitest";
import { examplePath } from "../../support/project.ts";
import { MINIMAL, type Values } from "../../chart/helm.ts";
import { HelmRelease } from "../chart/helm-release.ts";
import type { Cluster } from "../cluster.ts";

const NAMESPACE = "sfb-system";
const ACCOUNT = "sfb-secured-function-backend";

/** Manifests as users copy them: an object, and the grants that allow it. */
export const ORDERS = examplePath("orders.yaml");
const GRANTS = examplePath("grants/cluster.yaml");

/** Short enough for a test, long enough for a machine that is busy. */
const LEASE_FLAGS = ["--lease-duration", "6s", "--renew-deadline", "4s", "--retry-period", "1s"];

/**
 * The controller as its users have it: the chart is installed by helm, and the process, which no node runs
 * here, has the token of the chart's service account and so exactly the rights that are shipped.
 */
export class InstalledController implements AsyncDisposable {
  readonly namespace = NAMESPACE;
  readonly account = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`;
  readonly #cluster: Cluster;
  readonly #azure: Pick<TestSimulator, "variables">;
  readonly #running = new Set<RunningCommand>();

  private constructor(cluster: Cluster, azure: Pick<TestSimulator, "variables">) {
    this.#cluster = cluster;
    this.#azure = azure;
  }

  /** Installs the chart. @throws {Error} with helm's complaint. */
  static async install(
    cluster: Cluster,
    azure: Pick<TestSimulator, "variables">,
    values: Values = {},
  ): Promise<InstalledController> {
    const release = new HelmRelease(cluster, "sfb", NAMESPACE);
    const { exitCode, stderr } = await release.install({ ...MINIMAL, ...values });
    if (exitCode !== 0) throw new Error(`helm ended with ${exitCode}: ${stderr}`);
    return new InstalledController(cluster, azure);
  }

  /**
   * Makes namespace `shop`, and grants it what examples/orders.yaml names. Admission sees a new grant a
   * moment later.
   */
  async grantShop(): Promise<void> {
    await this.#cluster.kubectl(["create", "namespace", "shop"]);
    await this.#cluster.kubectl(["apply", "-f", GRANTS]);
    const tried = ["apply", "--dry-run=server", "-f", ORDERS];
    await vi.waitFor(() => this.#cluster.kubectl(tried), { timeout: 30_000, interval: 250 });
  }

  /** A token of the chart's service account. */
  async token(): Promise<string> {
    return await this.#cluster.serviceAccountToken(NAMESPACE, ACCOUNT);
  }

  /**
   * Starts a replica.
   * @param server another way to the API server, such as a proxy's address.
   * @param program what Node runs, such as the bundle; absent: the sources.
   */
  async start({
    name = "controller-0",
    server,
    flags = [],
    program,
  }: {
    readonly name?: string;
    readonly server?: string;
    readonly flags?: readonly string[];
    readonly program?: readonly string[];
  } = {}): Promise<RunningCommand> {
    const token = await this.token();
    const kubeconfig = await this.#cluster.kubeconfig({ token }, server);
    const folder = await mkdtemp(join(this.#cluster.access.folder, "controller-"));
    const addresses = ["--health-address", "127.0.0.1:0", "--metrics-address", "127.0.0.1:0"];
    const args = ["controller", "--kubeconfig", kubeconfig, ...addresses, ...LEASE_FLAGS, ...flags];
    const environment = {
      PATH: process.env["PATH"],
      HOME: folder,
      INIT_CWD: folder,
      POD_NAMESPACE: NAMESPACE,
      POD_NAME: name,
      ...this.#azure.variables,
    };
    const replica = new RunningCommand(args, environment, program);
    this.#running.add(replica);
    return replica;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const replica of this.#running) replica.signal("SIGCONT");
    await Promise.all([...this.#running].map((replica) => replica.kill()));
  }
}
