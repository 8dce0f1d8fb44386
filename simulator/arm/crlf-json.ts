import type { Answer } from "../http/message.ts";

/** JSON as API Management writes what lies inside a service: two blanks, lines ended by CRLF. */
export function crlfJsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body, null, 2).replace(/\n/gu, "\r\n"),
  };
}

/** An `ETag` header as HTTP quotes it. */
export function etagHeader(etag: string): Record<string, string> {
  return { etag: `"${etag}"` };
}
