import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import { isControllers } from "./controller.ts";
import { CONTROLLER_OPERATIONS, type ControllerOperation } from "./controller-operations.ts";
import type { Judgement } from "./judge.ts";
import { SIMULATED_FAILURES, type SimulatedFailure } from "./simulated-failures.ts";

/** The statuses that the controller got for an operation, ascending. */
export function statusesMet(
  { operation }: ControllerOperation,
  judgements: readonly Judgement[],
): readonly number[] {
  return statusesOf(
    judgements.filter((each) => each.operation === operation && isControllers(each.exchange)),
  );
}

/** The operations that the controller called and the written list lacks. */
export function unlistedOperations(judgements: readonly Judgement[]): readonly string[] {
  const listed = new Set(CONTROLLER_OPERATIONS.map(({ operation }) => operation));
  const called = judgements
    .filter(({ exchange }) => isControllers(exchange))
    .map(({ operation }) => operation);
  return [...new Set(called)].filter((operation) => !listed.has(operation));
}

/** How often a failure was played, to whomever. */
export function timesPlayed(
  { operation, status, code, retryAfter }: SimulatedFailure,
  judgements: readonly Judgement[],
): number {
  return judgements.filter(
    ({ operation: played, exchange }) =>
      operation.test(played) &&
      exchange.status === status &&
      errorCodeOf(exchange) === code &&
      (retryAfter === undefined || retryAfter === hasRetryAfter(exchange)),
  ).length;
}

/** The coverage of a run as text: operations of the controller, then failures. */
export function coverageTable(judgements: readonly Judgement[]): string {
  const operations = CONTROLLER_OPERATIONS.map((each) => [
    each.operation,
    statusesMet(each, judgements).join(" "),
    statusesOf(judgements.filter(({ operation }) => operation === each.operation)).join(" "),
  ]);
  const failures = SIMULATED_FAILURES.map((failure) => [
    `${failure.status} ${failure.code}`,
    failure.operation.source.replaceAll(/[$\\^]/gu, "") || "any",
    String(timesPlayed(failure, judgements)),
  ]);
  return [
    ...aligned([["operation", "controller got", "anybody got"], ...operations]),
    "",
    ...aligned([["failure", "operation", "distinct times"], ...failures]),
    "",
    `${judgements.length} distinct exchanges, ${operationsIn(judgements)} operations`,
  ].join("\n");
}

function operationsIn(judgements: readonly Judgement[]): number {
  return new Set(judgements.map(({ operation }) => operation)).size;
}

function statusesOf(judgements: readonly Judgement[]): readonly number[] {
  const statuses = judgements.flatMap(({ exchange }) => exchange.status ?? []);
  return [...new Set(statuses)].toSorted((left, right) => left - right);
}

function errorCodeOf({ responseBody }: RecordedExchange): unknown {
  const body = responseBody as { error?: { code?: unknown }; Code?: unknown } | undefined;
  return body?.error?.code ?? body?.Code;
}

function hasRetryAfter({ responseHeaders = {} }: RecordedExchange): boolean {
  return "retry-after" in responseHeaders;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
