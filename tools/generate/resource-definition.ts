import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { StructuralSchema } from "../../controller/api/v1alpha1/structural-schema.ts";

/** What the generators need of the CustomResourceDefinition. */
export interface ResourceDefinition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortName: string;
  readonly isNamespaced: boolean;
  readonly schema: StructuralSchema;
}

interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly scope: "Namespaced" | "Cluster";
    readonly names: {
      readonly kind: string;
      readonly plural: string;
      readonly shortNames: [string];
    };
    readonly versions: [
      { readonly name: string; readonly schema: { readonly openAPIV3Schema: StructuralSchema } },
    ];
  };
}

/** Reads the CustomResourceDefinition in `file`, which holds one version and one short name. */
export function readResourceDefinition(file: string): ResourceDefinition {
  const { spec } = parse(readFileSync(file, "utf8")) as CustomResourceDefinition;
  const [version] = spec.versions;
  return {
    group: spec.group,
    version: version.name,
    kind: spec.names.kind,
    plural: spec.names.plural,
    shortName: spec.names.shortNames[0],
    isNamespaced: spec.scope === "Namespaced",
    schema: version.schema.openAPIV3Schema,
  };
}
