import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { schemaNodes } from "../../../test/support/schema-nodes.ts";
import { RESOURCE_SCHEMA } from "./schema.generated.ts";
import type { StructuralSchema } from "./structural-schema.ts";

const KNOWN_KEYWORDS = new Set([
  "type",
  "description",
  "format",
  "default",
  "enum",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "required",
  "properties",
  "items",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-validations",
]);

const KNOWN_RULE_KEYWORDS = new Set(["rule", "message", "reason", "fieldPath"]);

/** Places of the schema nodes for which `isWrong` holds. */
function offenders(isWrong: (schema: StructuralSchema, path: string) => boolean): string[] {
  const wrong = schemaNodes(RESOURCE_SCHEMA).filter(({ schema, path }) => isWrong(schema, path));
  return wrong.map(({ path }) => path);
}

describe("every node of the schema", () => {
  test("uses only keywords that are checked offline too", () => {
    const hasUnknown = (value: object, known: Set<string>) =>
      Object.keys(value).some((keyword) => !known.has(keyword));
    const isWrong = (schema: StructuralSchema) =>
      hasUnknown(schema, KNOWN_KEYWORDS) ||
      (schema["x-kubernetes-validations"] ?? []).some((rule) =>
        hasUnknown(rule, KNOWN_RULE_KEYWORDS),
      );
    expect(offenders(isWrong)).toEqual([]);
  });

  test("describes itself, but for metadata, where the API server forbids it", () => {
    expect(offenders(({ description = "" }) => description === "")).toEqual(["metadata"]);
  });

  test("is bounded", () => {
    const isBounded = (schema: StructuralSchema) =>
      ({
        string: schema.enum !== undefined || schema.maxLength !== undefined,
        integer: schema.minimum !== undefined && schema.maximum !== undefined,
        array: schema.maxItems !== undefined,
        object: schema.properties !== undefined,
        boolean: true,
      })[schema.type];
    expect(offenders((schema) => !isBounded(schema))).toEqual([]);
  });

  test("has a pattern that means the same in Go and in JavaScript, if any", () => {
    // Go knows no look-around and no back references; \s, \w and \b differ.
    const isPortable = (pattern: string) => !/\(\?|\\[swbdSWBD1-9]/.test(pattern);
    expect(offenders(({ pattern = "" }) => !isPortable(pattern))).toEqual([]);
  });

  test("knows its list's type, if it is one, and requires the fields that tell entries apart", () => {
    const isTyped = (schema: StructuralSchema) =>
      (schema["x-kubernetes-list-type"] !== undefined) === (schema.type === "array");
    const requiresKeys = ({ items, "x-kubernetes-list-map-keys": keys = [] }: StructuralSchema) =>
      keys.every((key) => items?.required?.includes(key) === true);
    expect(offenders((schema) => !isTyped(schema) || !requiresKeys(schema))).toEqual([]);
  });
});

describe("the resource", () => {
  const file = new URL(
    "../../../crds/securedbackend.dev_securedfunctionbackends.yaml",
    import.meta.url,
  );

  test("has a printer column for what people look for first", () => {
    const { spec } = parse(readFileSync(file, "utf8")) as {
      spec: { versions: { additionalPrinterColumns: { name: string; priority?: number }[] }[] };
    };
    const columns = spec.versions[0]?.additionalPrinterColumns ?? [];
    const shown = columns.filter(({ priority = 0 }) => priority === 0).map(({ name }) => name);
    expect(shown).toEqual(["Ready", "Reason", "InSync", "Function App", "Age"]);
  });
});
