import { randomUUID } from "node:crypto";
import { jsonAnswer, type Answer } from "../http/message.ts";

/** A refusal of the token endpoint: `AADSTS<number>`. */
export class EntraError extends Error {
  override readonly name = "EntraError";
  /** OAuth's own code: `invalid_client`, `invalid_resource`, … */
  readonly error: string;
  readonly number: number;

  constructor(error: string, number: number, message: string) {
    super(`AADSTS${number}: ${message}`);
    this.error = error;
    this.number = number;
  }

  toAnswer(now: Date): Answer {
    const status = this.error === "invalid_client" ? 401 : 400;
    const traceId = randomUUID();
    const correlationId = randomUUID();
    const timestamp = now
      .toISOString()
      .replace("T", " ")
      .replace(/\.\d+Z$/u, "Z");
    return jsonAnswer(status, {
      error: this.error,
      error_description: `${this.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [this.number],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
    });
  }
}
