import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{controller,simulator,tools,examples}/**/*.test.ts", "test/**/*.test.ts"],
    benchmark: { include: ["test/bench/**/*.bench.ts"] },
    globalSetup: ["test/support/certificate-authority.ts"],
    reporters: ["default", "./test/support/summary-reporter.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    unstubEnvs: true,
  },
});
