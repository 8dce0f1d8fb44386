import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../../support/run-program.ts";
import type { Cluster } from "../cluster.ts";

interface Job {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly serviceAccountName: string;
        readonly containers: readonly [{ readonly args: readonly string[] }];
      };
    };
  };
}

/**
 * Does for a Job what no node is there to do: runs its container's arguments with Node and the token of
 * its service account, and reports how it ended. @returns what it printed.
 */
export async function runJob(cluster: Cluster, job: Job): Promise<string> {
  const { namespace, name } = job.metadata;
  const { serviceAccountName, containers } = job.spec.template.spec;
  const folder = await mkdtemp(join(cluster.access.folder, "job-"));
  const tokenFile = join(folder, "token");
  const authorityFile = join(folder, "ca.crt");
  await writeFile(tokenFile, await cluster.serviceAccountToken(namespace, serviceAccountName));
  await writeFile(authorityFile, cluster.access.authority);
  const { hostname, port } = new URL(cluster.access.server);
  const env = {
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    NODE_EXTRA_CA_CERTS: authorityFile,
    TOKEN_FILE: tokenFile,
  };
  const { exitCode, stdout, stderr } = await runProgram(process.execPath, containers[0].args, {
    env,
  });
  await report(cluster, namespace, name, exitCode === 0);
  return stdout + stderr;
}

/** The API server asks for both conditions and the times of a Job that ended. */
async function report(cluster: Cluster, namespace: string, name: string, succeeded: boolean) {
  const now = new Date().toISOString();
  const conditions = (
    succeeded ? ["SuccessCriteriaMet", "Complete"] : ["FailureTarget", "Failed"]
  ).map((type) => ({ type, status: "True", lastTransitionTime: now, lastProbeTime: now }));
  const status = {
    startTime: now,
    conditions,
    ...(succeeded ? { completionTime: now, succeeded: 1 } : { failed: 1 }),
  };
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs/${name}/status`;
  const answer = await cluster.merge(path, { status });
  if (answer.status !== 200) throw new Error(`the Job's status: ${JSON.stringify(answer.body)}`);
}
