import type { Counter, Histogram, Registry } from "@prometheus-io/client";
import type { Lane, QueueObserver } from "../kubernetes/controller-observer.ts";
import { counter, gauge, histogram } from "./series.ts";

type QueueLabel = "name" | "controller";

/** What a queue can be asked, now. */
export interface QueueState {
  /** How many keys are ready and in nobody's hands. */
  readonly depth: number;
  /** For how long each key was in hand that still is. */
  readonly workInHandInMs: readonly number[];
}

const WAIT_BUCKETS_IN_SECONDS = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];
const WORK_BUCKETS_IN_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Metrics of a work queue, under client-go's names. */
export class QueueMetrics implements QueueObserver {
  readonly #labels: Readonly<Record<QueueLabel, string>>;
  readonly #adds: Counter<QueueLabel>;
  readonly #retries: Counter<QueueLabel>;
  readonly #waits: Histogram<QueueLabel>;
  readonly #work: Histogram<QueueLabel>;
  #queue: QueueState = { depth: 0, workInHandInMs: [] };

  /** @param name of the queue and of its controller: one queue serves one controller. */
  constructor(registry: Registry, name: string) {
    const labels = { name: [name], controller: [name] };
    this.#labels = { name, controller: name };
    this.#adds = counter(registry, {
      name: "workqueue_adds_total",
      help: "Keys that were added to the queue.",
      labels,
    });
    this.#retries = counter(registry, {
      name: "workqueue_retries_total",
      help: "Keys that were added again after a failure.",
      labels,
    });
    this.#waits = histogram(registry, {
      name: "workqueue_queue_duration_seconds",
      help: "How long keys waited in the queue.",
      labels,
      buckets: WAIT_BUCKETS_IN_SECONDS,
    });
    this.#work = histogram(registry, {
      name: "workqueue_work_duration_seconds",
      help: "How long the work on a key took.",
      labels,
      buckets: WORK_BUCKETS_IN_SECONDS,
    });
    gauge(registry, {
      name: "workqueue_depth",
      help: "Keys that wait in the queue.",
      labels,
      collect: () => this.#queue.depth,
    });
    gauge(registry, {
      name: "workqueue_unfinished_work_seconds",
      help: "For how long the keys in hand have been worked on, all together.",
      labels,
      collect: () => this.#queue.workInHandInMs.reduce((sum, age) => sum + age, 0) / 1000,
    });
    gauge(registry, {
      name: "workqueue_longest_running_processor_seconds",
      help: "For how long the oldest key in hand has been worked on.",
      labels,
      collect: () => Math.max(0, ...this.#queue.workInHandInMs) / 1000,
    });
  }

  /** From now on the gauges are read from this queue. */
  watch(queue: QueueState): void {
    this.#queue = queue;
  }

  queueAdded(): void {
    this.#adds.inc(this.#labels);
  }

  queueRetried(): void {
    this.#retries.inc(this.#labels);
  }

  queueTaken(_lane: Lane, waitedInMs: number): void {
    this.#waits.observe(this.#labels, waitedInMs / 1000);
  }

  queueDone(workedInMs: number): void {
    this.#work.observe(this.#labels, workedInMs / 1000);
  }
}
