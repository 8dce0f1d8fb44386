/**
 * A time as `meta/v1 MicroTime` is written: with exactly six digits after the point. With three, as
 * `toISOString` gives, the API server refuses the object (kubernetes/kubernetes#89156).
 * @param at in milliseconds since the epoch.
 */
export function microTime(at: number): string {
  return new Date(at).toISOString().replace(/Z$/, "000Z");
}
