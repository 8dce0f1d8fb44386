import type { Address } from "./operator-options.ts";
import type { LeaderElector } from "../kubernetes/leader-elector.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { StoreReader } from "../kubernetes/store.ts";
import { eventLoopCheck } from "../telemetry/event-loop-check.ts";
import { startHealthServer, type HealthCheck } from "../telemetry/health-server.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { startMetricsServer } from "../telemetry/metrics-server.ts";

export interface ServeOptions {
  readonly healthAddress: Address | undefined;
  readonly metricsAddress: Address | undefined;
  readonly metrics: Metrics;
  readonly caches: readonly Pick<StoreReader<KubernetesObject>, "name" | "isSynced">[];
  readonly elector: Pick<LeaderElector, "isHealthy"> | undefined;
  /** Aborted once the process is asked to stop. */
  readonly stopping: AbortSignal;
  readonly log: Log;
}

/** A leader that renews no more gets as much longer than its lease before it is restarted. */
const LEASE_GRACE_IN_MS = 20_000;

/** Answers probes and scrapes until it is disposed of. @throws {Error} when a port cannot be had. */
export async function serve(options: ServeOptions): Promise<AsyncDisposable> {
  const { healthAddress, metricsAddress, metrics, log } = options;
  await using opened = new AsyncDisposableStack();
  if (healthAddress !== undefined) {
    const eventLoop = opened.use(eventLoopCheck());
    const live = [eventLoop, leaseCheck(options)];
    const server = await startHealthServer({ ...healthAddress, live, ready: readyChecks(options) });
    opened.use(server);
    log.info({ port: server.port }, "answers probes");
  }
  if (metricsAddress !== undefined) {
    const server = await startMetricsServer({ ...metricsAddress, metrics });
    opened.use(server);
    log.info({ port: server.port }, "answers scrapes");
  }
  return opened.move();
}

function leaseCheck({ elector }: ServeOptions): HealthCheck {
  return {
    name: "lease",
    check: () =>
      elector?.isHealthy(LEASE_GRACE_IN_MS) === false
        ? "this replica leads and has long not renewed its lease"
        : undefined,
  };
}

/** A standby with warm caches is ready: it can lead at once. */
function readyChecks({ caches, stopping }: ServeOptions): readonly HealthCheck[] {
  return [
    {
      name: "caches",
      check: () => {
        const missing = caches.filter(({ isSynced }) => !isSynced).map(({ name }) => name);
        return missing.length === 0 ? undefined : `not read yet: ${missing.join(", ")}`;
      },
    },
    {
      name: "shutdown",
      check: () => (stopping.aborted ? "the process is asked to stop" : undefined),
    },
  ];
}
