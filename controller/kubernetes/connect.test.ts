import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { stringify } from "yaml";
import { createCertificate } from "../../simulator/certificate.ts";
import { FakeApiServer } from "../../test/support/fake-api-server.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { SYSTEM_CLOCK, type Clock } from "./clock.ts";
import { connect, type ConnectionOptions } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { Transport } from "./transport.ts";

const LIST = { method: "GET", path: "/api/v1/configmaps" } as const;
const NOWHERE: ConnectionOptions = {
  inCluster: { host: undefined, port: undefined, folder: "/no/such/folder" },
  kubeConfigFiles: [],
  environment: {},
};

afterEach(() => {
  vi.useRealTimers();
});

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder(files);
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

async function startServer(): Promise<FakeApiServer> {
  const server = await FakeApiServer.start();
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

async function callerOf(connection: Connection): Promise<() => Promise<unknown>> {
  const userAgent = "test";
  const transport = new Transport({ connection, userAgent, clock: SYSTEM_CLOCK, random: () => 0 });
  onTestFinished(() => transport.close());
  return async () => await transport.call({ ...LIST, attempts: 1 });
}

/** A pod's service account on a fake server. */
async function inPod(server: FakeApiServer, token = "first-token") {
  const ca = await readFile(server.caFile, "utf8");
  const folder = await folderWith({ token: `${token}\n`, "ca.crt": ca, namespace: "ours" });
  const { hostname: host, port } = new URL(server.address);
  return { ...NOWHERE, inCluster: { host, port, folder } };
}

interface KubeConfigChange {
  readonly user?: object;
  readonly cluster?: object;
  readonly context?: object;
}

/** A kubeconfig with one of everything. */
async function kubeConfig(
  server: FakeApiServer,
  { user = { token: "first-token" }, cluster = {}, context = {} }: KubeConfigChange = {},
): Promise<string> {
  const authority = await readFile(server.caFile, "base64");
  const made = { server: server.address, "certificate-authority-data": authority, ...cluster };
  const text = stringify({
    clusters: [{ name: "c", cluster: made }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u", namespace: "mine", ...context } }],
    "current-context": "x",
  });
  return join(await folderWith({ config: text }), "config");
}

describe("the source", () => {
  test("is the kubeconfig that was named, also in a pod", async () => {
    const server = await startServer();
    const kubeConfigFile = await kubeConfig(server);
    const connection = await connect({ ...(await inPod(server)), kubeConfigFile }, SYSTEM_CLOCK);

    expect(connection).toMatchObject({
      source: `kubeconfig ${kubeConfigFile}`,
      server: server.address,
      namespace: "mine",
    });
    await expect((await callerOf(connection))()).resolves.toMatchObject({ items: [] });
  });

  test("is the service account in a pod, whatever else is found", async () => {
    const server = await startServer();
    const options = await inPod(server);
    const connection = await connect(
      { ...options, kubeConfigFiles: [await kubeConfig(server)] },
      SYSTEM_CLOCK,
    );

    expect(connection).toMatchObject({
      source: `the service account in ${options.inCluster.folder}`,
      namespace: "ours",
    });
    await expect((await callerOf(connection))()).resolves.toMatchObject({ items: [] });
  });

  test("is every kubeconfig that exists, the first one's context first", async () => {
    const server = await startServer();
    const first = await folderWith({
      config: stringify({
        "current-context": "y",
        contexts: [{ name: "y", context: { cluster: "c", user: "u" } }],
      }),
    });
    const files = [join(first, "config"), "/no/such/file", await kubeConfig(server)];
    const connection = await connect({ ...NOWHERE, kubeConfigFiles: files }, SYSTEM_CLOCK);

    expect(connection.server).toBe(server.address);
    expect(connection.namespace).toBeUndefined();
  });

  test.for<[string, Partial<ConnectionOptions>, string]>([
    [
      "there is nothing",
      { kubeConfigFiles: ["/no/such/config"] },
      "No cluster to talk to: KUBERNETES_SERVICE_HOST is not set, so this is no pod; " +
        "and there is no kubeconfig at /no/such/config. " +
        "Name one with --kubeconfig, or run in a pod with a service account.",
    ],
    [
      "a pod has no token",
      { inCluster: { host: "10.0.0.1", port: "443", folder: "/no/such/folder" } },
      "/no/such/folder/token does not exist, so this pod has no service account",
    ],
    [
      "the named file is not there",
      { kubeConfigFile: "/no/such/config" },
      "The kubeconfig /no/such/config cannot be read: ENOENT",
    ],
  ])("is never guessed: %s", async ([, options, message]) => {
    await expect(connect({ ...NOWHERE, ...options }, SYSTEM_CLOCK)).rejects.toThrow(message);
  });
});

describe("refused is", () => {
  test.for<[string, KubeConfigChange, string]>([
    ["http", { cluster: { server: "http://localhost:1" } }, "write an https:// address"],
    [
      "a proxy",
      { cluster: { "proxy-url": "http://localhost:1" } },
      "proxy-url, which is not supported",
    ],
    ["a user that is not there", { context: { user: "z" } }, "names no user"],
    ["a cluster that is not there", { context: { cluster: "z" } }, "names no cluster"],
  ])("%s", async ([, change, message]) => {
    const kubeConfigFile = await kubeConfig(await startServer(), change);

    await expect(connect({ ...NOWHERE, kubeConfigFile }, SYSTEM_CLOCK)).rejects.toThrow(message);
  });
});

describe("what is read is kept for a while", () => {
  test("a token for a minute", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const options = await inPod(await startServer());
    const connection = await connect(options, SYSTEM_CLOCK);
    const token = async () => (await connection.credentials()).headers["Authorization"];
    expect(await token()).toBe("Bearer first-token");
    await writeFile(join(options.inCluster.folder, "token"), "second-token\n");

    vi.advanceTimersByTime(59_000);
    expect(await token()).toBe("Bearer first-token");
    vi.advanceTimersByTime(2_000);
    expect(await token()).toBe("Bearer second-token");
  });

  test("a token until it is refused", async () => {
    const server = await startServer();
    const options = await inPod(server);
    const call = await callerOf(await connect(options, SYSTEM_CLOCK));
    await call();
    server.tokens = ["second-token"];
    await writeFile(join(options.inCluster.folder, "token"), "second-token\n");

    await expect(call()).resolves.toMatchObject({ items: [] });
    expect(server.requests).toHaveLength(3);
  });

  test("an authority until its file changes", async () => {
    const server = await startServer();
    const options = await inPod(server);
    const call = await callerOf(await connect(options, SYSTEM_CLOCK));
    await call();
    const other = await createCertificate(await folderWith({}));
    server.useCertificate(other);
    await writeFile(join(options.inCluster.folder, "ca.crt"), await readFile(other.caFile));

    await expect(call()).resolves.toMatchObject({ items: [] });
    expect(server.connections).toBe(2);
  });

  test("nothing that cannot be read: it is an error of the call, and of no other", async () => {
    const server = await startServer();
    const options = await inPod(server);
    const call = await callerOf(await connect(options, SYSTEM_CLOCK));
    const file = join(options.inCluster.folder, "ca.crt");
    const authority = await readFile(file);
    await writeFile(file, "");
    await expect(call()).rejects.toMatchObject({ kind: "Unreachable" });
    await writeFile(file, authority);

    await expect(call()).resolves.toMatchObject({ items: [] });
  });
});

describe("an exec plugin", () => {
  const EXPIRY = Date.UTC(2026, 0, 1, 1);

  /** A plugin that counts how often it ran, and what it was told. */
  async function plugin(status: object | string = { token: "first-token" }, exitCode = 0) {
    const output =
      typeof status === "string" ? status : JSON.stringify({ kind: "ExecCredential", status });
    const folder = await folderWith({ output });
    const script =
      `const fs = require("node:fs");` +
      `fs.appendFileSync(process.argv[1] + "/runs", process.env.KUBERNETES_EXEC_INFO + "\\n");` +
      `process.stdout.write(fs.readFileSync(process.argv[1] + "/output"));` +
      `process.exitCode = ${exitCode} || (process.env.MINE === "yes" && process.env.OUTER === "yes" ? 0 : 9)`;
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: ["-e", script, folder],
      env: [{ name: "MINE", value: "yes" }],
      provideClusterInfo: true,
    };
    const runs = async () => {
      const text = await readFile(join(folder, "runs"), "utf8");
      return text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
    };
    return { exec, runs };
  }

  async function connectBy(exec: object, clock: Clock = new FakeClock(EXPIRY - 3_600_000)) {
    const server = await startServer();
    const kubeConfigFile = await kubeConfig(server, { user: { exec } });
    const environment = { OUTER: "yes" };
    return {
      server,
      connection: await connect({ ...NOWHERE, kubeConfigFile, environment }, clock),
    };
  }

  test("runs once for all who wait, and is told what its contract says", async () => {
    const { exec, runs } = await plugin();
    const { server, connection } = await connectBy(exec);
    const call = await callerOf(connection);
    await Promise.all([call(), call(), call()]);
    await call();

    const { apiVersion } = exec;
    const spec = { interactive: false, cluster: { server: server.address } };
    expect(await runs()).toMatchObject([{ apiVersion, kind: "ExecCredential", spec }]);
  });

  test("runs again ten seconds before its token expires", async () => {
    const expirationTimestamp = new Date(EXPIRY).toISOString();
    const { exec, runs } = await plugin({ token: "first-token", expirationTimestamp });
    const clock = new FakeClock(EXPIRY - 3_600_000);
    const { connection } = await connectBy(exec, clock);
    await connection.credentials();
    await clock.advance(3_600_000 - 10_001);
    await connection.credentials();
    expect(await runs()).toHaveLength(1);
    await clock.advance(2);
    await connection.credentials();

    expect(await runs()).toHaveLength(2);
  });

  test("runs again when its token was refused", async () => {
    const { exec, runs } = await plugin({ token: "stale-token" });
    const { connection } = await connectBy(exec);
    const call = await callerOf(connection);

    await expect(call()).rejects.toMatchObject({ kind: "Unauthorized" });
    expect(await runs()).toHaveLength(2);
  });

  test("may answer a certificate", async () => {
    const pem = { clientCertificateData: "CERTIFICATE", clientKeyData: "KEY" };
    const { exec } = await plugin(pem);
    const { connection } = await connectBy(exec);

    const { tls, headers } = await connection.credentials();
    expect(tls).toMatchObject({ cert: "CERTIFICATE", key: "KEY" });
    expect(headers).toEqual({});
  });

  test.for<[string, object | string, number, string]>([
    ["fails", { token: "secret" }, 3, "ended with 3"],
    ["answers something else", "secret", 0, "answered no ExecCredential"],
    ["answers no credential", {}, 0, "answered no ExecCredential"],
  ])("that %s is named, and what it said is not", async ([, status, exitCode, message]) => {
    const { exec } = await plugin(status, exitCode);
    const { connection } = await connectBy(exec);

    const error = await connection.credentials().catch((failure: unknown) => String(failure));
    expect(error).toContain(
      `The credential plugin ${process.execPath} of the kubeconfig ${message}`,
    );
    expect(error).not.toContain("secret");
  });

  test("that is not installed is named, with what its author says of it", async () => {
    const command = "/no/such/plugin";
    const { connection } = await connectBy({ command, installHint: "Get it at example.com." });

    await expect(connection.credentials()).rejects.toThrow(
      /The credential plugin \/no\/such\/plugin .* cannot be run: .*ENOENT\. Get it at example\.com\./,
    );
  });
});
