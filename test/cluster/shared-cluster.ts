import type { TestProject } from "vitest/node";
import { describeMissing } from "./binaries.ts";
import type { ClusterAccess } from "./cluster.ts";
import { TOOLS } from "./install/tools.ts";
import { startCluster } from "./start-cluster.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Null when there are no binaries to run one. */
    readonly cluster: ClusterAccess | null;
  }
}

/**
 * Vitest's global setup: one cluster with our definitions for all test files of the project.
 *
 * Without binaries the tests in a cluster are skipped, loudly; with `SFB_REQUIRE_CLUSTER=1` that is a failure.
 *
 * @returns the teardown, which stops it.
 */
export default async function shareCluster(
  project: Pick<TestProject, "provide">,
): Promise<() => Promise<void>> {
  const missing = describeMissing();
  const missingOfAll = describeMissing(TOOLS.map(({ name }) => name));
  const missingAtAll =
    missingOfAll === undefined ? undefined : `NOT TESTED IN A CLUSTER: ${missingOfAll}`;
  if (missingAtAll !== undefined) {
    if (process.env["SFB_REQUIRE_CLUSTER"] === "1") throw new Error(missingAtAll);
  }
  // Said at the end, where it is read.
  const warn = () => missingAtAll !== undefined && console.warn(`\n${missingAtAll}`);
  if (missing !== undefined) {
    project.provide("cluster", null);
    return async () => void warn();
  }
  const cluster = await startCluster();
  await cluster.installDefinitions();
  project.provide("cluster", cluster.access);
  return async () => {
    await cluster[Symbol.asyncDispose]();
    warn();
  };
}
