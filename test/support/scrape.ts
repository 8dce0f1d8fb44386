/** One sample of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a scrape answered. */
export interface Scrape {
  readonly all: readonly Sample[];
  /** The samples of a name whose labels hold these. */
  series(name: string, labels?: Readonly<Record<string, string>>): readonly Sample[];
  /** The value of the one such sample. @throws {Error} when there is none, or more than one. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)/gy;

/** Scrapes metrics as Prometheus does: in its text format, which is read strictly. */
export async function scrape(metrics: { text(): Promise<string> }): Promise<Scrape> {
  return parseScrape(await metrics.text());
}

/** @throws {Error} naming a line that is not of Prometheus' text format. */
export function parseScrape(text: string): Scrape {
  const all = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(parseSample);
  const series: Scrape["series"] = (name, labels = {}) =>
    all.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  return {
    all,
    series,
    value: (name, labels) => {
      const found = series(name, labels);
      const [only] = found;
      if (only === undefined || found.length > 1) {
        throw new Error(`${found.length} series of ${name} ${JSON.stringify(labels ?? {})}`);
      }
      return only.value;
    },
  };
}

function parseSample(line: string): Sample {
  const [, name = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
  const parts = [...labels.matchAll(LABEL)];
  const isWhole = parts.reduce((length, [part]) => length + part.length, 0) === labels.length;
  const number = numberOf(value);
  if (name === "" || !isWhole || number === undefined) throw new Error(`not a sample: ${line}`);
  return {
    name,
    value: number,
    labels: Object.fromEntries(
      parts.map(([, label = "", text = ""]) => [label, text.replaceAll(/\\(.)/g, unescape)]),
    ),
  };
}

function unescape(_escaped: string, character: string): string {
  return character === "n" ? "\n" : character;
}

function numberOf(text: string): number | undefined {
  if (text === "+Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  if (text === "Nan" || text === "NaN") return Number.NaN;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}
