import { setImmediate as breath } from "node:timers/promises";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";

/** A gauge that has series of each object. */
export interface ObjectGauge {
  readonly name: string;
  readonly help: string;
  /** Tells an object's values, with the labels besides `namespace` and `name`. */
  readonly tell: (
    object: SecuredFunctionBackend,
    set: (labels: Readonly<Record<string, string>>, value: number) => void,
  ) => void;
}

const OBJECTS_AT_A_TIME = 50;

/**
 * Writes gauges of objects in Prometheus' text format, of a few objects at a time. The registry of the
 * client library would write all of them at once: half a second for a thousand objects, in which no
 * lease is renewed.
 */
export async function writeObjectSeries(
  gauges: readonly ObjectGauge[],
  objects: readonly SecuredFunctionBackend[],
): Promise<string> {
  const lines: string[] = [];
  for (const { name, help, tell } of gauges) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`);
    for (let start = 0; start < objects.length; start += OBJECTS_AT_A_TIME) {
      for (const object of objects.slice(start, start + OBJECTS_AT_A_TIME)) {
        const { metadata } = object;
        const own = `${label("namespace", metadata.namespace)},${label("name", metadata.name)}`;
        tell(object, (labels, value) => {
          const others = Object.entries(labels).map(([key, text]) => `,${label(key, text)}`);
          lines.push(`${name}{${own}${others.join("")}} ${value}`);
        });
      }
      await breath();
    }
    lines.push("");
  }
  return lines.join("\n");
}

/** Escaped as the format asks: "Text-based format", prometheus.io. */
function label(name: string, value: string): string {
  const escaped = value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `${name}="${escaped}"`;
}
