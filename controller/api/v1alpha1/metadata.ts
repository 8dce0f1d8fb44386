import { isJsonObject, ownField, type JsonObject } from "./json-object.ts";
import { findMetadataFieldProblems, metadataProblem, QUALIFIED_NAME } from "./metadata-fields.ts";
import type { Problem } from "./problem.ts";

const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LONGEST_PREFIX = 253;
const TEXT_MAPS = new Set(["labels", "annotations"]);
const MOST_ANNOTATION_BYTES = 256 * 1024;

/**
 * Metadata as the API server stores it: nulls are absent, a null label or annotation is the empty text, and an absent
 * or empty namespace is `default`; where the resource has no namespaces, a given one is dropped. What is not metadata
 * comes back as it is.
 */
export function storeMetadata(metadata: unknown, isNamespaced: boolean): unknown {
  if (!isJsonObject(metadata)) return metadata;
  const present = Object.entries(metadata).filter(([, value]) => value !== null);
  const stored: JsonObject = Object.fromEntries(
    present.map(([name, value]) => [name, TEXT_MAPS.has(name) ? withoutNulls(value) : value]),
  );
  const { namespace, ...elsewhere } = stored;
  if (!isNamespaced) return elsewhere;
  return {
    ...stored,
    namespace: namespace === undefined || namespace === "" ? "default" : namespace,
  };
}

function withoutNulls(texts: unknown): unknown {
  if (!isJsonObject(texts)) return texts;
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text ?? ""]));
}

/**
 * The problems of `metadata`: unknown fields, wrong types, and the name rules of namespace, labels and annotations.
 * The name's own form is in the resource's schema; the inside of owner references and managed fields is the cluster's business.
 */
export function findMetadataProblems(metadata: unknown, isNamespaced: boolean): Problem[] {
  if (!isJsonObject(metadata)) {
    const allowed = isNamespaced ? "a map with name and namespace" : "a map with a name";
    return [metadataProblem("", metadata, allowed, "has the wrong type")];
  }
  const wrongFields = findMetadataFieldProblems(metadata);
  if (wrongFields.length > 0) return wrongFields;
  return [
    ...nameProblem(metadata),
    ...(isNamespaced ? namespaceProblem(ownField(metadata, "namespace")) : []),
    ...labelProblems(textEntries(metadata, "labels")),
    ...annotationProblems(textEntries(metadata, "annotations")),
  ];
}

function nameProblem(metadata: JsonObject): Problem[] {
  if (isPresent(ownField(metadata, "name"))) return [];
  return [
    metadataProblem(".name", undefined, "lower-case letters, digits and hyphens", "is required"),
  ];
}

function namespaceProblem(namespace: unknown): Problem[] {
  if (typeof namespace !== "string" || namespace === "" || NAMESPACE.test(namespace)) return [];
  const allowed =
    "at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends";
  return [metadataProblem(".namespace", namespace, allowed, "has the wrong form")];
}

function labelProblems(labels: [string, string][]): Problem[] {
  return labels.flatMap(([key, value]) => {
    const keyProblems = qualifiedNameProblem(".labels", key, key);
    if (LABEL_VALUE.test(value)) return keyProblems;
    const allowed = "at most 63 letters, digits, -, _ and ., with a letter or digit at both ends";
    return [
      ...keyProblems,
      metadataProblem(`.labels.${key}`, value, allowed, "has the wrong form"),
    ];
  });
}

function annotationProblems(annotations: [string, string][]): Problem[] {
  const bytes = annotations.reduce((sum, entry) => sum + Buffer.byteLength(entry.join("")), 0);
  const keyProblems = annotations.flatMap(([key]) =>
    qualifiedNameProblem(".annotations", key, key.toLowerCase()),
  );
  if (bytes <= MOST_ANNOTATION_BYTES) return keyProblems;
  return [
    ...keyProblems,
    metadataProblem(".annotations", `${bytes} bytes`, "262144 bytes in all", "is too long"),
  ];
}

function qualifiedNameProblem(path: string, key: string, checked: string): Problem[] {
  if (QUALIFIED_NAME.test(checked) && checked.lastIndexOf("/") <= LONGEST_PREFIX) return [];
  const allowed =
    "a name of at most 63 letters, digits, -, _ and ., after a DNS name and / if need be";
  return [metadataProblem(path, key, allowed, "has a key of the wrong form")];
}

function textEntries(metadata: JsonObject, field: string): [string, string][] {
  const texts = (ownField(metadata, field) ?? {}) as Record<string, string | null>;
  return Object.entries(texts).map(([key, text]) => [key, text ?? ""]);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
