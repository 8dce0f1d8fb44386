import { join } from "node:path";
import { vi } from "vitest";
import type { Grant } from "../../../controller/api/v1alpha1/grant-types.generated.ts";
import { aBackend } from "../../support/builders.ts";
import { aGrant } from "../../support/grants.ts";
import { PROJECT_ROOT } from "../../support/project.ts";
import type { Answer } from "../cluster.ts";
import { startCluster, type TestCluster } from "../start-cluster.ts";
import { applyGrants } from "./apply-grants.ts";

const POLICY = join(
  PROJECT_ROOT,
  "charts/secured-function-backend/files/admission/scope-grants.yaml",
);
const NOTICED_WITHIN_IN_MS = 20_000;

/** A cluster whose API server refuses what no grant allows, as the shipped policy says. */
export class GuardedCluster implements AsyncDisposable {
  readonly cluster: TestCluster;
  /** A namespace of which nobody else thinks, in which it is seen whether the latest grants are in force. */
  readonly #sentinel: string;
  #writes = 0;

  private constructor(cluster: TestCluster, sentinel: string) {
    this.cluster = cluster;
    this.#sentinel = sentinel;
  }

  /** Starts one, with an empty list of grants. */
  static async start(): Promise<GuardedCluster> {
    const cluster = await startCluster();
    const started = new GuardedCluster(cluster, await cluster.namespace("sentinel"));
    await cluster.installDefinitions();
    await cluster.kubectl(["apply", "-f", POLICY]);
    await started.#untilAllIsRefused();
    await started.grant([]);
    return started;
  }

  /** A new namespace with these labels. @returns its name. */
  async namespace(labels: Readonly<Record<string, string>> = {}): Promise<string> {
    const name = await this.cluster.namespace();
    await this.cluster.merge(`/api/v1/namespaces/${name}`, { metadata: { labels } });
    return name;
  }

  /** Puts these grants in the place of all others, and waits until the API server judges by them. */
  async grant(grants: readonly Grant[]): Promise<void> {
    this.#writes += 1;
    const audience = `99999999-9999-4999-8999-${String(this.#writes).padStart(12, "0")}`;
    const marker = aGrant({
      name: "marker",
      namespaces: { names: [this.#sentinel] },
      audiences: { clientIds: [audience], managedRegistrations: "Deny" },
    });
    await applyGrants(this.cluster, [...grants, marker]);
    const marked = aBackend({
      spec: { registration: { clientId: audience, tokenVersion: "Auto" } },
    });
    await vi.waitFor(
      async () => {
        const { status, body } = await this.tryCreate(this.#sentinel, marked);
        if (status !== 201) throw new Error(`not in force: ${JSON.stringify(body)}`);
      },
      { timeout: NOTICED_WITHIN_IN_MS },
    );
  }

  /** Takes all grants away, with the object that holds them. */
  async withdrawAll(): Promise<void> {
    await this.cluster.kubectl(["delete", "azurescopegrant", "cluster"]);
    await this.#untilAllIsRefused();
  }

  /** Waits until the API server knows the policy, and that there are no grants. */
  async #untilAllIsRefused(): Promise<void> {
    await vi.waitFor(
      async () => {
        const { body } = await this.tryCreate(this.#sentinel, aBackend());
        const text = JSON.stringify(body);
        if (!text.includes("no params found")) throw new Error(`not refused: ${text}`);
      },
      { timeout: NOTICED_WITHIN_IN_MS },
    );
  }

  /** What the API server would say to the object in the namespace, without keeping it. */
  async tryCreate(
    namespace: string,
    object: { readonly metadata: object; readonly spec: object },
  ): Promise<Answer> {
    return await this.cluster.call(
      "POST",
      `/apis/securedbackend.dev/v1alpha1/namespaces/${namespace}/securedfunctionbackends?dryRun=All&fieldValidation=Strict`,
      { ...object, metadata: { name: "orders", namespace } },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
  }
}
