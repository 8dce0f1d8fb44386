import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApiServer, type ApiServer } from "./api-server.ts";
import { createClusterCertificates } from "./certificates.ts";
import { Cluster, type ClusterAccess } from "./cluster.ts";
import { startEtcd, type Etcd } from "./etcd.ts";
import type { Service } from "./service.ts";

/** What differs from cluster to cluster. */
export interface ClusterSettings {
  /** Whether every request is logged for {@link TestCluster.auditedRequests}. */
  readonly audit?: boolean;
  /** Further flags, such as `--goaway-chance=0.02`. */
  readonly apiServerFlags?: readonly string[];
  /** Further flags, such as `--auto-compaction-retention=2s`. */
  readonly etcdFlags?: readonly string[];
}

/** A finished request, of `audit.k8s.io/v1 Event`. */
export interface AuditedRequest {
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

/** A cluster of its own: etcd and kube-apiserver on free ports of 127.0.0.1, gone when it is let go. */
export class TestCluster extends Cluster implements AsyncDisposable {
  readonly #etcd: Etcd;
  readonly #apiServer: ApiServer;
  readonly #auditLog: string | undefined;

  constructor(
    access: ClusterAccess,
    parts: { etcd: Etcd; apiServer: ApiServer; auditLog: string | undefined },
  ) {
    super(access);
    this.#etcd = parts.etcd;
    this.#apiServer = parts.apiServer;
    this.#auditLog = parts.auditLog;
  }

  /** To stop, kill, freeze and start again; it comes back at the same address, with what etcd holds. */
  get apiServer(): Service {
    return this.#apiServer.service;
  }

  /** Every request that was finished so far. @throws {Error} when the cluster was started without `audit`. */
  async auditedRequests(): Promise<readonly AuditedRequest[]> {
    if (this.#auditLog === undefined) throw new Error("This cluster was started without audit.");
    const lines = (await readFile(this.#auditLog, "utf8")).split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as AuditedRequest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#apiServer.service.stop();
    await this.#etcd.service.stop();
    await rm(this.access.folder, { recursive: true, force: true });
  }
}

/** Starts a cluster without any definition of ours. @throws {Error} when a binary is missing, or does not serve. */
export async function startCluster(settings: ClusterSettings = {}): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), "sfb-cluster-"));
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const certificates = await createClusterCertificates();
  const etcd = await startEtcd(folder, settings.etcdFlags);
  undo.use(etcd.service);
  const auditLog = settings.audit === true ? join(folder, "audit.log") : undefined;
  const apiServer = await startApiServer({
    folder,
    etcd: etcd.address,
    certificates,
    auditLog,
    flags: settings.apiServerFlags ?? [],
  });
  undo.move();
  const access = {
    server: apiServer.address,
    authority: certificates.servingAuthority,
    administrator: certificates.administrator,
    folder,
  };
  return new TestCluster(access, { etcd, apiServer, auditLog });
}
