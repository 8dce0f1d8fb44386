import { AsyncLocalStorage } from "node:async_hooks";
import { destination, pino, type DestinationStream } from "pino";
import type { LogLevel } from "../config.ts";
import { withoutTokens } from "../without-tokens.ts";

/** What a log line may tell. Only these fields are ever written, so that nothing secret can be. */
export interface LogFields {
  /** Namespace and name. */
  readonly object?: string | undefined;
  /** Names one pass over an object: the same on every line that the pass caused. */
  readonly reconcileId?: string | undefined;
  readonly safeguard?: string | undefined;
  readonly controller?: string | undefined;
  /** Name of the lease that makes a replica the leader. */
  readonly lease?: string | undefined;
  /** Who holds it. */
  readonly holder?: string | undefined;
  /** A watched resource, in the plural. */
  readonly resource?: string | undefined;
  readonly reason?: string | undefined;
  readonly outcome?: string | undefined;
  /** How many changes were found or made. */
  readonly changes?: number | undefined;
  /** How often in a row it was tried, this time included. */
  readonly attempt?: number | undefined;
  readonly durationInMs?: number | undefined;
  /** When it is tried again. */
  readonly againInMs?: number | undefined;
  /** Which of Azure's services was called. */
  readonly service?: string | undefined;
  readonly method?: string | undefined;
  /** HTTP status. */
  readonly status?: number | undefined;
  /** By this Microsoft's support finds the request. */
  readonly azureCorrelationId?: string | undefined;
  readonly signal?: string | undefined;
  readonly port?: number | undefined;
  readonly version?: string | undefined;
  readonly error?: string | undefined;
  readonly stack?: string | undefined;
}

/** The names of {@link LogFields}; the compiler sees that none is missing. */
const FIELD_NAMES = Object.keys({
  object: true,
  reconcileId: true,
  safeguard: true,
  controller: true,
  lease: true,
  holder: true,
  resource: true,
  reason: true,
  outcome: true,
  changes: true,
  attempt: true,
  durationInMs: true,
  againInMs: true,
  service: true,
  method: true,
  status: true,
  azureCorrelationId: true,
  signal: true,
  port: true,
  version: true,
  error: true,
  stack: true,
} satisfies Record<keyof LogFields, true>) as (keyof LogFields)[];

/** Writes constant messages with named fields. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** Every line that is written while the work goes on, by whomever, carries these fields too. */
  during<T>(fields: LogFields, work: () => T): T;
}

/**
 * A log of JSON lines, on standard error. Lines are written at once: none is lost when the process
 * ends.
 */
export function createLog(
  level: LogLevel,
  stream: DestinationStream = destination({ fd: 2, sync: true }),
): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (name) => ({ level: name }) },
    },
    stream,
  );
  const surrounding = new AsyncLocalStorage<LogFields>();
  const line =
    (to: "debug" | "info" | "warn" | "error") => (fields: LogFields, message: string) => {
      if (logger.isLevelEnabled(to)) {
        logger[to](writable({ ...surrounding.getStore(), ...fields }), message);
      }
    };
  return {
    debug: line("debug"),
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    during: (fields, work) => surrounding.run({ ...surrounding.getStore(), ...fields }, work),
  };
}

/** Types are gone at run time: a field that a wider object brings along stays out all the same. */
function writable(fields: LogFields): Record<string, string | number> {
  return Object.fromEntries(
    FIELD_NAMES.flatMap((name) => {
      const value = fields[name];
      if (value === undefined) return [];
      return [[name, typeof value === "string" ? withoutTokens(value) : value]];
    }),
  );
}
