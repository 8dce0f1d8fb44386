import { describe, expect, test } from "vitest";
import { RESOURCE_SCHEMA } from "../../controller/api/v1alpha1/schema.generated.ts";
import type { StructuralSchema } from "../../controller/api/v1alpha1/structural-schema.ts";
import type { ResourceDefinition } from "./resource-definition.ts";
import { BACKEND_TYPE_NAMES } from "./type-names.ts";
import { generateTypes } from "./types.ts";

const DEFINITION: ResourceDefinition = {
  group: "securedbackend.dev",
  version: "v1alpha1",
  kind: "SecuredFunctionBackend",
  plural: "securedfunctionbackends",
  shortName: "sfb",
  isNamespaced: true,
  schema: RESOURCE_SCHEMA,
};

/** The resource's definition with `fields` added to its spec. */
function withSpecFields(fields: Record<string, StructuralSchema>): ResourceDefinition {
  const properties = RESOURCE_SCHEMA.properties ?? {};
  const spec = { type: "object", ...properties["spec"] } satisfies StructuralSchema;
  const widened = { ...spec, properties: { ...spec.properties, ...fields } };
  return {
    ...DEFINITION,
    schema: { ...RESOURCE_SCHEMA, properties: { ...properties, spec: widened } },
  };
}

describe("generateTypes", () => {
  test.each([
    ["an optional field", { note: { type: "string" } }, "note?: string;"],
    [
      "a field with a default, which is always there",
      { note: { type: "string", default: "" } },
      "note: string;",
    ],
    ["a number", { size: { type: "integer" } }, "size?: number;"],
    [
      "a map",
      { tags: { type: "object", additionalProperties: { type: "string" }, default: {} } },
      "tags: Record<string, string>;",
    ],
    ["an enumeration", { size: { type: "string", enum: ["S", "L"] } }, 'size?: "S" | "L";'],
    [
      "a list of an enumeration",
      { sizes: { type: "array", items: { type: "string", enum: ["S", "L"] } } },
      'sizes?: ("S" | "L")[];',
    ],
    [
      "what the field means",
      { note: { type: "string", description: "Any text.", default: "-" } },
      '/** Any text. Default: "-". */\n  note: string;',
    ],
  ] satisfies [string, Record<string, StructuralSchema>, string][])(
    "writes %s",
    (_what, fields, wanted) => {
      expect(generateTypes(withSpecFields(fields), BACKEND_TYPE_NAMES)).toContain(wanted);
    },
  );

  test("names a required field as required", () => {
    expect(generateTypes(DEFINITION, BACKEND_TYPE_NAMES)).toContain(
      "  functionApp: FunctionAppReference;",
    );
  });

  test("refuses an object without a name", () => {
    const definition = withSpecFields({ network: { type: "object", properties: {} } });
    expect(() => generateTypes(definition, BACKEND_TYPE_NAMES)).toThrow("spec.network");
  });

  test("refuses a name without its field", () => {
    const { spec, ...others } = RESOURCE_SCHEMA.properties ?? {};
    const emptied: StructuralSchema = { type: "object", properties: {} };
    const definition = {
      ...DEFINITION,
      schema: { ...RESOURCE_SCHEMA, properties: { ...others, spec: emptied } },
    };
    expect(spec).toBeDefined();
    expect(() => generateTypes(definition, BACKEND_TYPE_NAMES)).toThrow("spec.functionApp");
  });
});
