import type { RequestOptions } from "node:https";
import type { Cluster, KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "./clock.ts";
import type { Connection, Credentials } from "./connection.ts";
import { ExecPlugin, type ExecSettings } from "./exec-plugin.ts";

/**
 * A connection as a `KubeConfig` describes it. The library reads files and asks identity providers;
 * exec plugins are run here, since the library runs them without their contract's `KUBERNETES_EXEC_INFO`,
 * once for each of several callers, and keeps a token to its very last second.
 */
export class KubeConfigConnection implements Connection {
  readonly server: string;
  readonly namespace: string | undefined;
  readonly source: string;
  readonly #load: () => KubeConfig;
  readonly #plugin: ExecPlugin | undefined;
  #config: KubeConfig | undefined;
  #asking: Promise<Credentials> | undefined;

  /**
   * @param load reads the configuration anew; a new one has kept nothing.
   * @throws {Error} when no cluster can be made of it, or one that is not reached safely.
   */
  constructor(
    load: () => KubeConfig,
    {
      source,
      environment,
      clock,
    }: {
      readonly source: string;
      readonly environment: Readonly<Record<string, string | undefined>>;
      readonly clock: Clock;
    },
  ) {
    const config = load();
    const cluster = clusterOf(config, source);
    const exec = (config.getCurrentUser()?.exec ?? undefined) as ExecSettings | undefined;
    this.#load = load;
    this.#config = withoutPlugin(config);
    this.server = cluster.server;
    this.namespace = namespaceOf(config);
    this.source = source;
    this.#plugin = exec && new ExecPlugin(exec, { cluster, environment, clock });
  }

  /** Callers at the same time share one reading. */
  async credentials(): Promise<Credentials> {
    this.#asking ??= this.#read().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  forget(): void {
    this.#config = undefined;
    this.#asking = undefined;
    this.#plugin?.forget();
  }

  async #read(): Promise<Credentials> {
    this.#config ??= withoutPlugin(this.#load());
    const options: RequestOptions = { headers: {} };
    await this.#config.applyToHTTPSOptions(options);
    const plugged = await this.#plugin?.credential();
    const { ca, cert, key, servername, rejectUnauthorized, auth } = options as TlsOptions;
    const headers = { ...(options.headers as Record<string, string>) };
    if (auth) headers["Authorization"] = `Basic ${Buffer.from(auth).toString("base64")}`;
    if (plugged?.token !== undefined) headers["Authorization"] = `Bearer ${plugged.token}`;
    return {
      // The token file ends with a newline more often than not.
      headers: mapValues(headers, (value) => value.trim()),
      tls: {
        ca,
        cert: plugged?.clientCertificateData ?? cert,
        key: plugged?.clientKeyData ?? key,
        servername,
        rejectUnauthorized,
      },
    };
  }
}

interface TlsOptions {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
  readonly auth?: string | null;
}

function clusterOf(config: KubeConfig, source: string): Cluster {
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    const contexts = config.getContexts().map(({ name }) => name);
    throw new Error(
      `The current context of ${source} is ${config.getCurrentContext() || "not set"}, and names no cluster. ` +
        `Choose one of ${contexts.join(", ") || "none: it has no contexts"} with kubectl config use-context.`,
    );
  }
  if (config.getCurrentUser() === null) {
    throw new Error(
      `The context ${config.getCurrentContext()} of ${source} names no user that the file describes. ` +
        "Nobody is let in without one.",
    );
  }
  if (cluster.proxyUrl) {
    throw new Error(
      `The cluster ${cluster.name} of ${source} has a proxy-url, which is not supported: ` +
        "use a context that reaches the API server directly.",
    );
  }
  if (URL.parse(cluster.server)?.protocol !== "https:") {
    throw new Error(
      `The cluster ${cluster.name} of ${source} has the server ${cluster.server}: ` +
        "write an https:// address, tokens are sent there.",
    );
  }
  return cluster;
}

function namespaceOf(config: KubeConfig): string | undefined {
  return config.getContextObject(config.getCurrentContext())?.namespace;
}

/** The same configuration, but the library does not know of the plugin. */
function withoutPlugin(config: KubeConfig): KubeConfig {
  const user = config.getCurrentUser();
  if (!user?.exec) return config;
  config.users = config.users.map((each) =>
    each.name === user.name ? { ...each, exec: undefined } : each,
  );
  return config;
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
