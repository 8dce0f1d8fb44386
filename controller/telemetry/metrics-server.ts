import { startServer, type RunningServer } from "./http-server.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Serves `/metrics`.
 * @throws {Error} when the port cannot be had.
 */
export async function startMetricsServer({
  metrics,
  ...address
}: {
  readonly port: number;
  readonly host?: string | undefined;
  readonly metrics: Pick<Metrics, "text" | "contentType">;
}): Promise<RunningServer> {
  return await startServer({
    ...address,
    handler: async ({ pathname }) =>
      pathname === "/metrics"
        ? { status: 200, contentType: metrics.contentType, body: await metrics.text() }
        : undefined,
  });
}
