import * as fc from "fast-check";
import type { StructuralSchema } from "../../../controller/api/v1alpha1/structural-schema.ts";

/** One change to a manifest: where, as a number that is wrapped around the places there are, and what. */
export interface Mutation {
  readonly place: number;
  readonly kind: (typeof KINDS)[number];
  /** Chooses among what that kind can do. */
  readonly choice: number;
}

const KINDS = [
  "remove",
  "null",
  "junk",
  "typical",
  "edit",
  "lengthen",
  "repeat",
  "unknown",
] as const;

/** Changes of every kind, at any place. */
export const mutations: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(10_000),
  kind: fc.constantFrom(...KINDS),
  choice: fc.nat(10_000),
});

const JUNK: readonly unknown[] = [0, -1, 1.5, 1e21, 404, true, "", "x", [], {}, [null], { a: 1 }];

const UUID = "77777777-7777-4777-8777-777777777777";

/** Texts that mean something in one field or another, or nearly do. */
const TEXTS: readonly string[] = [
  UUID,
  "ABCDEF00-0000-4000-8000-00000000000F",
  "00000003-0000-0000-c000-000000000000",
  "797f4846-ba00-4fd7-ba43-dac1f8f63013",
  "common",
  "production",
  "PRODUCTION",
  "stagıng",
  "orders",
  "orders;rev=2",
  "Ünïcode",
  "api://orders",
  "https://graph.microsoft.com",
  "HTTPS://Vault.Azure.Net/",
  "https://xgraph.microsoft.com.example",
  "/api/health",
  "/public/*",
  "/*",
  "/a/*/b",
  "//other.example",
  "/..",
  "/%2e%2E/x",
  "/.well-known",
  "/health?full=1",
  "10.0.0.0/8",
  "10.0.0.0/7",
  "203.0.113.7",
  "203.0.113.0/24",
  "256.0.0.1/32",
  "1m",
  "59s",
  "60s",
  "24h",
  "24h1s",
  "1h30m",
  "00001m",
  "99999h",
  "1m1h",
  "1.5h",
  "authentication:/properties/platform/enabled",
  "inbound-policy:inbound/set-header[Ocp-Apim-Subscription-Key]",
  "inbound-policy:inbound/set-header[a]b]",
  "hardening:/x\n",
  `/subscriptions/${UUID}/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/orders`,
];

const CHARACTERS = [
  " ",
  "\n",
  "\u2028",
  "\0",
  "é",
  "𝒳",
  "A",
  "a",
  "0",
  "-",
  ".",
  "/",
  "*",
  "%",
  "'",
];

/** A deep copy of `manifest` with one change. */
export function mutate(
  manifest: unknown,
  schema: StructuralSchema,
  { place, kind, choice }: Mutation,
): unknown {
  const copy = structuredClone(manifest);
  const places = placesIn(copy, schema);
  const chosen = places[place % places.length];
  if (chosen === undefined) return copy;
  const { parent, key } = chosen;
  const value = parent[key];
  const pick = <T>(values: readonly T[]): T => values[choice % values.length] as T;
  switch (kind) {
    case "remove":
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      break;
    case "null":
      parent[key] = null;
      break;
    case "junk":
      parent[key] = structuredClone(pick(JUNK));
      break;
    case "typical":
      parent[key] = structuredClone(pick(typicalValues(chosen.schema)));
      break;
    case "edit":
      if (typeof value === "string") parent[key] = edit(value, choice);
      break;
    case "lengthen":
      if (typeof value === "string") parent[key] = lengthen(value, chosen.schema, choice);
      break;
    case "repeat":
      if (Array.isArray(value)) parent[key] = repeat(value, chosen.schema, choice);
      break;
    case "unknown":
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        (value as Record<string, unknown>)[pick(["extra", "Name", "toString"])] = pick(JUNK);
      }
      break;
  }
  return copy;
}

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
  readonly schema: StructuralSchema | undefined;
}

/** Every field and entry that is there or could be there. */
function placesIn(value: unknown, schema: StructuralSchema | undefined): readonly Place[] {
  if (typeof value !== "object" || value === null) return [];
  const parent = value as Record<string, unknown>;
  const known = Array.isArray(value) ? [] : Object.keys(schema?.properties ?? {});
  return [...new Set([...Object.keys(parent), ...known])].flatMap((key) => {
    const child = Array.isArray(value) ? schema?.items : schema?.properties?.[key];
    return [{ parent, key, schema: child }, ...placesIn(parent[key], child)];
  });
}

function typicalValues(schema: StructuralSchema | undefined): readonly unknown[] {
  const { minimum, maximum } = schema ?? {};
  if (schema?.enum !== undefined) return [...schema.enum, schema.enum[0]?.toLowerCase()];
  if (schema?.type === "boolean") return [true, false, "true"];
  if (minimum !== undefined && maximum !== undefined) {
    return [minimum - 1, minimum, maximum, maximum + 1, minimum + 0.5, String(minimum)];
  }
  if (schema?.type === "array") return [[], ...TEXTS.map((text) => [text])];
  if (schema?.type === "object") return [{}];
  return TEXTS;
}

function edit(text: string, choice: number): string {
  const at = choice % (text.length + 1);
  const character = CHARACTERS[Math.floor(choice / (text.length + 1)) % CHARACTERS.length];
  return choice % 2 === 0
    ? `${text.slice(0, at)}${character}${text.slice(at)}`
    : `${text.slice(0, at)}${character}${text.slice(at + 1)}`;
}

/** To just below, at or above the longest length, with characters of one, two and four bytes. */
function lengthen(text: string, schema: StructuralSchema | undefined, choice: number): string {
  const longest = schema?.maxLength ?? 63;
  const filling = ["a", "é", "𝒳"][choice % 3] ?? "a";
  const length = longest + (Math.floor(choice / 3) % 3) - 1;
  return text + filling.repeat(Math.max(0, length - Array.from(text).length));
}

function repeat(
  list: readonly unknown[],
  schema: StructuralSchema | undefined,
  choice: number,
): readonly unknown[] {
  const count = choice % 2 === 0 ? 1 : (schema?.maxItems ?? 1) + 1 - list.length;
  const [first] = list;
  return [...list, ...Array.from({ length: Math.max(count, 1) }, () => structuredClone(first))];
}
