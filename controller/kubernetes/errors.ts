import type { Status } from "./client.ts";

/** Why a call to the API server failed, as far as the controller acts on it. */
export type KubernetesErrorKind =
  /** 404. */
  | "NotFound"
  /** 409 on a write: the object has changed, or is another one now. */
  | "Conflict"
  /** 409 on a create. */
  | "AlreadyExists"
  /** 410: the resource version, or the page, has expired. */
  | "Expired"
  /** 403: a role lacks a rule. */
  | "Forbidden"
  /** 401, after the credentials were read again. */
  | "Unauthorized"
  /** 400, 422: the server does not take the object. */
  | "Invalid"
  /** 429, 5xx with a word of when to come again. */
  | "Busy"
  /** Other answers. */
  | "ServerError"
  /** An answer that is not what the API promises: not JSON, no list, a line without end. */
  | "Unreadable"
  /** No answer: credentials, connection, name, certificate, time limit. */
  | "Unreachable"
  /** The caller's signal was aborted. */
  | "Aborted";

/** A call to the API server that failed. Its message holds no header and no body. */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  readonly kind: KubernetesErrorKind;
  /** The HTTP status; absent where there was no answer. */
  readonly code: number | undefined;
  readonly status: Status | undefined;
  readonly retryAfterInMs: number | undefined;

  constructor(
    kind: KubernetesErrorKind,
    message: string,
    details: {
      readonly code?: number | undefined;
      readonly status?: Status | undefined;
      readonly retryAfterInMs?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.code = details.code;
    this.status = details.status;
    this.retryAfterInMs = details.retryAfterInMs;
  }
}

/** Whether a failure is a {@link KubernetesError} of one of these kinds. */
export function isKind(error: unknown, ...kinds: readonly KubernetesErrorKind[]): boolean {
  return error instanceof KubernetesError && kinds.includes(error.kind);
}
