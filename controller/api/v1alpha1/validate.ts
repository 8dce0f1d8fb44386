import { applyDefaults } from "./defaults.ts";
import { findDuplicates } from "./duplicates.ts";
import { isJsonObject, ownField, type JsonObject } from "./json-object.ts";
import { findMetadataProblems, storeMetadata } from "./metadata.ts";
import { describeFound, type Problem } from "./problem.ts";
import { findBrokenRules } from "./rules.ts";
import { findSchemaProblems } from "./schema-problems.ts";
import { API_VERSION, KIND, RESOURCE_SCHEMA } from "./schema.generated.ts";
import type { SecuredFunctionBackend } from "./types.generated.ts";
import { findUnknownFields } from "./unknown-fields.ts";

/** A manifest after validation: the object with its defaults, or everything that is wrong with it. */
export type ValidationResult =
  | { readonly ok: true; readonly object: SecuredFunctionBackend }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] };

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
  const misplaced = findWrongKind(manifest);
  if (misplaced !== undefined) return { ok: false, problems: [misplaced] };
  const submitted = manifest as JsonObject;
  const metadata = ownField(submitted, "metadata") ?? {};
  const stored = { ...without(submitted, "status"), metadata: storeMetadata(metadata) };
  const object = applyDefaults(stored, RESOURCE_SCHEMA);
  const problems = [
    ...findMetadataProblems(metadata),
    ...findUnknownFields(without(submitted, "metadata"), RESOURCE_SCHEMA, ""),
    ...findSchemaProblems(object),
    ...findDuplicates(object, RESOURCE_SCHEMA, ""),
  ];
  problems.push(
    ...findBrokenRules({ value: object, previous, path: "" }, RESOURCE_SCHEMA, problems),
  );
  const [first, ...others] = problems;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  return { ok: true, object: object as SecuredFunctionBackend };
}

function findWrongKind(manifest: unknown): Problem | undefined {
  if (!isJsonObject(manifest)) {
    const allowed = `a map with apiVersion ${API_VERSION} and kind ${KIND}`;
    return { path: "", found: describeFound(manifest), allowed, message: "is not a map" };
  }
  const supported: [string, string][] = [
    ["apiVersion", API_VERSION],
    ["kind", KIND],
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
