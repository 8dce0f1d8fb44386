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
          // Tests wait for processes and timers as long as they compute; Vitest's own choice is one
          // worker on a machine with two cores.
          maxWorkers: 3,
          // Not 0: on a machine with two cores, Vitest runs group 0 last.
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Two files at a time: each may load a core, and all share one API server.
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
          maxWorkers: 2,
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
