import { isJsonObject, ownField } from "./json-object.ts";
import { describeFound, type Problem } from "./problem.ts";
import { isSecretName } from "./secret-words.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** A problem for each field in `value` that the schema does not know, as strict field validation has it. */
export function findUnknownFields(
  value: unknown,
  schema: StructuralSchema,
  path: string,
): Problem[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return [];
    return value.flatMap((item, index) => findUnknownFields(item, items, `${path}[${index}]`));
  }
  const { properties } = schema;
  if (!isJsonObject(value) || properties === undefined) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const childSchema = ownField(properties, name);
    const childPath = path === "" ? name : `${path}.${name}`;
    if (childSchema !== undefined) return findUnknownFields(child, childSchema, childPath);
    return [
      {
        path: childPath,
        found: isSecretName(name) ? "a value that is not shown here" : describeFound(child),
        allowed: `the fields ${Object.keys(properties).join(", ")}`,
        message: "is an unknown field",
      },
    ];
  });
}
