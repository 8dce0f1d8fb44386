import type { OperatorOptions } from "./operator-options.ts";
import { UsageError } from "../usage-error.ts";
import { SYSTEM_CLOCK } from "../kubernetes/clock.ts";
import { connect } from "../kubernetes/connect.ts";
import type { Connection } from "../kubernetes/connection.ts";

/** Where Kubernetes mounts a pod's service account. */
const SERVICE_ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** A cluster that credentials were found for, and the operator's place in it. */
export interface ReachedCluster {
  readonly connection: Connection;
  /** Of the lease and the snapshots. */
  readonly namespace: string;
}

/** Finds a cluster. Sends nothing yet. @throws {UsageError} with what to do, when there is none. */
export async function reachCluster(
  options: Pick<OperatorOptions, "environment" | "kubeConfigFile" | "lease">,
): Promise<ReachedCluster> {
  const connection = await findCluster(options);
  const namespace =
    options.lease.namespace ?? options.environment.podNamespace ?? connection.namespace;
  if (namespace !== undefined) return { connection, namespace };
  throw new UsageError(
    "no namespace for the lease and the snapshots: say --lease-namespace, or set POD_NAMESPACE",
  );
}

async function findCluster({
  environment,
  kubeConfigFile,
}: Pick<OperatorOptions, "environment" | "kubeConfigFile">): Promise<Connection> {
  const { serviceHost: host, servicePort: port, kubeConfigFiles, variables } = environment;
  const inCluster = { host, port, folder: SERVICE_ACCOUNT_FOLDER };
  const places = { kubeConfigFile, inCluster, kubeConfigFiles, environment: variables };
  try {
    return await connect(places, SYSTEM_CLOCK);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
