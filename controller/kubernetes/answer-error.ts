import type { Status } from "./client.ts";
import { KubernetesError, type KubernetesErrorKind } from "./errors.ts";

/** An answer that is no success. */
export interface FailedAnswer {
  readonly code: number;
  /** The `Retry-After` header. */
  readonly retryAfter?: string | undefined;
  /** What the body held, when it was JSON. */
  readonly body?: unknown;
}

const KINDS: Readonly<Record<number, KubernetesErrorKind>> = {
  400: "Invalid",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  413: "Invalid",
  422: "Invalid",
  429: "Busy",
};

/** Messages of the server may be as long as the object they complain of. */
const LONGEST_MESSAGE = 1_000;

/**
 * Classifies an answer, or the `ERROR` event of a watch, which is an answer that came late.
 *
 * @param call what was asked, e.g. `GET /api/v1/pods`.
 * @param now milliseconds since the epoch, for a `Retry-After` that names a date.
 */
export function errorOfAnswer(
  call: string,
  { code, retryAfter, body }: FailedAnswer,
  now: number,
): KubernetesError {
  const status = isStatus(body) ? body : undefined;
  const retryAfterInMs = readRetryAfter(retryAfter, status, now);
  const said = [status?.reason, status?.message?.slice(0, LONGEST_MESSAGE)].filter(Boolean);
  const message = `${call} was answered with ${[code, ...said].join(": ")}`;
  return new KubernetesError(kindOf(code, status, retryAfterInMs), message, {
    code,
    status,
    retryAfterInMs,
  });
}

function kindOf(
  code: number,
  status: Status | undefined,
  retryAfterInMs: number | undefined,
): KubernetesErrorKind {
  if (code === 409 && status?.reason === "AlreadyExists") return "AlreadyExists";
  if (code >= 500 && retryAfterInMs !== undefined) return "Busy";
  return KINDS[code] ?? "ServerError";
}

function readRetryAfter(
  header: string | undefined,
  status: Status | undefined,
  now: number,
): number | undefined {
  if (header !== undefined && /^\d+$/.test(header)) return Number(header) * 1000;
  // Load balancers write dates, the API server does not.
  const date = Date.parse(header ?? "");
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const seconds = status?.details?.retryAfterSeconds;
  return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
}

function isStatus(body: unknown): body is Status {
  return typeof body === "object" && body !== null && "kind" in body && body.kind === "Status";
}
