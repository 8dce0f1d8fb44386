import type { Counter, Gauge, Histogram, Registry } from "@prometheus-io/client";
import type { ControllerObserver, EndedPass } from "../kubernetes/controller-observer.ts";
import { counter, gauge, histogram } from "./series.ts";

const RESULTS: readonly EndedPass["result"][] = ["success", "error", "requeue", "requeue_after"];

const BUCKETS_IN_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300];

/** Metrics of one controller, under controller-runtime's names, so that dashboards made for it work. */
export class ControllerMetrics implements ControllerObserver {
  readonly #reconciles: Counter<"controller" | "result">;
  readonly #failures: Readonly<
    Record<"any" | "terminal" | "panic" | "timeout", Counter<"controller">>
  >;
  readonly #durations: Histogram<"controller">;
  readonly #active: Gauge<"controller">;
  readonly #controller: string;

  constructor(registry: Registry, controller: string, maxConcurrentReconciles: number) {
    const labels = { controller: [controller] };
    const failures = (name: string, help: string) =>
      counter(registry, { name: `controller_runtime_reconcile_${name}_total`, help, labels });
    this.#controller = controller;
    this.#reconciles = counter(registry, {
      name: "controller_runtime_reconcile_total",
      help: "Passes that ended, by result.",
      labels: { ...labels, result: RESULTS },
    });
    this.#failures = {
      any: failures("errors", "Passes that failed."),
      panic: failures(
        "panics",
        "Passes that broke off by a mistake in the program: please report it.",
      ),
      timeout: failures("timeouts", "Passes that were ended because they took too long."),
      terminal: counter(registry, {
        name: "controller_runtime_terminal_reconcile_errors_total",
        help: "Passes that failed and are not tried again until the object changes.",
        labels,
      }),
    };
    this.#durations = histogram(registry, {
      name: "controller_runtime_reconcile_time_seconds",
      help: "How long passes took.",
      labels,
      buckets: BUCKETS_IN_SECONDS,
    });
    this.#active = gauge(registry, {
      name: "controller_runtime_active_workers",
      help: "Passes that are running.",
      labels,
    });
    gauge(registry, {
      name: "controller_runtime_max_concurrent_reconciles",
      help: "How many passes may run at once.",
      labels,
    }).set({ controller }, maxConcurrentReconciles);
  }

  passStarted(): void {
    this.#active.inc({ controller: this.#controller });
  }

  passEnded({ result, durationInMs, error, isTerminal, isTimeout, isAbandoned }: EndedPass): void {
    const labels = { controller: this.#controller };
    this.#active.dec(labels);
    if (isAbandoned) return;
    this.#reconciles.inc({ ...labels, result });
    this.#durations.observe(labels, durationInMs / 1000);
    if (result === "error") this.#failures.any.inc(labels);
    if (isTerminal) this.#failures.terminal.inc(labels);
    if (isTimeout) this.#failures.timeout.inc(labels);
    if (isMistake(error)) this.#failures.panic.inc(labels);
  }
}

/** Whether only a mistake in the program can have thrown it. */
function isMistake(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
}
