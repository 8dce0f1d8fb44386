import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { parse } from "yaml";
import type { Ended } from "../support/command-line.ts";
import { PROJECT_ROOT } from "../support/project.ts";
import { runProgram } from "../support/run-program.ts";
import { binary } from "./binaries.ts";
import { kubeconfigOf, type Credentials } from "./kubeconfig.ts";

/** All that is needed to be the administrator of a cluster: plain data, which crosses processes. */
export interface ClusterAccess {
  /** Such as `https://127.0.0.1:6443`. */
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  readonly administrator: { readonly cert: string; readonly key: string };
  /** For kubeconfigs and kubectl's cache; goes with the cluster. */
  readonly folder: string;
}

/** The API server's answer to a raw request. */
export interface Answer {
  readonly status: number;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
  /** Such as `unknown field "spec.app"`. */
  readonly warnings: readonly string[];
}

const DEFINITIONS = join(PROJECT_ROOT, "crds");
const TOKEN_LIFETIME_IN_S = 3600;
const LONGEST_PUBLISHING_IN_MS = 30_000;
const ASKED_EVERY_IN_MS = 50;

/** A cluster that runs, in the hands of its administrator. */
export class Cluster {
  readonly access: ClusterAccess;
  readonly #agent: Agent;

  constructor(access: ClusterAccess) {
    this.access = access;
    const { authority: ca, administrator } = access;
    this.#agent = new Agent({ connect: { ca, ...administrator }, keepAliveTimeout: 1000 });
  }

  /** Runs `kubectl`, as the administrator unless a kubeconfig says otherwise; never throws for its exit code. */
  async tryKubectl(
    args: readonly string[],
    { input = "", kubeconfig }: { readonly input?: string; readonly kubeconfig?: string } = {},
  ): Promise<Ended> {
    const env = {
      PATH: process.env["PATH"],
      HOME: this.access.folder,
      KUBECONFIG: kubeconfig ?? (await this.kubeconfig()),
    };
    return await runProgram(binary("kubectl"), args, { env, input });
  }

  /** Runs `kubectl`. @returns its output. @throws {Error} with its complaint when it fails. */
  async kubectl(
    args: readonly string[],
    options?: { readonly input?: string; readonly kubeconfig?: string },
  ): Promise<string> {
    const { exitCode, stdout, stderr } = await this.tryKubectl(args, options);
    if (exitCode !== 0) {
      throw new Error(`kubectl ${args.join(" ")} ended with ${exitCode}: ${stderr}`);
    }
    return stdout;
  }

  /** One raw request as the administrator; an object body is sent as JSON. */
  async call(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: object | string,
    contentType = "application/json",
  ): Promise<Answer> {
    const response = await request(new URL(path, this.access.server), {
      method,
      dispatcher: this.#agent,
      headers: { "content-type": contentType },
      body: typeof body === "object" ? JSON.stringify(body) : (body ?? null),
    });
    const text = await response.body.text();
    return {
      status: response.statusCode,
      body: /json/u.test(String(response.headers["content-type"])) ? JSON.parse(text) : text,
      warnings: [response.headers["warning"] ?? []].flat(),
    };
  }

  /** Changes an object, or a subresource, as the administrator. */
  async merge(path: string, change: object): Promise<Answer> {
    return await this.call("PATCH", path, change, "application/merge-patch+json");
  }

  /** A new namespace. Nobody empties deleted ones here, so each test takes its own. @returns its name. */
  async namespace(prefix = "test"): Promise<string> {
    const name = `${prefix}-${randomBytes(4).toString("hex")}`;
    await this.#create("/api/v1/namespaces", { metadata: { name } });
    return name;
  }

  /** A token of a service account, which is created when it is absent. */
  async serviceAccountToken(namespace: string, name: string): Promise<string> {
    const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    const found = await this.call("GET", `${accounts}/${name}`);
    if (found.status === 404) await this.#create(accounts, { metadata: { name } });
    const made = await this.#create(`${accounts}/${name}/token`, {
      spec: { expirationSeconds: TOKEN_LIFETIME_IN_S },
    });
    return (made as { status: { token: string } }).status.token;
  }

  /**
   * The path of a kubeconfig.
   *
   * @param credentials the administrator's, when absent.
   * @param server another way to the API server, such as a proxy's address.
   */
  async kubeconfig(
    credentials: Credentials = this.access.administrator,
    server = this.access.server,
  ): Promise<string> {
    const text = kubeconfigOf(server, this.access.authority, credentials);
    const folder = await mkdtemp(join(this.access.folder, "kubeconfig-"));
    const path = join(folder, "config");
    await writeFile(path, text, { mode: 0o600 });
    return path;
  }

  /** Installs every definition of `crds/`, and waits until their resources are served and explained. */
  async installDefinitions(): Promise<void> {
    await this.kubectl(["apply", "--server-side", "-f", DEFINITIONS]);
    const files = await readdir(DEFINITIONS);
    for (const file of files) {
      const { metadata, spec } = parse(await readFile(join(DEFINITIONS, file), "utf8")) as {
        metadata: { name: string };
        spec: { group: string; names: { kind: string }; versions: { name: string }[] };
      };
      await this.kubectl(["wait", "--for=condition=Established", `crd/${metadata.name}`]);
      for (const { name } of spec.versions) {
        await this.#publishes(`/openapi/v3/apis/${spec.group}/${name}`, spec.names.kind);
      }
    }
    // kubectl explains from what it has discovered before.
    await rm(join(this.access.folder, ".kube"), { recursive: true, force: true });
  }

  /** An established definition is published a moment later. */
  async #publishes(path: string, kind: string): Promise<void> {
    const deadline = performance.now() + LONGEST_PUBLISHING_IN_MS;
    for (;;) {
      const { status, body } = await this.call("GET", path);
      if (status === 200 && JSON.stringify(body).includes(`"kind":"${kind}"`)) return;
      if (performance.now() > deadline) throw new Error(`${path} does not hold ${kind}.`);
      await sleep(ASKED_EVERY_IN_MS);
    }
  }

  async #create(path: string, object: object): Promise<unknown> {
    const { status, body } = await this.call("POST", path, object);
    if (status !== 201) throw new Error(`POST ${path} got ${status}: ${JSON.stringify(body)}`);
    return body;
  }
}
