import { destination, pino, type Logger } from "pino";
import type { LogLevel } from "../config.ts";

/** What a log line may tell. Only these fields are ever passed, so that nothing secret can be. */
export interface LogFields {
  /** Namespace and name. */
  readonly object?: string;
  readonly reason?: string;
  readonly outcome?: string;
  /** How many changes were found or made. */
  readonly changes?: number;
  readonly durationInMs?: number;
  readonly error?: string;
  readonly stack?: string | undefined;
}

/** Writes constant messages with named fields. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
}

/** A log of JSON lines on standard error. */
export function createLog(level: LogLevel): Log {
  const logger: Logger = pino(
    { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    destination({ fd: 2, sync: true }),
  );
  return logger;
}
