import type { Grant } from "../../../controller/api/v1alpha1/grant-types.generated.ts";
import { grantsObject } from "../../support/grants.ts";
import type { Cluster } from "../cluster.ts";

/** Puts these grants in the place of all others. They are in force a moment later. */
export async function applyGrants(cluster: Cluster, grants: readonly Grant[]): Promise<void> {
  const flags = ["--server-side", "--force-conflicts", "--field-manager=test"];
  const input = JSON.stringify(grantsObject(grants));
  await cluster.kubectl(["apply", ...flags, "-f", "-"], { input });
}
