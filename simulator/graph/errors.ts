import { jsonAnswer, type Answer } from "../http/message.ts";

/** A refusal of Microsoft Graph, in its own form: `innerError` tells time and request. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  toAnswer(requestId: string, clientRequestId: string, now: Date): Answer {
    const innerError = {
      date: now.toISOString().replace(/\.\d+Z$/u, ""),
      "request-id": requestId,
      "client-request-id": clientRequestId,
    };
    return jsonAnswer(this.status, {
      error: { code: this.code, message: this.message, innerError },
    });
  }
}

export function badRequest(message: string): GraphError {
  return new GraphError(400, "Request_BadRequest", message);
}

export function resourceNotFound(key: string): GraphError {
  return new GraphError(
    404,
    "Request_ResourceNotFound",
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

export function requestDenied(): GraphError {
  return new GraphError(
    403,
    "Authorization_RequestDenied",
    "Insufficient privileges to complete the operation.",
  );
}

export function quotaExceeded(): GraphError {
  return new GraphError(
    403,
    "Directory_QuotaExceeded",
    "The directory object quota limit for the Principal has been exceeded. Please ask your administrator to increase the quota limit or delete objects to reduce the used quota.",
  );
}
