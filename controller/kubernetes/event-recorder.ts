import { randomUUID } from "node:crypto";
import { backOffInMs } from "./back-off.ts";
import type { KubernetesClient } from "./client.ts";
import type { Clock } from "./clock.ts";
import { isKind } from "./errors.ts";
import {
  buildEvent,
  buildSeries,
  EVENTS,
  type EventNotice,
  type KubernetesEvent,
  type Reporter,
} from "./event-record.ts";
import { SeriesBook, type Series } from "./event-series.ts";

export interface EventRecorderOptions {
  readonly client: KubernetesClient;
  readonly reporter: Reporter;
  readonly clock: Clock;
  /** Answers from 0 to 1. */
  readonly random: () => number;
  readonly observer?: EventObserver;
  readonly newId?: () => string;
}

export interface EventObserver {
  /** A notice or a count is lost: nobody sees it. */
  eventDropped?(why: "too many" | "queue full" | "failed", error?: unknown): void;
}

const MOST_QUEUED = 1000;
const ATTEMPTS = 5;
const BACK_OFF = { firstInMs: 1000, longestInMs: 30_000 };
const CALL_LIMIT_IN_MS = 5000;
const FLUSH_LIMIT_IN_MS = 2000;

/**
 * Tells of what happened by Events, which nobody waits for: an event that cannot be stored is lost, and
 * delays or fails nothing. Repetitions are counted, not told again.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #newId: () => string;
  readonly #book = new SeriesBook();
  readonly #queue: Series[] = [];
  #wake = Promise.withResolvers<void>();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#newId = options.newId ?? (() => randomUUID().replaceAll("-", "").slice(0, 16));
  }

  /** Takes a notice in; it is sent by {@link run}. Never throws. */
  record(notice: EventNotice): void {
    const ruling = this.#book.note(notice, this.#now());
    if (ruling.kind === "too many") this.#drop("too many");
    if (ruling.kind === "new") this.#enqueue(ruling.series);
    this.#wake.resolve();
  }

  /** Sends events until the signal aborts, then what is left, within 2 s. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers();
      if (this.#queue.length === 0) this.#queue.push(...this.#book.due(this.#now()));
      const [next] = this.#queue;
      if (next === undefined) await this.#rest(signal);
      else if (await this.#tell(next, signal)) this.#queue.shift();
    }
    await this.#flush();
  }

  #enqueue(series: Series): void {
    if (this.#queue.length < MOST_QUEUED) this.#queue.push(series);
    else {
      this.#book.forget(series);
      this.#drop("queue full");
    }
  }

  /** Until there is something to send. */
  async #rest(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const over = new AbortController();
    const end = () => over.abort();
    signal.addEventListener("abort", end, { once: true });
    const untilDue = clock.sleep(this.#book.nextDueAt - this.#now(), over.signal).catch(() => {});
    await Promise.race([untilDue, this.#wake.promise]);
    signal.removeEventListener("abort", end);
    over.abort();
  }

  /** Sends with patience; answers whether that is over, with success or without. */
  async #tell(series: Series, signal: AbortSignal): Promise<boolean> {
    const { clock, random } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#send(series, signal);
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        const isTransient = isKind(error, "Busy", "Unreachable", "ServerError", "Unauthorized");
        if (!isTransient || attempt === ATTEMPTS) {
          this.#book.forget(series);
          this.#drop("failed", error);
          return true;
        }
        const pauseInMs = backOffInMs(attempt, random(), BACK_OFF);
        await clock.sleep(pauseInMs, signal).catch(() => {});
        if (signal.aborted) return false;
      }
    }
  }

  async #send(series: Series, signal: AbortSignal): Promise<void> {
    if (series.told === 0) await this.#create(series, signal);
    else await this.#count(series, signal);
  }

  async #create(series: Series, signal: AbortSignal): Promise<void> {
    const { client, reporter } = this.#options;
    const at = this.#wallTime(series.firstSeenAt);
    // Kept, so that a second attempt meets what a first one may have stored.
    series.stored ??= buildEvent(series.notice, { reporter, id: this.#newId(), at });
    const event = withSeries(series.stored, series.count, this.#wallTime(series.lastSeenAt));
    const { count } = series;
    series.tellAt = Infinity;
    try {
      await client.create(EVENTS, event, { signal, timeoutInMs: CALL_LIMIT_IN_MS });
      series.told = count;
    } catch (error) {
      if (!isKind(error, "AlreadyExists")) throw error;
      series.told = 1;
    }
  }

  async #count(series: Series, signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    const { count, stored } = series;
    const { namespace, name = "" } = stored?.metadata ?? {};
    const patch = { series: buildSeries(count, this.#wallTime(series.lastSeenAt)) };
    const options = { signal, timeoutInMs: CALL_LIMIT_IN_MS };
    series.tellAt = Infinity;
    try {
      await client.mergePatch(EVENTS, { namespace, name }, patch, options);
      series.told = count;
    } catch (error) {
      if (!isKind(error, "NotFound")) throw error;
      // Events are kept for an hour: this one is told anew.
      delete series.stored;
      series.told = 0;
      await this.#create(series, signal);
    }
  }

  async #flush(): Promise<void> {
    const { clock } = this.#options;
    const limit = new AbortController();
    const over = new AbortController();
    const end = clock.sleep(FLUSH_LIMIT_IN_MS, over.signal).catch(() => {});
    const flushing = (async () => {
      for (const series of this.#queue.splice(0)) await this.#try(series, limit.signal);
      for (const series of this.#book.untold) await this.#try(series, limit.signal);
    })();
    await Promise.race([flushing, end]);
    limit.abort();
    over.abort();
  }

  async #try(series: Series, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      await this.#send(series, signal);
    } catch (error) {
      this.#drop("failed", error);
    }
  }

  #drop(why: Parameters<NonNullable<EventObserver["eventDropped"]>>[0], error?: unknown): void {
    this.#options.observer?.eventDropped?.(why, error);
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  #wallTime(at: number): number {
    return this.#options.clock.now() - (this.#now() - at);
  }
}

function withSeries(event: KubernetesEvent, count: number, at: number): KubernetesEvent {
  return count < 2 ? event : { ...event, series: buildSeries(count, at) };
}
