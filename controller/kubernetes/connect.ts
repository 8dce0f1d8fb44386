import { existsSync, readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { KubeConfigConnection } from "./kube-config-connection.ts";

/** Where credentials may come from; `controller/config.ts` reads it from flags and environment. */
export interface ConnectionOptions {
  /** The file that the user named; it outranks everything that is only found. */
  readonly kubeConfigFile?: string | undefined;
  /** What Kubernetes tells every container. */
  readonly inCluster: {
    /** `KUBERNETES_SERVICE_HOST` */
    readonly host: string | undefined;
    /** `KUBERNETES_SERVICE_PORT` */
    readonly port: string | undefined;
    /** The mounted service account: `token`, `ca.crt`, `namespace`. */
    readonly folder: string;
  };
  /** The files of `KUBECONFIG`, or the one in the home folder: later ones add to the first. */
  readonly kubeConfigFiles: readonly string[];
  /** What an exec plugin sees besides its own variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Chooses where the credentials come from: the named kubeconfig; else the service account, in a
 * cluster; else the kubeconfig found. There is no other way out, and no server by default.
 *
 * @throws {Error} that names every place that was tried, or the entry of the kubeconfig that is wrong.
 */
export async function connect(options: ConnectionOptions, clock: Clock): Promise<Connection> {
  const { load, source } = choose(options);
  // Loaded when called: it costs half a second and 90 MB, and a command without a cluster needs neither.
  const { KubeConfig } = await import("@kubernetes/client-node");
  return new KubeConfigConnection(() => load(new KubeConfig(), () => new KubeConfig()), {
    source,
    environment: options.environment,
    clock,
  });
}

interface Source {
  readonly source: string;
  readonly load: (config: KubeConfig, another: () => KubeConfig) => KubeConfig;
}

function choose({ kubeConfigFile, inCluster, kubeConfigFiles }: ConnectionOptions): Source {
  if (kubeConfigFile !== undefined) return kubeConfigSource([kubeConfigFile]);
  const tokenFile = join(inCluster.folder, "token");
  if (inCluster.host !== undefined && existsSync(tokenFile)) {
    return {
      source: `the service account in ${inCluster.folder}`,
      load: (config) => loadServiceAccount(config, inCluster.folder, addressOf(inCluster)),
    };
  }
  const found = kubeConfigFiles.filter((file) => existsSync(file));
  if (found.length > 0) return kubeConfigSource(found);
  const cluster =
    inCluster.host === undefined
      ? "KUBERNETES_SERVICE_HOST is not set, so this is no pod"
      : `${tokenFile} does not exist, so this pod has no service account`;
  throw new Error(
    `No cluster to talk to: ${cluster}; and there is no kubeconfig at ${kubeConfigFiles.join(", ") || "any place known"}. ` +
      "Name one with --kubeconfig, or run in a pod with a service account.",
  );
}

function kubeConfigSource(files: readonly string[]): Source {
  return {
    source: `kubeconfig ${files.join(", ")}`,
    load: (config, another) => {
      const [first = "", ...others] = files;
      loadFile(config, first);
      for (const file of others) config.mergeConfig(loadFile(another(), file), true);
      return config;
    },
  };
}

function loadFile(config: KubeConfig, file: string): KubeConfig {
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw new Error(`The kubeconfig ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return config;
}

/** `KubeConfig.loadFromCluster` would read the environment by itself. */
function loadServiceAccount(config: KubeConfig, folder: string, server: string): KubeConfig {
  const namespaceFile = join(folder, "namespace");
  config.loadFromOptions({
    clusters: [{ name: "cluster", server, caFile: join(folder, "ca.crt"), skipTLSVerify: false }],
    users: [
      {
        name: "service-account",
        authProvider: { name: "tokenFile", config: { tokenFile: join(folder, "token") } },
      },
    ],
    contexts: [
      {
        name: "pod",
        cluster: "cluster",
        user: "service-account",
        ...(existsSync(namespaceFile) && { namespace: readFileSync(namespaceFile, "utf8").trim() }),
      },
    ],
    currentContext: "pod",
  });
  return config;
}

function addressOf({ host = "", port = "443" }: ConnectionOptions["inCluster"]): string {
  return `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
