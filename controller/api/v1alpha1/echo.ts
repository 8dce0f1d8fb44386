import { createHash } from "node:crypto";

/** An annotation's value as status holds it: as it was written, or its hash where it is too long for that. */
export function echoOf(value: string, longest: number): string {
  return value.length <= longest ? value : createHash("sha256").update(value).digest("hex");
}
