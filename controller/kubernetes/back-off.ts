/** How the pauses between attempts grow. */
export interface BackOff {
  readonly firstInMs: number;
  readonly longestInMs: number;
}

const JITTER = 0.2;

/**
 * The pause after so many failures in a row, in milliseconds: doubled each time, then spread by ±20 %
 * so that what failed together does not come again together.
 * @param random from 0 to 1.
 */
export function backOffInMs(
  failures: number,
  random: number,
  { firstInMs, longestInMs }: BackOff,
): number {
  const full = Math.min(firstInMs * 2 ** Math.max(failures - 1, 0), longestInMs);
  return full * (1 - JITTER + 2 * JITTER * random);
}
