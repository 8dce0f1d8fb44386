import { describe, inject } from "vitest";
import { Cluster } from "./cluster.ts";

/**
 * A suite that needs the cluster which all test files share, with our definitions installed. It is skipped
 * where no cluster can be started; `shared-cluster.ts` has said so then. Tests take a namespace of their own.
 */
export function describeInCluster(name: string, tests: (cluster: Cluster) => void): void {
  const access = inject("cluster");
  // A skipped suite is only collected: nothing of it runs, so its cluster is never asked for anything.
  const cluster = access === null ? (undefined as unknown as Cluster) : new Cluster(access);
  const suite = access === null ? describe.skip : describe;
  suite(name, () => {
    tests(cluster);
  });
}
