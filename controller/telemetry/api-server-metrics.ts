import type { Counter, Gauge, Registry } from "@prometheus-io/client";
import type { WatchEnd } from "../kubernetes/reflector.ts";
import { counter, gauge } from "./series.ts";
import { STATUS_CODES, statusCode } from "./status-code.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

const WATCH_ENDS: readonly WatchEnd[] = ["closed", "expired", "stalled", "failed"];

export interface ApiServerMetricsOptions {
  /** Host of the API server, with its port. */
  readonly host: string;
  /** The resources that are watched, in the plural. */
  readonly resources: readonly string[];
}

/** What is asked of the API server, and how fresh the caches are. */
export class ApiServerMetrics {
  readonly #requests: Counter<"code" | "method" | "host">;
  readonly #lists: Counter<"resource">;
  readonly #watches: Counter<"resource" | "end">;
  readonly #synced: Gauge<"resource">;
  readonly #lastEvents: Gauge<"resource">;
  readonly #droppedEvents: Counter;
  readonly #host: string;

  constructor(registry: Registry, { host, resources }: ApiServerMetricsOptions) {
    const resource = resources;
    this.#host = host;
    this.#requests = counter(registry, {
      name: "rest_client_requests_total",
      help: "Requests to the API server, by status and method.",
      labels: { code: STATUS_CODES, method: METHODS, host: [host] },
    });
    this.#lists = counter(registry, {
      name: "kube_reflector_lists_total",
      help: "Times that a resource was listed from the start.",
      labels: { resource },
    });
    this.#watches = counter(registry, {
      name: "kube_reflector_watches_total",
      help: "Watches that ended, by how.",
      labels: { resource, end: WATCH_ENDS },
    });
    this.#synced = gauge(registry, {
      name: "kube_reflector_synced",
      help: "1 once a cache holds what the server has.",
      labels: { resource },
    });
    this.#lastEvents = gauge(registry, {
      name: "kube_reflector_last_event_timestamp_seconds",
      help: "When a watch last said anything, bookmarks included; 0: not yet.",
      labels: { resource },
    });
    this.#droppedEvents = counter(registry, {
      name: "kube_events_dropped_total",
      help: "Events about objects that were not sent, because too many waited.",
    });
  }

  /** A request ended, with an HTTP status as its code; `<error>`: it got no answer. */
  requested(method: string, code: string): void {
    const known = METHODS.find((each) => each === method);
    if (known === undefined) return;
    const status = /^\d+$/.test(code) ? Number(code) : undefined;
    this.#requests.inc({ code: statusCode(status), method: known, host: this.#host });
  }

  listed(resource: string): void {
    this.#lists.inc({ resource });
  }

  watchEnded(resource: string, end: WatchEnd): void {
    this.#watches.inc({ resource, end });
  }

  synced(resource: string): void {
    this.#synced.set({ resource }, 1);
  }

  /** Time is in milliseconds since the epoch. */
  heard(resource: string, now: number): void {
    this.#lastEvents.set({ resource }, now / 1000);
  }

  eventDropped(): void {
    this.#droppedEvents.inc();
  }
}
