import { isDeepStrictEqual } from "node:util";
import type { RecordedExchange } from "../../simulator/control/traffic-recording.ts";
import { UNKNOWN_MEMBER, type Issue } from "./issue.ts";
import { valueAt } from "./json-pointer.ts";

/** Whether an unknown member was there, with this value, when the resource was last read. */
export function isCarriedOver({ code, pointer }: Issue, exchange: RecordedExchange): boolean {
  if (code !== UNKNOWN_MEMBER) return false;
  const before = valueAt(exchange.readBefore, pointer);
  return before !== undefined && isDeepStrictEqual(before, valueAt(exchange.requestBody, pointer));
}
