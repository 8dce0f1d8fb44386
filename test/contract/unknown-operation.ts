import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import {
  PORTAL_OPERATIONS,
  UNDOCUMENTED_OPERATIONS,
  type UndocumentedOperation,
} from "./allowances.ts";
import { isControllers } from "./controller.ts";

/** What to call an operation that has no name in the documents: method and end of its path. */
export function describeUnknownOperation({ method, url }: RecordedExchange): string {
  return `${method} ${pathOf(url).split("/").slice(-2).join("/")}`;
}

/**
 * Whether nothing is wrong with an exchange of an operation that the documents do not know: it is
 * exempted by name, or it is somebody else's and was refused, as what nobody knows should be.
 */
export function isLeftAlone(exchange: RecordedExchange): boolean {
  if (isNamed(exchange, UNDOCUMENTED_OPERATIONS)) return true;
  return (
    !isControllers(exchange) &&
    (exchange.isInjected || isRefused(exchange) || isNamed(exchange, PORTAL_OPERATIONS))
  );
}

function isRefused({ status = 0 }: RecordedExchange): boolean {
  return status >= 400;
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
