import type { StructuralSchema } from "../../controller/api/v1alpha1/structural-schema.ts";
import type { ResourceDefinition } from "./resource-definition.ts";
import { GENERATED_NOTICE } from "./notice.ts";
import type { TypeNames } from "./type-names.ts";

/** The types that are being declared, by name, and the names they may have, by field path. */
interface Declarations {
  readonly declared: Map<string, string>;
  readonly names: TypeNames;
}

/**
 * The TypeScript module with the resource's types. Fields with a default are required: the types describe an object
 * after defaulting.
 *
 * @throws Error when an object in the schema has no name in `names`, or a name there is not used.
 */
export function generateTypes(definition: ResourceDefinition, names: TypeNames): string {
  const declarations: Declarations = { declared: new Map(), names };
  const { spec, status } = definition.schema.properties ?? {};
  if (spec === undefined) throw new Error("the schema has no spec");
  nameOfType(spec, "spec", declarations);
  if (status !== undefined) nameOfType(status, "status", declarations);
  const { declared } = declarations;
  const unused = Object.keys(names).filter((path) => !declared.has(names[path] ?? ""));
  if (unused.length > 0)
    throw new Error(`names of types for fields that the schema lacks: ${unused.join(", ")}`);
  return (
    [GENERATED_NOTICE, objectDeclaration(definition), ...declared.values()].join("\n\n") + "\n"
  );
}

function objectDeclaration(definition: ResourceDefinition): string {
  const { group, version, kind, isNamespaced, schema } = definition;
  const status = schema.properties?.["status"] === undefined ? "" : `\n  status?: ${kind}Status;`;
  return `${documentation(schema, "")}export interface ${kind} {
  apiVersion: "${group}/${version}";
  kind: "${kind}";
  metadata: ObjectMetadata;
  spec: ${kind}Spec;${status}
}

/** The part of the standard object metadata that is read here; what else a manifest holds stays in it. */
export interface ObjectMetadata {
  name: string;${isNamespaced ? "\n  namespace: string;" : ""}
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

/** The type expression for `schema`; declares the named types it meets. */
function nameOfType(schema: StructuralSchema, path: string, declarations: Declarations): string {
  if (schema.type === "array") {
    if (schema.items === undefined) throw new Error(`${path} has no items`);
    const item = nameOfType(schema.items, `${path}[]`, declarations);
    return item.includes("|") ? `(${item})[]` : `${item}[]`;
  }
  if (schema.additionalProperties !== undefined)
    return `Record<string, ${nameOfType(schema.additionalProperties, `${path}{}`, declarations)}>`;
  const { declared, names } = declarations;
  const name = names[path];
  if (schema.type === "object") {
    if (name === undefined) throw new Error(`the type of ${path} lacks a name`);
    declared.set(name, "");
    declared.set(name, interfaceDeclaration(name, schema, path, declarations));
    return name;
  }
  const plain = plainType(schema);
  if (name === undefined) return plain;
  declared.set(name, `${documentation(schema, "")}export type ${name} = ${plain};`);
  return name;
}

function interfaceDeclaration(
  name: string,
  schema: StructuralSchema,
  path: string,
  declarations: Declarations,
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
