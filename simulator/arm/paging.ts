import type { Answer } from "../http/message.ts";
import type { ArmCall } from "./call.ts";
import { crlfJsonAnswer } from "./crlf-json.ts";

/** One page of a list inside a service, with `count` of all and a `nextLink` while more follow. */
export function pageAnswer(call: ArmCall, entries: readonly unknown[]): Answer {
  const skip = Number(call.http.url.searchParams.get("$skip") ?? 0) || 0;
  const end = skip + call.settings.pageSize;
  const page = { value: entries.slice(skip, end), count: entries.length };
  if (end >= entries.length) return crlfJsonAnswer(200, page);
  const next = new URL(`${call.http.url.pathname}${call.http.url.search}`, call.address());
  next.searchParams.set("$skip", String(end));
  return crlfJsonAnswer(200, { ...page, nextLink: next.href });
}
