const FORM = /^(?:[0-9]{1,5}[smh])+$/;
const UNIT_IN_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A duration as the spec writes it, such as `90s`, `10m` or `1h30m`, in milliseconds.
 * @throws {RangeError} when the text is none.
 */
export function parseDuration(text: string): number {
  if (!FORM.test(text)) {
    throw new RangeError(`${JSON.stringify(text)} is no duration: write 90s, 10m or 1h30m`);
  }
  return [...text.matchAll(/([0-9]+)([smh])/g)].reduce(
    (sum, [, amount, unit = ""]) => sum + Number(amount) * (UNIT_IN_MS[unit] ?? 0),
    0,
  );
}
