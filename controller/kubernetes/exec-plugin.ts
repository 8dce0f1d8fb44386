import { spawn } from "node:child_process";
import type { Cluster } from "@kubernetes/client-node";
import type { Clock } from "./clock.ts";

/** `users[].user.exec` of a kubeconfig. */
export interface ExecSettings {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
  readonly installHint?: string;
}

/** `status` of the plugin's `ExecCredential`. */
export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

/** A token so near its end could expire on the way. */
const SKEW_IN_MS = 10_000;
const TIME_LIMIT_IN_MS = 60_000;

/**
 * An exec credential plugin, such as `kubelogin`. It is asked once for all that wait, and again when
 * its answer is about to expire or was refused.
 *
 * The contract: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export class ExecPlugin {
  readonly #settings: ExecSettings;
  readonly #cluster: Cluster;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #clock: Clock;
  #kept: ExecCredential | undefined;
  #running: Promise<ExecCredential> | undefined;

  constructor(
    settings: ExecSettings,
    {
      cluster,
      environment,
      clock,
    }: {
      readonly cluster: Cluster;
      readonly environment: Readonly<Record<string, string | undefined>>;
      readonly clock: Clock;
    },
  ) {
    this.#settings = settings;
    this.#cluster = cluster;
    this.#environment = environment;
    this.#clock = clock;
  }

  /** @throws {Error} naming the plugin, when it cannot be run, fails, or answers something else. */
  async credential(): Promise<ExecCredential> {
    if (this.#kept !== undefined && !this.#isStale(this.#kept)) return this.#kept;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  forget(): void {
    this.#kept = undefined;
  }

  #isStale({ expirationTimestamp }: ExecCredential): boolean {
    if (expirationTimestamp === undefined) return false;
    return !(Date.parse(expirationTimestamp) - SKEW_IN_MS > this.#clock.now());
  }

  async #run(): Promise<ExecCredential> {
    const { command = "" } = this.#settings;
    const answer = readAnswer(command, await this.#output(command));
    this.#kept = answer;
    return answer;
  }

  async #output(command: string): Promise<string> {
    const { args, env, installHint } = this.#settings;
    const child = spawn(command, args ?? [], {
      env: {
        ...this.#environment,
        KUBERNETES_EXEC_INFO: JSON.stringify(this.#execInfo()),
        ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
      },
      // What a plugin has to say to its user goes to the user.
      stdio: ["ignore", "pipe", "inherit"],
      timeout: TIME_LIMIT_IN_MS,
      killSignal: "SIGKILL",
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    const ended = await new Promise<string | number | null>((resolve, reject) => {
      child.on("error", (error) =>
        reject(
          new Error(
            `The credential plugin ${command} of the kubeconfig cannot be run: ${error.message}` +
              (installHint ? `. ${installHint}` : ""),
            { cause: error },
          ),
        ),
      );
      child.on("close", (code, signal) => resolve(signal ?? code));
    });
    if (ended === 0) return Buffer.concat(chunks).toString("utf8");
    throw new Error(`The credential plugin ${command} of the kubeconfig ended with ${ended}.`);
  }

  #execInfo(): object {
    const { apiVersion, provideClusterInfo } = this.#settings;
    const { server, caData, tlsServerName, skipTLSVerify } = this.#cluster;
    const cluster = {
      server,
      "certificate-authority-data": caData,
      "tls-server-name": tlsServerName,
      "insecure-skip-tls-verify": skipTLSVerify,
    };
    return {
      apiVersion: apiVersion ?? "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      spec: { interactive: false, ...(provideClusterInfo ? { cluster } : {}) },
    };
  }
}

function readAnswer(command: string, output: string): ExecCredential {
  let status: ExecCredential | undefined;
  try {
    status = (JSON.parse(output) as { status?: ExecCredential } | null)?.status;
  } catch {
    status = undefined;
  }
  if (status?.token !== undefined || status?.clientCertificateData !== undefined) return status;
  // Not with its output: a token could be in it.
  throw new Error(
    `The credential plugin ${command} of the kubeconfig answered no ExecCredential with a token or a certificate.`,
  );
}
