import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { schemaNodes } from "../../../test/support/schema-nodes.ts";
import * as grant from "./grant-schema.generated.ts";
import * as backend from "./schema.generated.ts";
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
  "additionalProperties",
  "maxProperties",
  "items",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-validations",
]);

const KNOWN_RULE_KEYWORDS = new Set(["rule", "message", "reason", "fieldPath"]);

describe.each([backend, grant])("every node of the schema of $KIND", ({ RESOURCE_SCHEMA }) => {
  /** Places of the schema nodes for which `isWrong` holds. */
  function offenders(isWrong: (schema: StructuralSchema, path: string) => boolean): string[] {
    const nodes = schemaNodes(RESOURCE_SCHEMA);
    return nodes.filter(({ schema, path }) => isWrong(schema, path)).map(({ path }) => path);
  }

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
        object: schema.properties !== undefined || schema.maxProperties !== undefined,
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

describe("the resources", () => {
  test("know the same applications as Microsoft's own", () => {
    const rulesAt = (schema: StructuralSchema, place: string) =>
      schemaNodes(schema).find(({ path }) => path === place)?.schema["x-kubernetes-validations"];
    const [rule] = rulesAt(backend.RESOURCE_SCHEMA, "spec.registration.clientId") ?? [];
    const [granted] = rulesAt(grant.RESOURCE_SCHEMA, "spec.grants[].audiences.clientIds[]") ?? [];
    expect(rule?.rule).toContain("00000000");
    expect(granted?.rule).toBe(rule?.rule);
  });

  test("have a printer column for what people look for first", () => {
    const file = new URL(
      "../../../crds/securedbackend.dev_securedfunctionbackends.yaml",
      import.meta.url,
    );
    const { spec } = parse(readFileSync(file, "utf8")) as {
      spec: { versions: { additionalPrinterColumns: { name: string; priority?: number }[] }[] };
    };
    const columns = spec.versions[0]?.additionalPrinterColumns ?? [];
    const shown = columns.filter(({ priority = 0 }) => priority === 0).map(({ name }) => name);
    expect(shown).toEqual(["Ready", "Reason", "InSync", "Function App", "API", "Age"]);
  });
});
