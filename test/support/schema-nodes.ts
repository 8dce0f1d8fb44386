import type { StructuralSchema } from "../../controller/api/v1alpha1/structural-schema.ts";

/** A node of a schema with its place, such as `spec.apis[]`. */
export interface SchemaNode {
  readonly path: string;
  readonly schema: StructuralSchema;
}

/** `schema` and every node below it, parents first. */
export function schemaNodes(schema: StructuralSchema, path = ""): SchemaNode[] {
  const children = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    schemaNodes(child, path === "" ? name : `${path}.${name}`),
  );
  const items = schema.items === undefined ? [] : schemaNodes(schema.items, `${path}[]`);
  const values =
    schema.additionalProperties === undefined
      ? []
      : schemaNodes(schema.additionalProperties, `${path}{}`);
  return [{ path, schema }, ...children, ...items, ...values];
}
