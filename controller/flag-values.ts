import { parseDuration } from "./duration.ts";
import { UsageError } from "./usage-error.ts";

/** A duration that a flag gives. @throws {UsageError} naming the flag. */
export function readDuration(flag: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new UsageError(`--${flag} ${(error as RangeError).message}`);
  }
}

/** A whole number that a flag gives, from 1 to `most`. @throws {UsageError} naming the flag. */
export function readCount(flag: string, text: string, most: number): number {
  const count = /^[0-9]{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw new UsageError(`--${flag} ${text}: write a number from 1 to ${most}`);
}
