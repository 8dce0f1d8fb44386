import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster.ts";

const LOOKS_EVERY_IN_MS = 100;

interface Deployment {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly generation: number;
  };
  readonly spec: { readonly replicas: number };
  readonly status?: { readonly observedGeneration?: number };
}

/**
 * Says of every Deployment that its pods run, as nodes and the controllers of a whole cluster would, until
 * it is let go. Here are none: what the pods would do is not done.
 */
export function pretendPodsRun(cluster: Cluster): AsyncDisposable {
  const stop = new AbortController();
  const { signal } = stop;
  const done = (async () => {
    while (!signal.aborted) {
      const { body } = await cluster.call("GET", "/apis/apps/v1/deployments");
      const { items = [] } = body as { items?: readonly Deployment[] };
      for (const deployment of items) await report(cluster, deployment);
      await sleep(LOOKS_EVERY_IN_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}

async function report(cluster: Cluster, { metadata, spec, status }: Deployment): Promise<void> {
  const { namespace, name, generation } = metadata;
  if (status?.observedGeneration === generation) return;
  const { replicas } = spec;
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/status`;
  await cluster.merge(path, {
    status: {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    },
  });
}
