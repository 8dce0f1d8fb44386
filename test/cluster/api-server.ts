import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { binary } from "./binaries.ts";
import type { ClusterCertificates } from "./certificates.ts";
import { freePorts } from "./free-port.ts";
import { Service } from "./service.ts";

/** A running kube-apiserver, and where it answers. */
export interface ApiServer {
  readonly service: Service;
  readonly address: string;
}

/** How an API server is run. */
export interface ApiServerSettings {
  /** Receives certificates and logs. */
  readonly folder: string;
  readonly etcd: string;
  readonly certificates: ClusterCertificates;
  /** Written to when given: one JSON line a request. */
  readonly auditLog: string | undefined;
  readonly flags: readonly string[];
}

/**
 * Starts kube-apiserver with RBAC. The flags are those of controller-runtime's envtest
 * (pkg/internal/testing/controlplane); besides, it advertises the loopback address, as a machine without a
 * default route has no other, and keeps no endpoints of itself.
 */
export async function startApiServer(settings: ApiServerSettings): Promise<ApiServer> {
  const { certificates, folder } = settings;
  const [port] = await freePorts(1);
  const address = `https://127.0.0.1:${port}`;
  const certificateFolder = join(folder, "certificates");
  const file = (name: string) => join(certificateFolder, name);
  await mkdir(certificateFolder, { recursive: true });
  const files = {
    "apiserver.crt": certificates.server.cert,
    "apiserver.key": certificates.server.key,
    "client-ca.crt": certificates.clientAuthority,
    "service-account.key": certificates.serviceAccounts.signingKey,
    "service-account.pub": certificates.serviceAccounts.publicKey,
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(file(name), text, { mode: 0o600 });
  }
  const agent = new Agent({
    connect: {
      ca: certificates.servingAuthority,
      cert: certificates.administrator.cert,
      key: certificates.administrator.key,
    },
    keepAliveTimeout: 1,
  });
  const service = await Service.start({
    program: binary("kube-apiserver"),
    flags: [
      `--etcd-servers=${settings.etcd}`,
      `--cert-dir=${certificateFolder}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      "--advertise-address=127.0.0.1",
      "--endpoint-reconciler-type=none",
      `--client-ca-file=${file("client-ca.crt")}`,
      "--authorization-mode=RBAC",
      "--service-cluster-ip-range=10.0.0.0/24",
      "--allow-privileged=true",
      // Nobody makes the service account `default`, without which no pod is admitted.
      "--disable-admission-plugins=ServiceAccount",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${file("service-account.pub")}`,
      `--service-account-signing-key-file=${file("service-account.key")}`,
      "--profiling=false",
      ...(settings.auditLog === undefined
        ? []
        : [
            `--audit-policy-file=${join(import.meta.dirname, "audit-policy.yaml")}`,
            `--audit-log-path=${settings.auditLog}`,
          ]),
      ...settings.flags,
    ],
    logFile: join(folder, "kube-apiserver.log"),
    isReady: async () => (await fetch(`${address}/readyz`, { dispatcher: agent })).ok,
  });
  return { service, address };
}
