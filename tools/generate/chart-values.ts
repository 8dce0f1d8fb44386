import { parse } from "yaml";

/** A value of the chart, as a user sets it. */
export interface ChartValue {
  /** E.g. `image.repository`. */
  readonly path: string;
  readonly default: unknown;
  readonly description: string;
}

const KEY = /^(?<indent> *)(?<key>\w+):(?<rest>.*)$/u;
const COMMENT = /^ *# ?(?<text>.*)$/u;
const DESCRIPTION = "-- ";

interface Level {
  readonly key: string;
  readonly indent: number;
  readonly isDescribed: boolean;
}

/**
 * The values of a `values.yaml` in which a comment that begins with `# --` describes the key below it.
 *
 * @throws {Error} naming a key that holds no further keys and has no description.
 */
export function readChartValues(text: string): readonly ChartValue[] {
  const defaults: unknown = parse(text);
  const values: ChartValue[] = [];
  let path: readonly Level[] = [];
  let comment: readonly string[] = [];
  for (const line of text.split("\n")) {
    const words = COMMENT.exec(line)?.groups?.["text"];
    if (words !== undefined) {
      comment = words.startsWith(DESCRIPTION) ? [words] : [...comment, words];
      continue;
    }
    const { indent = "", key, rest } = KEY.exec(line)?.groups ?? {};
    if (key !== undefined) {
      const above = path.filter((level) => level.indent < indent.length);
      const isDescribed = comment[0]?.startsWith(DESCRIPTION) ?? false;
      path = [...above, { key, indent: indent.length, isDescribed }];
      const name = path.map((level) => level.key).join(".");
      if (isDescribed) {
        const description = comment.join(" ").slice(DESCRIPTION.length);
        values.push({ path: name, default: valueAt(defaults, path), description });
      } else if (rest !== "" && !above.some((level) => level.isDescribed)) {
        throw new Error(`values.yaml: ${name} has no description: write "# -- ..." above it`);
      }
    }
    comment = [];
  }
  return values;
}

function valueAt(root: unknown, path: readonly Level[]): unknown {
  return path.reduce<unknown>(
    (value, { key }) => (value as Readonly<Record<string, unknown>>)[key],
    root,
  );
}
