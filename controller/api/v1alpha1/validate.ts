import { applyDefaults } from "./defaults.ts";
import { findDuplicates } from "./duplicates.ts";
import * as grants from "./grant-schema.generated.ts";
import type { AzureScopeGrant } from "./grant-types.generated.ts";
import { isJsonObject, ownField, type JsonObject } from "./json-object.ts";
import { findMetadataProblems, storeMetadata } from "./metadata.ts";
import { describeFound, type Problem } from "./problem.ts";
import { findBrokenRules } from "./rules.ts";
import { findSchemaProblems } from "./schema-problems.ts";
import { API_VERSION, KIND, RESOURCE_SCHEMA } from "./schema.generated.ts";
import type { StructuralSchema } from "./structural-schema.ts";
import type { SecuredFunctionBackend } from "./types.generated.ts";
import { findUnknownFields } from "./unknown-fields.ts";

/** A manifest after validation: the object with its defaults, or everything that is wrong with it. */
export type ValidationResult<T = SecuredFunctionBackend> =
  | { readonly ok: true; readonly object: T }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] };

/** What validation needs to know of a resource. */
interface ResourceShape {
  readonly apiVersion: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly schema: StructuralSchema;
}

const BACKEND: ResourceShape = {
  apiVersion: API_VERSION,
  kind: KIND,
  isNamespaced: true,
  schema: RESOURCE_SCHEMA,
};

const GRANT: ResourceShape = {
  apiVersion: grants.API_VERSION,
  kind: grants.KIND,
  isNamespaced: false,
  schema: grants.RESOURCE_SCHEMA,
};

/**
 * Decides about a manifest as the API server does with strict field validation: unknown fields are refused, nulls and
 * absent fields defaulted, then schema, list types and CEL rules checked. As there, a status is not taken over.
 *
 * Takes any JSON and never throws. `previous` is the object that the manifest replaces; with it the rules about
 * changes (immutable fields) are checked as well.
 */
export function validateManifest(
  manifest: unknown,
  previous?: SecuredFunctionBackend,
): ValidationResult {
  return validate<SecuredFunctionBackend>(manifest, BACKEND, previous);
}

/** As {@link validateManifest}, of an AzureScopeGrant. */
export function validateGrant(manifest: unknown): ValidationResult<AzureScopeGrant> {
  return validate<AzureScopeGrant>(manifest, GRANT, undefined);
}

function validate<T>(
  manifest: unknown,
  shape: ResourceShape,
  previous: T | undefined,
): ValidationResult<T> {
  const { schema, isNamespaced } = shape;
  const misplaced = findWrongKind(manifest, shape);
  if (misplaced !== undefined) return { ok: false, problems: [misplaced] };
  const submitted = manifest as JsonObject;
  const metadata = ownField(submitted, "metadata") ?? {};
  const stored = {
    ...without(submitted, "status"),
    metadata: storeMetadata(metadata, isNamespaced),
  };
  const object = applyDefaults(stored, schema);
  const problems = [
    ...findMetadataProblems(metadata, isNamespaced),
    ...findUnknownFields(without(submitted, "metadata"), schema, ""),
    ...findSchemaProblems(object, schema),
    ...findDuplicates(object, schema, ""),
  ];
  problems.push(...findBrokenRules({ value: object, previous, path: "" }, schema, problems));
  const [first, ...others] = problems;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  return { ok: true, object: object as T };
}

function findWrongKind(
  manifest: unknown,
  { apiVersion, kind }: ResourceShape,
): Problem | undefined {
  if (!isJsonObject(manifest)) {
    const allowed = `a map with apiVersion ${apiVersion} and kind ${kind}`;
    return { path: "", found: describeFound(manifest), allowed, message: "is not a map" };
  }
  const supported: [string, string][] = [
    ["apiVersion", apiVersion],
    ["kind", kind],
  ];
  for (const [path, allowed] of supported) {
    const value = ownField(manifest, path);
    if (value !== allowed) {
      return { path, found: describeFound(value), allowed, message: "is not supported" };
    }
  }
  return undefined;
}

function without(manifest: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(manifest).filter(([name]) => name !== field));
}
