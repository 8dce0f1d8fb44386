import { isJsonObject, ownField, type JsonObject } from "./json-object.ts";
import { describeFound, type Problem } from "./problem.ts";

const TYPES = {
  text: (value: unknown) => typeof value === "string",
  number: (value: unknown) => Number.isInteger(value),
  list: (value: unknown) => Array.isArray(value),
  "map of texts": (value: unknown) =>
    isJsonObject(value) && Object.values(value).every((text) => typeof text === "string"),
};

/** The fields of ObjectMeta (k8s.io/apimachinery, pkg/apis/meta/v1/types.go). */
const FIELDS: Readonly<Record<string, keyof typeof TYPES>> = {
  name: "text",
  generateName: "text",
  namespace: "text",
  selfLink: "text",
  uid: "text",
  resourceVersion: "text",
  generation: "number",
  creationTimestamp: "text",
  deletionTimestamp: "text",
  deletionGracePeriodSeconds: "number",
  labels: "map of texts",
  annotations: "map of texts",
  ownerReferences: "list",
  finalizers: "list",
  managedFields: "list",
};

const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const QUALIFIED_NAME =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LONGEST_PREFIX = 253;
const MOST_ANNOTATION_BYTES = 256 * 1024;

/**
 * The problems of `metadata`: unknown fields, wrong types, and the name rules of namespace, labels and annotations.
 * The name's own form is in the resource's schema; owner references and managed fields are the cluster's business.
 */
export function findMetadataProblems(metadata: unknown): Problem[] {
  if (!isJsonObject(metadata)) {
    return [problem("", metadata, "a map with name and namespace", "has the wrong type")];
  }
  const wrongFields = Object.entries(metadata).flatMap(([name, value]) =>
    fieldProblem(name, value),
  );
  if (wrongFields.length > 0) return wrongFields;
  return [
    ...nameProblem(metadata),
    ...namespaceProblem(ownField(metadata, "namespace")),
    ...labelProblems(textEntries(metadata, "labels")),
    ...annotationProblems(textEntries(metadata, "annotations")),
  ];
}

function fieldProblem(name: string, value: unknown): Problem[] {
  const type = ownField(FIELDS, name);
  if (type === undefined) {
    return [
      problem(
        `.${name}`,
        value,
        `the fields ${Object.keys(FIELDS).join(", ")}`,
        "is an unknown field",
      ),
    ];
  }
  if (value === null || TYPES[type](value)) return [];
  return [problem(`.${name}`, value, `a ${type}`, "has the wrong type")];
}

function nameProblem(metadata: JsonObject): Problem[] {
  if (ownField(metadata, "name") !== undefined) return [];
  return [problem(".name", undefined, "lower-case letters, digits and hyphens", "is required")];
}

function namespaceProblem(namespace: unknown): Problem[] {
  if (typeof namespace !== "string" || namespace === "" || NAMESPACE.test(namespace)) return [];
  const allowed =
    "at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends";
  return [problem(".namespace", namespace, allowed, "has the wrong form")];
}

function labelProblems(labels: [string, string][]): Problem[] {
  return labels.flatMap(([key, value]) => {
    const keyProblems = qualifiedNameProblem(".labels", key, key);
    if (LABEL_VALUE.test(value)) return keyProblems;
    const allowed = "at most 63 letters, digits, -, _ and ., with a letter or digit at both ends";
    return [...keyProblems, problem(`.labels.${key}`, value, allowed, "has the wrong form")];
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
    problem(".annotations", `${bytes} bytes`, "262144 bytes in all", "is too long"),
  ];
}

function qualifiedNameProblem(path: string, key: string, checked: string): Problem[] {
  if (QUALIFIED_NAME.test(checked) && checked.lastIndexOf("/") <= LONGEST_PREFIX) return [];
  const allowed =
    "a name of at most 63 letters, digits, -, _ and ., after a DNS name and / if need be";
  return [problem(path, key, allowed, "has a key of the wrong form")];
}

function textEntries(metadata: JsonObject, field: string): [string, string][] {
  return Object.entries((ownField(metadata, field) ?? {}) as Record<string, string>);
}

function problem(path: string, value: unknown, allowed: string, message: string): Problem {
  return { path: `metadata${path}`, found: describeFound(value), allowed, message };
}
