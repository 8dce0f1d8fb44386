import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { describeType } from "./describe-type.ts";
import { describeFound, type Problem } from "./problem.ts";
import type { StructuralSchema } from "./structural-schema.ts";

const compiledSchemas = new WeakMap<StructuralSchema, ValidateFunction>();

/** A problem for each place where `value`, after defaulting, breaks the schema's types, bounds, patterns or enums. */
export function findSchemaProblems(value: unknown, schema: StructuralSchema): Problem[] {
  const compiled = compiledSchemas.get(schema) ?? compile(schema);
  if (compiled(value)) return [];
  const errors = compiled.errors ?? [];
  const wrongType = new Set(errors.filter(isTypeError).map(({ instancePath }) => instancePath));
  // A value of the wrong type is in no enum either; saying so once is enough.
  return errors
    .filter((error) => isTypeError(error) || !wrongType.has(error.instancePath))
    .map(toProblem);
}

function isTypeError({ keyword }: ErrorObject): boolean {
  return keyword === "type";
}

function compile(schema: StructuralSchema): ValidateFunction {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    verbose: true,
    // The bounds beside each number are narrower than its format; times are found in status only, which nobody submits.
    formats: { int32: true, int64: true, "date-time": true },
  });
  const compiled = ajv.compile(schema);
  compiledSchemas.set(schema, compiled);
  return compiled;
}

interface Explanation {
  readonly message: string;
  readonly allowed: (schema: StructuralSchema) => string;
}

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  type: { message: "has the wrong type", allowed: describeType },
  enum: { message: "is not one of the values it can have", allowed: describeType },
  pattern: {
    message: "has the wrong form",
    allowed: (schema) => `${describeType(schema)}; in the form ${schema.pattern}`,
  },
  minLength: { message: "is too short", allowed: describeType },
  maxLength: {
    message: "is too long",
    allowed: (schema) => `at most ${schema.maxLength} characters`,
  },
  minimum: { message: "is too small", allowed: describeType },
  maximum: { message: "is too large", allowed: describeType },
  minItems: { message: "has too few entries", allowed: (schema) => `at least ${schema.minItems}` },
  maxItems: { message: "has too many entries", allowed: (schema) => `at most ${schema.maxItems}` },
  maxProperties: {
    message: "has too many entries",
    allowed: (schema) => `at most ${schema.maxProperties}`,
  },
};

function toProblem(error: ErrorObject): Problem {
  const schema = error.parentSchema as StructuralSchema;
  const path = toFieldPath(error.instancePath);
  if (error.keyword === "required") {
    const { missingProperty } = error.params as { missingProperty: string };
    const child = schema.properties?.[missingProperty];
    return {
      path: path === "" ? missingProperty : `${path}.${missingProperty}`,
      found: describeFound(undefined),
      allowed: child === undefined ? "a value" : describeType(child),
      message: "is required",
    };
  }
  const explanation = EXPLANATIONS[error.keyword];
  return {
    path,
    found: describeFound(error.data),
    allowed: explanation?.allowed(schema) ?? describeType(schema),
    message: explanation?.message ?? error.message ?? "is not valid",
  };
}

/** `/spec/apis/0/name` as `spec.apis[0].name`. Keys of maps may hold a slash, which a pointer writes as `~1`. */
function toFieldPath(pointer: string): string {
  return pointer
    .replaceAll(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".")
    .replaceAll("~1", "/")
    .replaceAll("~0", "~")
    .replace(/^\./, "");
}
