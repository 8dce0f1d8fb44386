import { AzureError } from "./errors.ts";

/**
 * The failure of an answer that came with a success and is not what its schema promises, as a proxy's
 * page or a service gone astray may give it. It is never read as "nothing is there".
 */
export function unexpectedAnswer(id: string, how: string): AzureError {
  return new AzureError({
    reason: "AzureUnavailable",
    errorClass: "BackOff",
    message: `GET ${id} answered ${how}. Nothing is concluded from it; it is read again.`,
  });
}

/** A text that every such resource has. @throws {AzureError} when it is missing, empty or no text. */
export function requireText(value: unknown, id: string, member: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw unexpectedAnswer(id, `without ${member}`);
}

/** A text that such a resource may lack. @throws {AzureError} when it is something else. */
export function optionalText(value: unknown, id: string, member: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw unexpectedAnswer(id, `with a ${member} that is no text`);
}
