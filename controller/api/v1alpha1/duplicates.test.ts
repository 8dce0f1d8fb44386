import { describe, expect, test } from "vitest";
import { findDuplicates } from "./duplicates.ts";
import type { StructuralSchema } from "./structural-schema.ts";

const TAGS: StructuralSchema = {
  type: "array",
  "x-kubernetes-list-type": "set",
  items: { type: "string" },
};

const DOORS: StructuralSchema = {
  type: "array",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["house", "name"],
  items: {
    type: "object",
    properties: { house: { type: "string" }, name: { type: "string" }, tags: TAGS },
  },
};

interface DuplicatesCase {
  readonly name: string;
  readonly schema: StructuralSchema;
  readonly value: unknown;
  readonly duplicates: string[];
}

const door = (house: string, name: string, tags: string[] = []) => ({ house, name, tags });

const CASES: readonly DuplicatesCase[] = [
  { name: "a set without repetition", schema: TAGS, value: ["a", "b", "A"], duplicates: [] },
  {
    name: "each repetition in a set",
    schema: TAGS,
    value: ["a", "b", "a", "a"],
    duplicates: ["list[2]", "list[3]"],
  },
  {
    name: "entries that share one key only",
    schema: DOORS,
    value: [door("a", "b"), door("a", "c")],
    duplicates: [],
  },
  {
    name: "entries that share all keys, whatever else they hold",
    schema: DOORS,
    value: [door("a", "b", ["x"]), door("a", "b")],
    duplicates: ["list[1]"],
  },
  {
    name: "keys that look alike only when joined",
    schema: DOORS,
    value: [door("a,b", "c"), door("a", "b,c")],
    duplicates: [],
  },
  {
    name: "lists in lists",
    schema: DOORS,
    value: [door("a", "b", ["x", "x"])],
    duplicates: ["list[0].tags[1]"],
  },
  {
    name: "entries of the wrong form as the schema's business",
    schema: DOORS,
    value: [1, 1, {}, {}, null],
    duplicates: [],
  },
  {
    name: "an atomic list",
    schema: { ...TAGS, "x-kubernetes-list-type": "atomic" },
    value: ["a", "a"],
    duplicates: [],
  },
  { name: "what is no list", schema: TAGS, value: "text", duplicates: [] },
];

describe("findDuplicates", () => {
  test.each(CASES)("knows $name", ({ schema, value, duplicates }) => {
    expect(findDuplicates(value, schema, "list").map(({ path }) => path)).toEqual(duplicates);
  });
});
