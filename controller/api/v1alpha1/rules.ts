import { Environment, type ParseResult } from "@marcbachmann/cel-js";
import { describeType } from "./describe-type.ts";
import { isJsonObject, ownField } from "./json-object.ts";
import { describeFound, type Problem } from "./problem.ts";
import type { StructuralSchema, ValidationRule } from "./structural-schema.ts";

const environment = new Environment({ unlistedVariablesAreDyn: true });
const parsedRules = new Map<string, ParseResult>();

/** A value, the value it replaces, and where it stands. */
interface Place {
  readonly value: unknown;
  readonly previous: unknown;
  readonly path: string;
}

/**
 * A problem for each CEL rule of the schema that does not hold. Rules over a value in which something is already wrong
 * (`known`) are left out, as they would blame the same field twice or fail on a wrong type.
 *
 * Rules about `oldSelf` hold when there is no previous value; entries of lists are never compared with previous ones.
 */
export function findBrokenRules(
  place: Place,
  schema: StructuralSchema,
  known: readonly Problem[],
): Problem[] {
  const { value, path } = place;
  if (value === undefined) return [];
  const isSound = !known.some((problem) => isWithin(problem.path, path));
  const rules = isSound ? (schema["x-kubernetes-validations"] ?? []) : [];
  const own = rules.flatMap((rule) => breach(rule, place, schema));
  return [...own, ...brokenRulesBelow(place, schema, known)];
}

function brokenRulesBelow(
  { value, previous, path }: Place,
  schema: StructuralSchema,
  known: readonly Problem[],
): Problem[] {
  const { items, properties = {} } = schema;
  if (Array.isArray(value) && items !== undefined) {
    return value.flatMap((item: unknown, index) =>
      findBrokenRules(
        { value: item, previous: undefined, path: `${path}[${index}]` },
        items,
        known,
      ),
    );
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(properties).flatMap(([name, child]) => {
    const before = isJsonObject(previous) ? ownField(previous, name) : undefined;
    const childPath = path === "" ? name : `${path}.${name}`;
    return findBrokenRules(
      { value: ownField(value, name), previous: before, path: childPath },
      child,
      known,
    );
  });
}

function isWithin(path: string, ancestor: string): boolean {
  if (ancestor === "" || path === ancestor) return true;
  return path.startsWith(`${ancestor}.`) || path.startsWith(`${ancestor}[`);
}

function breach(rule: ValidationRule, place: Place, schema: StructuralSchema): Problem[] {
  const { value, previous, path } = place;
  const isTransition = /\boldSelf\b/.test(rule.rule);
  if (isTransition && previous === undefined) return [];
  const message = evaluate(rule, {
    self: toCel(value),
    ...(isTransition && { oldSelf: toCel(previous) }),
  });
  if (message === undefined) return [];
  const names = (rule.fieldPath ?? "").split(".").slice(1);
  const blamed = descend(value, schema, names);
  return [
    {
      path: `${path}${rule.fieldPath ?? ""}`,
      found: describeFound(blamed.value),
      allowed: isTransition ? describeFound(previous) : describeType(blamed.schema),
      message,
    },
  ];
}

/** The message of a rule that does not hold; undefined when it holds. A rule that cannot be evaluated does not hold. */
function evaluate(rule: ValidationRule, variables: Record<string, unknown>): string | undefined {
  const parsed = parsedRules.get(rule.rule) ?? environment.parse(rule.rule);
  parsedRules.set(rule.rule, parsed);
  try {
    return parsed(variables) === true ? undefined : rule.message;
  } catch (error) {
    return `${rule.message} (the rule cannot be evaluated: ${String(error).split("\n")[0]})`;
  }
}

function descend(
  value: unknown,
  schema: StructuralSchema,
  names: readonly string[],
): { value: unknown; schema: StructuralSchema } {
  let at = { value, schema };
  for (const name of names) {
    const child = at.schema.properties?.[name];
    if (child === undefined) break;
    at = { value: isJsonObject(at.value) ? ownField(at.value, name) : undefined, schema: child };
  }
  return at;
}

/** JSON as CEL sees it: every number in the schema is an integer, and CEL's integers are BigInt here. */
function toCel(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(toCel);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, toCel(child)]));
}
