import type { Sample, Scrape } from "../support/scrape.ts";

/** What one target answered each minute, by instance; absent: it could not be scraped. */
export type Minute = Readonly<Record<string, Scrape | undefined>>;

/** A series as promtool takes it. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** Labels that Prometheus adds to what it scrapes; those of the sample win, as with `honorLabels`. */
export type TargetLabels = (instance: string) => Readonly<Record<string, string>>;

const ABSENT = "_";
/** What Prometheus writes when a series is missing from a scrape: it is gone at once. */
const GONE = "stale";

/** Real scrapes, minute by minute, as Prometheus would have stored them. */
export class Timeline {
  readonly #minutes: Minute[] = [];

  /** The number of minutes so far: the first is 0. */
  get length(): number {
    return this.#minutes.length;
  }

  /** Puts down what a scrape said, for as long as scrapes would have said the same. */
  put(minute: Minute, times = 1): void {
    for (let count = 0; count < times; count += 1) this.#minutes.push(minute);
  }

  /** The series whose names a rule can mean. */
  series(labelsOf: TargetLabels, isMeant: (name: string) => boolean): readonly InputSeries[] {
    const values = new Map<string, string[]>();
    for (const [index, minute] of this.#minutes.entries()) {
      for (const [instance, scrape] of Object.entries(minute)) {
        for (const sample of scrape?.all ?? []) {
          if (!isMeant(sample.name)) continue;
          const key = seriesOf(sample, labelsOf(instance));
          const column = values.get(key) ?? [];
          values.set(key, column);
          while (column.length < index) column.push(missing(column));
          column[index] = String(sample.value);
        }
      }
    }
    return [...values].map(([series, column]) => {
      if (column.length < this.length) column.push(missing(column));
      return { series, values: column.join(" ") };
    });
  }
}

function missing(column: readonly string[]): string {
  const last = column.at(-1);
  return last === undefined || last === ABSENT || last === GONE ? ABSENT : GONE;
}

function seriesOf({ name, labels }: Sample, target: Readonly<Record<string, string>>): string {
  const pairs = Object.entries({ ...target, ...labels }).map(
    ([label, value]) => `${label}=${JSON.stringify(value)}`,
  );
  return `${name}{${pairs.join(",")}}`;
}
