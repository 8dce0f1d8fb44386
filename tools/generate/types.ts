import type { StructuralSchema } from "../../controller/api/v1alpha1/structural-schema.ts";
import type { ResourceDefinition } from "./resource-definition.ts";
import { GENERATED_NOTICE } from "./notice.ts";
import { TYPE_NAMES } from "./type-names.ts";

/**
 * The TypeScript module with the resource's types. Fields with a default are required: the types describe an object
 * after defaulting.
 *
 * @throws Error when an object in the schema has no name in `TYPE_NAMES`, or a name there is not used.
 */
export function generateTypes(definition: ResourceDefinition): string {
  const declarations = new Map<string, string>();
  const { properties = {} } = definition.schema;
  for (const part of ["spec", "status"]) {
    const schema = properties[part];
    if (schema === undefined) throw new Error(`the schema has no ${part}`);
    nameOfType(schema, part, declarations);
  }
  const unused = Object.keys(TYPE_NAMES).filter(
    (path) => !declarations.has(TYPE_NAMES[path] ?? ""),
  );
  if (unused.length > 0)
    throw new Error(`TYPE_NAMES names fields the schema lacks: ${unused.join(", ")}`);
  return (
    [GENERATED_NOTICE, objectDeclaration(definition), ...declarations.values()].join("\n\n") + "\n"
  );
}

function objectDeclaration({ group, version, kind, schema }: ResourceDefinition): string {
  return `${documentation(schema, "")}export interface ${kind} {
  apiVersion: "${group}/${version}";
  kind: "${kind}";
  metadata: ObjectMetadata;
  spec: ${kind}Spec;
  status?: ${kind}Status;
}

/** The part of the standard object metadata that is read here; what else a manifest holds stays in it. */
export interface ObjectMetadata {
  name: string;
  namespace: string;
  uid?: string;
  generation?: number;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}`;
}

/** The type expression for `schema`; declares the named types it meets in `declarations`. */
function nameOfType(
  schema: StructuralSchema,
  path: string,
  declarations: Map<string, string>,
): string {
  if (schema.type === "array") {
    if (schema.items === undefined) throw new Error(`${path} has no items`);
    const item = nameOfType(schema.items, `${path}[]`, declarations);
    return item.includes("|") ? `(${item})[]` : `${item}[]`;
  }
  const name = TYPE_NAMES[path];
  if (schema.type === "object") {
    if (name === undefined) throw new Error(`TYPE_NAMES lacks a name for ${path}`);
    declarations.set(name, "");
    declarations.set(name, interfaceDeclaration(name, schema, path, declarations));
    return name;
  }
  const plain = plainType(schema);
  if (name === undefined) return plain;
  declarations.set(name, `${documentation(schema, "")}export type ${name} = ${plain};`);
  return name;
}

function interfaceDeclaration(
  name: string,
  schema: StructuralSchema,
  path: string,
  declarations: Map<string, string>,
): string {
  const fields = Object.entries(schema.properties ?? {}).map(([field, child]) => {
    const isPresent = schema.required?.includes(field) === true || child.default !== undefined;
    const type = nameOfType(child, `${path}.${field}`, declarations);
    return `${documentation(child, "  ")}  ${field}${isPresent ? "" : "?"}: ${type};`;
  });
  return `${documentation(schema, "")}export interface ${name} {\n${fields.join("\n")}\n}`;
}

function plainType(schema: StructuralSchema): string {
  if (schema.enum !== undefined)
    return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  return schema.type === "integer" ? "number" : schema.type;
}

function documentation(schema: StructuralSchema, indent: string): string {
  const { description = "", default: fallback } = schema;
  const isPlainDefault = fallback !== undefined && typeof fallback !== "object";
  const text = isPlainDefault
    ? `${description} Default: ${JSON.stringify(fallback)}.`
    : description;
  return text === "" ? "" : `${indent}/** ${text.replaceAll("*/", "*\\/")} */\n`;
}
