import { isJsonObject } from "./json.ts";

/**
 * Whether an error body is API Management's own and not the backend's: `{statusCode, message}` with
 * the message that it gives for an unknown path, or with the `activityId` of its trace.
 *
 * @param text of the body, perhaps cut off.
 */
export function isSaidByGateway(status: number, text: string): boolean {
  const body = parse(text);
  if (!isJsonObject(body) || body["statusCode"] !== status) return false;
  const isUnknownPath = status === 404 && body["message"] === "Resource not found";
  return isUnknownPath || typeof body["activityId"] === "string";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
