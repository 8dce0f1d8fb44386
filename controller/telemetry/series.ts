import { Counter, Gauge, Histogram, type Registry } from "@prometheus-io/client";

/** What is common to all metrics that are made here. */
export interface MetricDefinition<Label extends string = never> {
  readonly name: string;
  readonly help: string;
  /** Label names with every value that they can have. */
  readonly labels?: Labels<Label>;
  /** Which combinations of label values can occur; without it, all of them. */
  readonly canOccur?: (series: Record<Label, string>) => boolean;
}

/** As the library calls it, which does not export it. */
type LabelValues<Label extends string> = Parameters<Counter<Label>["remove"]>[0];

type Labels<Label extends string> = Readonly<Record<Label, readonly string[]>>;

/**
 * Makes metrics of which every series exists from the start, at 0: `rate()` and `increase()` do not
 * see a series that is born with its first event, so an alert would miss it. For that the values of
 * labels are closed lists.
 */
export function counter<Label extends string = never>(
  registry: Registry,
  definition: MetricDefinition<Label>,
): Counter<Label> {
  const made = new Counter(configurationOf(registry, definition));
  for (const series of seriesOf(definition)) made.inc(series, 0);
  return made;
}

/** See {@link counter}. */
export function gauge<Label extends string = never>(
  registry: Registry,
  definition: MetricDefinition<Label> & { readonly collect?: () => number },
): Gauge<Label> {
  const { collect } = definition;
  const made: Gauge<Label> = new Gauge({
    ...configurationOf(registry, definition),
    ...(collect && {
      collect: () => {
        for (const series of seriesOf(definition)) made.set(series, collect());
      },
    }),
  });
  for (const series of seriesOf(definition)) made.set(series, 0);
  return made;
}

/** See {@link counter}. Buckets are in seconds, in rising order. */
export function histogram<Label extends string = never>(
  registry: Registry,
  definition: MetricDefinition<Label> & { readonly buckets: readonly number[] },
): Histogram<Label> {
  const made = new Histogram({
    ...configurationOf(registry, definition),
    buckets: [...definition.buckets],
  });
  for (const series of seriesOf(definition)) made.zero(series);
  return made;
}

function configurationOf<Label extends string>(
  registry: Registry,
  { name, help, labels }: MetricDefinition<Label>,
) {
  const labelNames = Object.keys(labels ?? {}) as Label[];
  return { name, help, labelNames, registers: [registry] };
}

/** Every combination of label values that can occur; without labels, the one series that has none. */
function seriesOf<Label extends string>({
  labels,
  canOccur = () => true,
}: MetricDefinition<Label>): readonly LabelValues<Label>[] {
  return Object.entries<readonly string[]>(labels ?? {})
    .reduce<readonly Record<string, string>[]>(
      (series, [label, values]) =>
        series.flatMap((each) => values.map((value) => ({ ...each, [label]: value }))),
      [{}],
    )
    .filter((series) => canOccur(series as Record<Label, string>)) as LabelValues<Label>[];
}
