/** The HTTP statuses that services are known to answer; what else comes is told by its class. */
const KNOWN = [
  200, 201, 202, 204, 304, 400, 401, 403, 404, 409, 410, 412, 422, 429, 500, 502, 503, 504,
].map(String);

const CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/** What client-go calls a request that got no answer, in `rest_client_requests_total`. */
const NO_ANSWER = "<error>";

/** Every value of the label `code`. */
export const STATUS_CODES: readonly string[] = [...KNOWN, ...CLASSES, NO_ANSWER];

/** The value of the label `code` for an HTTP status; undefined: there was no answer. */
export function statusCode(status: number | undefined): string {
  if (status === undefined) return NO_ANSWER;
  if (KNOWN.includes(String(status))) return String(status);
  return CLASSES[Math.floor(status / 100) - 1] ?? NO_ANSWER;
}
