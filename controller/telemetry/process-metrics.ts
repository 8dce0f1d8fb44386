import { collectDefaultMetrics, Histogram, type Registry } from "@prometheus-io/client";

const GC_KINDS = ["major", "minor", "incremental", "weakcb"];

/**
 * `process_*` and `nodejs_*`, the event loop's lag among them. They listen to the runtime for as long
 * as the process lives.
 */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  const collections = registry.getSingleMetric("nodejs_gc_duration_seconds");
  if (collections instanceof Histogram) {
    for (const kind of GC_KINDS) collections.zero({ kind });
  }
}
