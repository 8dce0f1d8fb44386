import type { StructuralSchema } from "./structural-schema.ts";

const DESCRIPTIONS: Readonly<
  Record<StructuralSchema["type"], (schema: StructuralSchema) => string>
> = {
  boolean: () => "true or false",
  integer: ({ minimum, maximum }) => `a whole number from ${minimum} to ${maximum}`,
  string: ({ description = "" }) => firstSentence(description),
  array: ({ minItems = 0, maxItems }) => `a list of ${minItems} to ${maxItems} entries`,
  object: ({ properties = {} }) => `a map with the fields ${Object.keys(properties).join(", ")}`,
};

/** What a field of this schema may hold, for people. */
export function describeType(schema: StructuralSchema): string {
  return schema.enum === undefined
    ? DESCRIPTIONS[schema.type](schema)
    : `one of ${schema.enum.join(", ")}`;
}

function firstSentence(text: string): string {
  return text.replace(/\.( .*)?$/s, "");
}
