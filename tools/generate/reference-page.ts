import type {
  StructuralSchema,
  ValidationRule,
} from "../../controller/api/v1alpha1/structural-schema.ts";
import type { ResourceDefinition } from "./resource-definition.ts";

/** The page that explains every field: one section per object, with a table of its fields and the rules it obeys. */
export function generateReferencePage(definition: ResourceDefinition): string {
  const { group, version, kind, plural, shortName, isNamespaced, schema } = definition;
  const { spec, status } = schema.properties ?? {};
  if (spec === undefined) throw new Error("the schema lacks spec");
  const scope = isNamespaced ? "namespaced" : "cluster-scoped";
  return (
    [
      `# ${kind}`,
      "<!-- Generated from crds/ by `npm run generate`. Do not edit. -->",
      schema.description,
      `\`apiVersion: ${group}/${version}\`, \`kind: ${kind}\`; ${scope}; \`kubectl get ${plural}\`, short \`${shortName}\`. ` +
        "Unknown fields are refused. Complete manifests: [examples](../examples/).",
      ...rules(schema, []),
      ...sections(spec, "spec"),
      ...(status === undefined ? [] : sections(status, "status")),
    ].join("\n\n") + "\n"
  );
}

function sections(schema: StructuralSchema, path: string): string[] {
  const fields = Object.entries(schema.properties ?? {});
  const rows = fields.map(([name, child]) => fieldRow(name, child, path, schema));
  const own = [
    `## ${path}`,
    schema.description ?? "",
    ["| Field | Type | Default | Meaning |", "| --- | --- | --- | --- |", ...rows].join("\n"),
  ];
  return [
    ...own,
    ...rules(schema, fields),
    ...fields.flatMap(([name, child]) => nested(child, `${path}.${name}`)),
  ];
}

function nested(schema: StructuralSchema, path: string): string[] {
  if (isMap(schema)) return [];
  if (schema.type === "object") return sections(schema, path);
  return schema.items?.type === "object" ? sections(schema.items, `${path}[]`) : [];
}

function fieldRow(
  name: string,
  schema: StructuralSchema,
  path: string,
  parent: StructuralSchema,
): string {
  const isRequired = parent.required?.includes(name) === true;
  const cells = [
    code(name),
    fieldType(schema, `${path}.${name}`),
    isRequired ? "required" : fieldDefault(schema),
    schema.description ?? "",
  ];
  return `| ${cells.map(escapeText).join(" | ")} |`;
}

/** The default; empty for an object, whose fields tell theirs. */
function fieldDefault({ type, default: fallback }: StructuralSchema): string {
  if (fallback === undefined || type === "object") return "";
  return code(typeof fallback === "string" ? fallback : JSON.stringify(fallback));
}

function isMap(schema: StructuralSchema): boolean {
  return schema.additionalProperties !== undefined;
}

function fieldType(schema: StructuralSchema, path: string): string {
  if (schema.additionalProperties !== undefined) {
    const { additionalProperties: value, maxProperties } = schema;
    return `map of ${fieldType(value, path)}, at most ${maxProperties}`;
  }
  if (schema.type === "object") return `[object](#${anchor(path)})`;
  if (schema.type === "array") {
    const { items, minItems = 0, maxItems } = schema;
    if (items === undefined) throw new Error(`${path} has no items`);
    const item =
      items.type === "object" ? `[objects](#${anchor(`${path}[]`)})` : fieldType(items, path);
    return `list of ${item}, ${minItems} to ${maxItems}`;
  }
  if (schema.enum !== undefined) return schema.enum.map(code).join(", ");
  if (schema.type === "integer") return `integer, ${schema.minimum} to ${schema.maximum}`;
  if (schema.format === "date-time") return "time";
  return schema.type;
}

/** What CEL demands of the fields in an object's table, as a list of sentences. */
function rules(schema: StructuralSchema, fields: [string, StructuralSchema][]): string[] {
  const sentences = [
    ...rulesOf(schema).flatMap(({ fieldPath, message }) =>
      fieldPath === undefined ? [] : [sentence(fieldPath.slice(1), message)],
    ),
    ...fields.flatMap(([name, child]) => [
      ...rulesOfWhole(name, child),
      ...(child.items === undefined ? [] : rulesOfWhole(`${name}[]`, child.items)),
    ]),
  ];
  return ruleList(sentences);
}

function ruleList(sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [["Rules:", "", ...sentences].join("\n")];
}

/** The rules about a value as a whole; those about one of its fields stand in the value's own section. */
function rulesOfWhole(name: string, schema: StructuralSchema): string[] {
  const whole = rulesOf(schema).filter(({ fieldPath }) => fieldPath === undefined);
  return whole.map(({ message }) => sentence(name, message));
}

function rulesOf(schema: StructuralSchema): readonly ValidationRule[] {
  return schema["x-kubernetes-validations"] ?? [];
}

function sentence(subject: string, message: string): string {
  return `- \`${subject}\` ${escapeText(message)}.`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** GitHub's anchor of a heading: lower case, punctuation dropped. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z0-9 -]/g, "");
}

/** Text that neither ends a table cell nor opens an HTML element. */
function escapeText(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
