import { isJsonObject, ownField } from "./json-object.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/**
 * `value` with the schema's defaults filled in, as a new object; the argument stays as it is.
 *
 * Follows the API server: a null in a field that has a default becomes the default, a null in another field, or
 * in a map, counts as absent, a null in a list stays. Defaults are filled into defaults.
 * Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/defaulting.
 */
export function applyDefaults(value: unknown, schema: StructuralSchema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => applyDefaults(item, items));
  }
  if (!isJsonObject(value)) return value;
  const properties = schema.properties ?? {};
  const schemaOf = (name: string) => ownField(properties, name) ?? schema.additionalProperties;
  const present = Object.entries(value).filter(
    ([name, child]) => child !== null || schemaOf(name) === undefined,
  );
  const names = new Set(present.map(([name]) => name));
  const missing = Object.entries(properties).filter(
    ([name, child]) => !names.has(name) && child.default !== undefined,
  );
  return Object.fromEntries([
    ...present.map(([name, child]): [string, unknown] => {
      const childSchema = schemaOf(name);
      return [name, childSchema === undefined ? child : applyDefaults(child, childSchema)];
    }),
    ...missing.map(([name, child]): [string, unknown] => [
      name,
      applyDefaults(child.default, child),
    ]),
  ]);
}
