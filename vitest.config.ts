import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/summary-reporter.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A condition that comes true is seen at once; on a busy machine it comes late.
    expect: { poll: { timeout: 20_000, interval: 10 } },
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: "tests",
          include: ["{controller,simulator,tools,examples}/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["**/node_modules/**", "test/cluster/**"],
          benchmark: { include: ["test/bench/**/*.bench.ts"] },
          globalSetup: ["test/support/certificate-authority.ts", "test/contract/record-traffic.ts"],
          // Not 0: on a machine with two cores, Vitest runs group 0 last.
          sequence: { groupOrder: 1 },
        },
      },
      {
        // One file after the other: each may load both cores, and all share one API server.
        extends: true,
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          benchmark: { include: ["test/cluster/**/*.bench.ts"] },
          globalSetup: [
            "test/support/certificate-authority.ts",
            "test/contract/record-traffic.ts",
            "test/cluster/shared-cluster.ts",
          ],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The gate judges what all other tests made the simulator and its callers say.
        extends: true,
        test: {
          name: "contract",
          include: ["test/contract/**/*.gate.ts"],
          benchmark: { include: [] },
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
