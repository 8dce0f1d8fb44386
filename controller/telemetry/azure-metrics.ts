import { Gauge, type Counter, type Histogram, type Registry } from "@prometheus-io/client";
import {
  AZURE_METHODS,
  AZURE_SERVICES,
  METHODS_OF,
  type AzureCall,
  type AzureService,
} from "../azure/call-observer.ts";
import type { CallKind } from "../azure/limiter.ts";
import { counter, histogram } from "./series.ts";
import { STATUS_CODES, statusCode } from "./status-code.ts";

const BUCKETS_IN_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Azure's own count has moved on after so long. */
const REMAINING_IS_NEWS_FOR_MS = 10 * 60_000;

interface Remaining {
  readonly account: string;
  readonly kind: string;
  readonly calls: number;
  readonly toldAt: number;
}

/** What is asked of Azure, how it answers, and how much more it lets us ask. */
export class AzureMetrics {
  readonly #requests: Counter<"service" | "method" | "code">;
  readonly #durations: Histogram<"service" | "method">;
  readonly #throttled: Counter<"service">;
  readonly #credentialErrors: Counter;
  readonly #remaining = new Map<string, Remaining>();
  readonly #now: () => number;

  /** @param now milliseconds since the epoch. */
  constructor(registry: Registry, now: () => number) {
    const service = AZURE_SERVICES;
    const method = AZURE_METHODS;
    const canOccur = (series: { readonly service: string; readonly method: string }) =>
      METHODS_OF[series.service as AzureService].some((each) => each === series.method);
    this.#now = now;
    this.#requests = counter<"service" | "method" | "code">(registry, {
      name: "azure_requests_total",
      help: "Requests to Azure, by service, method and status.",
      labels: { service, method, code: STATUS_CODES },
      canOccur,
    });
    this.#durations = histogram(registry, {
      name: "azure_request_duration_seconds",
      help: "How long Azure took to answer.",
      labels: { service, method },
      canOccur,
      buckets: BUCKETS_IN_SECONDS,
    });
    this.#throttled = counter(registry, {
      name: "azure_throttled_total",
      help: "Requests that Azure answered with 429.",
      labels: { service },
    });
    this.#credentialErrors = counter(registry, {
      name: "azure_credential_errors_total",
      help: "Times that the operator's identity got no token.",
    });
    const remaining = this.#remaining;
    const gauge: Gauge<"subscription" | "kind"> = new Gauge({
      name: "azure_remaining_requests",
      help: "Requests of a kind that Azure Resource Manager said are left, in the last ten minutes; the series appears with its first word.",
      labelNames: ["subscription", "kind"],
      registers: [registry],
      collect: () => {
        gauge.reset();
        const oldest = this.#now() - REMAINING_IS_NEWS_FOR_MS;
        for (const [key, { account, kind, calls, toldAt }] of remaining) {
          if (toldAt < oldest) remaining.delete(key);
          else gauge.set({ subscription: account, kind }, calls);
        }
      },
    });
  }

  called({ service, method, status, durationInMs }: AzureCall): void {
    this.#requests.inc({ service, method, code: statusCode(status) });
    this.#durations.observe({ service, method }, durationInMs / 1000);
    if (status === 429) this.#throttled.inc({ service });
  }

  credentialFailed(): void {
    this.#credentialErrors.inc();
  }

  remainingTold(subscription: string, kind: CallKind, calls: number): void {
    this.#remaining.set(`${subscription} ${kind}`, {
      account: subscription,
      kind,
      calls,
      toldAt: this.#now(),
    });
  }
}
