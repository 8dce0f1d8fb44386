import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import {
  PORTAL_OPERATIONS,
  UNDOCUMENTED_OPERATIONS,
  type UndocumentedOperation,
} from "./allowances.ts";
import { isControllers } from "./controller.ts";
import { valueAt } from "./json-pointer.ts";

/** Refusals of whoever stands in front of the resources: they come before the operation is known. */
const FRONT_DOOR_CODES = [
  "InvalidApiVersionParameter",
  "InvalidResourceType",
  "MissingApiVersionParameter",
  "NotFound",
  "Request_BadRequest",
  "SubscriptionNotFound",
];

/** What to call an operation that has no name in the documents: method and end of its path. */
export function describeUnknownOperation({ method, url }: RecordedExchange): string {
  return `${method} ${pathOf(url).split("/").slice(-2).join("/")}`;
}

/**
 * Whether nothing is wrong with an exchange of an operation that the documents do not know: it is
 * exempted by name, or it is somebody else's and was refused before anybody looked at it.
 */
export function isLeftAlone(exchange: RecordedExchange): boolean {
  if (isNamed(exchange, UNDOCUMENTED_OPERATIONS)) return true;
  return (
    !isControllers(exchange) &&
    (exchange.isInjected ||
      isRefusedAtTheFrontDoor(exchange) ||
      isNamed(exchange, PORTAL_OPERATIONS))
  );
}

function isNamed(
  { method, url }: RecordedExchange,
  operations: readonly UndocumentedOperation[],
): boolean {
  return operations.some((known) => known.method === method && known.path.test(pathOf(url)));
}

function pathOf(url: string): string {
  return url.replace(/\?.*$/u, "");
}

function isRefusedAtTheFrontDoor({ status, responseBody }: RecordedExchange): boolean {
  if (status === 405) return true;
  const code = valueAt(responseBody, "/error/code");
  return typeof code === "string" && FRONT_DOOR_CODES.includes(code);
}
