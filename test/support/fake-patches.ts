import type { Stored } from "./fake-storage.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

/** RFC 7396. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

/**
 * Server-side apply of `status`, with force. Objects merge field by field, `conditions` by their type;
 * other lists are atomic. Remembers what each manager sent, so that what it no longer sends goes.
 */
export class FakeStatusApply {
  readonly #sent = new Map<string, JsonObject>();

  apply(present: Stored, manager: string, status: unknown): Stored {
    const before = this.#sent.get(keyOf(present, manager)) ?? {};
    const wanted = keyed((status ?? {}) as JsonObject);
    const kept = without(keyed((present.status ?? {}) as JsonObject), before, wanted);
    return { ...present, status: unkeyed(mergePatch(kept, wanted) as JsonObject) };
  }

  /** What was applied is written. */
  remember(written: Stored, manager: string, status: unknown): void {
    this.#sent.set(keyOf(written, manager), keyed((status ?? {}) as JsonObject));
  }
}

function keyOf({ metadata: { uid } }: Stored, manager: string): string {
  return `${uid} ${manager}`;
}

/** Drops the leaves of `before` that `wanted` lacks. */
function without(present: JsonObject, before: JsonObject, wanted: JsonObject): JsonObject {
  const left: Record<string, Json> = { ...present };
  for (const [name, old] of Object.entries(before)) {
    const now = present[name];
    const next = wanted[name];
    if (isObject(old) && isObject(now)) {
      const rest = without(now, old, isObject(next) ? next : {});
      if (Object.keys(rest).length > 0 || next !== undefined) left[name] = rest;
      else delete left[name];
    } else if (next === undefined) delete left[name];
  }
  return left;
}

function keyed(status: JsonObject): JsonObject {
  const { conditions, ...rest } = status;
  if (!Array.isArray(conditions)) return status;
  const byType = (conditions as readonly { readonly type: string }[]).map(
    (each) => [each.type, each] as const,
  );
  return { ...rest, conditions: Object.fromEntries(byType) };
}

function unkeyed(status: JsonObject): JsonObject {
  const { conditions, ...rest } = status;
  return isObject(conditions) ? { ...rest, conditions: Object.values(conditions) } : status;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
