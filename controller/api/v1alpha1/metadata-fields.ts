import { isJsonObject, ownField, type JsonObject } from "./json-object.ts";
import { describeFound, type Problem } from "./problem.ts";

/** A label key, annotation key or finalizer: a short name, after a DNS name and a slash if need be. */
export const QUALIFIED_NAME =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d+)?(Z|[+-]\d\d:\d\d)$/;

const TYPES = {
  text: (value: unknown) => typeof value === "string",
  "whole number": (value: unknown) => Number.isInteger(value),
  "time, such as 2026-01-31T12:00:00Z": isTime,
  "map of texts": (value: unknown) =>
    isJsonObject(value) &&
    Object.values(value).every((text) => typeof text === "string" || text === null),
  "list of names": (value: unknown) =>
    Array.isArray(value) &&
    value.every((name) => typeof name === "string" && QUALIFIED_NAME.test(name)),
  "list of maps": (value: unknown) => Array.isArray(value) && value.every(isJsonObject),
  "list of maps with apiVersion, kind, name and uid": (value: unknown) =>
    Array.isArray(value) && value.every(isOwnerReference),
};

/** The fields of ObjectMeta (k8s.io/apimachinery, pkg/apis/meta/v1/types.go). */
const FIELDS: Readonly<Record<string, keyof typeof TYPES>> = {
  name: "text",
  generateName: "text",
  namespace: "text",
  selfLink: "text",
  uid: "text",
  resourceVersion: "text",
  generation: "whole number",
  creationTimestamp: "time, such as 2026-01-31T12:00:00Z",
  deletionTimestamp: "time, such as 2026-01-31T12:00:00Z",
  deletionGracePeriodSeconds: "whole number",
  labels: "map of texts",
  annotations: "map of texts",
  ownerReferences: "list of maps with apiVersion, kind, name and uid",
  finalizers: "list of names",
  managedFields: "list of maps",
};

/** A problem for each field that ObjectMeta does not know, or that holds the wrong type. A null counts as absent. */
export function findMetadataFieldProblems(metadata: JsonObject): Problem[] {
  return Object.entries(metadata).flatMap(([name, value]) => fieldProblem(name, value));
}

function fieldProblem(name: string, value: unknown): Problem[] {
  const type = ownField(FIELDS, name);
  if (type === undefined) {
    return [
      metadataProblem(
        `.${name}`,
        value,
        `the fields ${Object.keys(FIELDS).join(", ")}`,
        "is an unknown field",
      ),
    ];
  }
  if (value === null || TYPES[type](value)) return [];
  return [metadataProblem(`.${name}`, value, `a ${type}`, "has the wrong type")];
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

function isOwnerReference(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return ["apiVersion", "kind", "name", "uid"].every((field) => {
    const text = ownField(value, field);
    return typeof text === "string" && text !== "";
  });
}

/** A problem of the metadata field at `path`, such as `.labels`. */
export function metadataProblem(
  path: string,
  value: unknown,
  allowed: string,
  message: string,
): Problem {
  return { path: `metadata${path}`, found: describeFound(value), allowed, message };
}
