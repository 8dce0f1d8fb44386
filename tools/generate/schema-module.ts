import { GENERATED_NOTICE } from "./notice.ts";
import type { ResourceDefinition } from "./resource-definition.ts";

/** The TypeScript module that carries the schema, its defaults and its rules into the program. */
export function generateSchemaModule(definition: ResourceDefinition): string {
  const { group, version, kind, plural, schema } = definition;
  return `${GENERATED_NOTICE}

import type { StructuralSchema } from "./structural-schema.ts";

export const API_VERSION = "${group}/${version}";

export const KIND = "${kind}";

export const PLURAL = "${plural}";

/** The resource's structural schema, with defaults and CEL rules, as it is given to the API server. */
export const RESOURCE_SCHEMA: StructuralSchema = ${JSON.stringify(schema, undefined, 2)};
`;
}
