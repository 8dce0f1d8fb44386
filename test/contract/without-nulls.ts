/**
 * A copy without the members that are null.
 *
 * Official answers hold null where the documents say string or object: null means absent
 * (github.com/Azure/oav stumbles over some of them).
 */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}
