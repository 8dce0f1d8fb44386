import { Registry } from "@prometheus-io/client";
import { ApiServerMetrics, type ApiServerMetricsOptions } from "./api-server-metrics.ts";
import { AzureMetrics } from "./azure-metrics.ts";
import { ControllerMetrics } from "./controller-metrics.ts";
import { LeaderMetrics } from "./leader-metrics.ts";
import { ObjectMetrics, type ObjectMetricsOptions } from "./object-metrics.ts";
import { addProcessMetrics } from "./process-metrics.ts";
import { QueueMetrics } from "./queue-metrics.ts";

export interface MetricsOptions extends ObjectMetricsOptions {
  /** Name of the controller and of its queue. */
  readonly controller: string;
  readonly maxConcurrentReconciles: number;
  /** Name of the lease. */
  readonly lease: string;
  readonly apiServer: ApiServerMetricsOptions;
}

/** Everything that is counted, each part with the methods of those who have something to count. */
export interface Metrics {
  readonly controller: ControllerMetrics;
  readonly queue: QueueMetrics;
  readonly leader: LeaderMetrics;
  readonly apiServer: ApiServerMetrics;
  readonly azure: AzureMetrics;
  readonly objects: ObjectMetrics;
  /** What a scrape answers, and its media type. */
  readonly contentType: string;
  text(): Promise<string>;
}

/**
 * Makes the metrics of one process, in a registry of their own. Every series that can exist does from
 * the start; only those of objects and of subscriptions come and go.
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  addProcessMetrics(registry);
  const objects = new ObjectMetrics(registry, options);
  return {
    controller: new ControllerMetrics(
      registry,
      options.controller,
      options.maxConcurrentReconciles,
    ),
    queue: new QueueMetrics(registry, options.controller),
    leader: new LeaderMetrics(registry, options.lease),
    apiServer: new ApiServerMetrics(registry, options.apiServer),
    azure: new AzureMetrics(registry, options.now),
    objects,
    contentType: registry.contentType,
    text: async () => {
      const [all, ofObjects] = [await registry.metrics(), await objects.text()];
      return ofObjects === "" ? all : `${all}\n${ofObjects}`;
    },
  };
}
