import type { EventNotice, KubernetesEvent } from "./event-record.ts";
import { keyOf } from "./object.ts";

/** Notices that differ at most in their note and their time: one Event with a count. */
export interface Series {
  readonly notice: EventNotice;
  /** As it was sent; absent until then. */
  stored?: KubernetesEvent;
  count: number;
  /** How many the API server knows of. */
  told: number;
  readonly firstSeenAt: number;
  lastSeenAt: number;
  /** When the API server is told of repetitions. */
  tellAt: number;
}

/** What becomes of a notice: a new event, one more of a series, or nothing. */
export type Ruling =
  | { readonly kind: "new"; readonly series: Series }
  | { readonly kind: "counted" }
  | { readonly kind: "too many" };

/** As client-go's recorder: a series ends after 6 minutes of quiet, and is told of every 30 minutes. */
const QUIET_IN_MS = 6 * 60_000;
const REFRESH_IN_MS = 30 * 60_000;
/** The first repetitions are told soon, a burst of them at once. */
const FIRST_TELL_IN_MS = 10_000;
/** As client-go's spam filter: so many new events for one object, then one every 5 minutes. */
const BURST = 25;
const REFILL_IN_MS = 5 * 60_000;
/** More series or objects than this are forgotten, those first that were quiet for longest. */
const MOST_KEPT = 2000;

/** Decides which notices become events. Times are of the local monotonic clock. */
export class SeriesBook {
  readonly #series = new Map<string, Series>();
  /** For each object, when its tokens will all be there again. */
  readonly #fullAt = new Map<string, number>();

  note(notice: EventNotice, now: number): Ruling {
    const key = seriesKey(notice);
    const known = this.#series.get(key);
    this.#series.delete(key);
    if (known !== undefined && now < known.lastSeenAt + QUIET_IN_MS) {
      this.#series.set(key, known);
      known.count++;
      known.lastSeenAt = now;
      const tellInMs = known.told <= 1 ? FIRST_TELL_IN_MS : REFRESH_IN_MS;
      known.tellAt = Math.min(known.tellAt, now + tellInMs);
      return { kind: "counted" };
    }
    if (!this.#admit(subject(notice), now)) return { kind: "too many" };
    const times = { firstSeenAt: now, lastSeenAt: now, tellAt: Infinity };
    const series = { notice, count: 1, told: 0, ...times };
    this.#series.set(key, series);
    keepNewest(this.#series);
    return { kind: "new", series };
  }

  /** The series that the API server is to be told of now; those that are over are forgotten. */
  due(now: number): readonly Series[] {
    const due = [];
    for (const [key, series] of this.#series) {
      const isOver = now >= series.lastSeenAt + QUIET_IN_MS;
      if (isOver) this.#series.delete(key);
      if (series.told > 0 && series.count > series.told && (isOver || now >= series.tellAt)) {
        due.push(series);
      }
    }
    return due;
  }

  /** All series that the API server does not know the end of. */
  get untold(): readonly Series[] {
    return [...this.#series.values()].filter(({ told, count }) => told > 0 && count > told);
  }

  /** When something is due next. */
  get nextDueAt(): number {
    return Math.min(
      ...this.untold.map((each) => Math.min(each.tellAt, each.lastSeenAt + QUIET_IN_MS)),
    );
  }

  /** Lets a series go that could not be told: the next of its notices begins another. */
  forget({ notice }: Series): void {
    this.#series.delete(seriesKey(notice));
  }

  #admit(subject: string, now: number): boolean {
    const fullAt = Math.max(this.#fullAt.get(subject) ?? now, now) + REFILL_IN_MS;
    if (fullAt > now + BURST * REFILL_IN_MS) return false;
    this.#fullAt.delete(subject);
    this.#fullAt.set(subject, fullAt);
    keepNewest(this.#fullAt);
    return true;
  }
}

function keepNewest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST_KEPT && oldest !== undefined) map.delete(oldest);
}

function seriesKey(notice: EventNotice): string {
  return JSON.stringify([subject(notice), notice.type, notice.reason, notice.action]);
}

function subject({ scope, regarding }: EventNotice): string {
  return scope ?? `${regarding.kind} ${keyOf(regarding)} ${regarding.metadata.uid}`;
}
