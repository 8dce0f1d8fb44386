/**
 * Which of two resource versions of one resource is later: negative, zero or positive as in a sort.
 * They are decimal numbers that may outgrow a JavaScript number; comparing them is allowed since
 * Kubernetes 1.35 (KEP-5504).
 *
 * @returns undefined where one of them is no such number, as servers of other makes may send.
 */
export function compareResourceVersions(
  a: string | undefined,
  b: string | undefined,
): number | undefined {
  if (a === undefined || b === undefined || !NUMBER.test(a) || !NUMBER.test(b)) return undefined;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}

const NUMBER = /^(0|[1-9]\d*)$/;
