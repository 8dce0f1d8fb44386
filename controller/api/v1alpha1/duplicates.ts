import { isJsonObject, ownField } from "./json-object.ts";
import { describeFound, type Problem } from "./problem.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** A problem for each entry that repeats an earlier one of its list, in lists of the types `map` and `set`. */
export function findDuplicates(value: unknown, schema: StructuralSchema, path: string): Problem[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return [];
    const nested = value.flatMap((item, index) => findDuplicates(item, items, `${path}[${index}]`));
    return [...duplicatesInList(value, schema, path), ...nested];
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    findDuplicates(ownField(value, name), child, path === "" ? name : `${path}.${name}`),
  );
}

function duplicatesInList(list: unknown[], schema: StructuralSchema, path: string): Problem[] {
  const keys = schema["x-kubernetes-list-map-keys"];
  const isSet = schema["x-kubernetes-list-type"] === "set";
  if (keys === undefined && !isSet) return [];
  const firstSeen = new Map<string, number>();
  return list.flatMap((item, index) => {
    const identity = identityOf(item, keys);
    if (identity === undefined) return [];
    const first = firstSeen.get(identity);
    if (first === undefined) {
      firstSeen.set(identity, index);
      return [];
    }
    return [
      {
        path: `${path}[${index}]`,
        found: describeFound(item),
        allowed:
          keys === undefined ? "different entries" : `entries that differ in ${keys.join(", ")}`,
        message: `repeats ${path}[${first}]`,
      },
    ];
  });
}

/** What makes an entry the same as another; undefined for entries whose form the schema refuses anyway. */
function identityOf(item: unknown, keys: readonly string[] | undefined): string | undefined {
  if (keys === undefined) return typeof item === "string" ? item : undefined;
  if (!isJsonObject(item)) return undefined;
  const values = keys.map((key) => ownField(item, key));
  return values.every((value) => typeof value === "string") ? JSON.stringify(values) : undefined;
}
