/** A JSON value as it stands on the wire. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** Whether a parsed value is a JSON object, neither array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a JSON pointer (RFC 6901), or undefined where a step is missing. */
export function valueAt(document: Json | undefined, pointer: string): Json | undefined {
  let value: Json | undefined = document;
  for (const step of stepsOf(pointer)) {
    value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** The entries of the list at a JSON pointer; none where there is no list. */
export function listAt(document: Json | undefined, pointer: string): readonly Json[] {
  const value = valueAt(document, pointer);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/**
 * A copy of the document in which the value at the pointer is replaced, or removed when it is
 * undefined. Every member that is not on the way is kept as it was. To set a value, a step that is
 * not an object becomes one; removing what is absent changes nothing.
 */
export function withValueAt(
  document: JsonObject,
  pointer: string,
  value: Json | undefined,
): JsonObject {
  if (value === undefined && valueAt(document, pointer) === undefined) return document;
  return replaceAt(document, stepsOf(pointer), value);
}

function replaceAt(
  document: JsonObject,
  [step, ...rest]: readonly string[],
  value: Json | undefined,
): JsonObject {
  if (step === undefined) return document;
  const child = Object.hasOwn(document, step) ? document[step] : undefined;
  const replaced =
    rest.length === 0 ? value : replaceAt(isJsonObject(child) ? child : {}, rest, value);
  const { [step]: _replaced, ...others } = document;
  if (replaced === undefined) return others;
  return Object.hasOwn(document, step)
    ? Object.fromEntries(
        Object.entries(document).map(([key, old]) => [key, key === step ? replaced : old]),
      )
    : { ...others, [step]: replaced };
}

function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
