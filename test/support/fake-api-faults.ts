import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What may go wrong with one request. */
export type Fault =
  /** An answer of another making; `body` may be anything, and as long as a test likes. */
  | {
      readonly kind: "answer";
      readonly code: number;
      readonly retryAfter?: string;
      readonly body?: string;
    }
  /** The connection dies before an answer. */
  | { readonly kind: "reset" }
  /** No answer, and the connection stays. */
  | { readonly kind: "silence" }
  /** The head of an answer, and nothing more. */
  | { readonly kind: "head" }
  /** One byte after the other, never to end. */
  | { readonly kind: "drip"; readonly everyInMs: number }
  /** These bytes as a successful answer, and then the connection dies. */
  | { readonly kind: "cut"; readonly bytes: string }
  /** These bytes as a successful answer that ends well, chunk by chunk. */
  | { readonly kind: "body"; readonly chunks: readonly (string | Uint8Array)[] }
  /** A test's own doing: carried out, and then the request is answered as usual. */
  | { readonly kind: "before"; readonly act: () => void };

/** @returns whether the request has got what it gets. */
export function isFaultPlayed(fault: Fault, response: ServerResponse): boolean {
  switch (fault.kind) {
    case "answer":
      response.writeHead(fault.code, {
        "content-type": "application/json",
        ...(fault.retryAfter !== undefined && { "retry-after": fault.retryAfter }),
      });
      response.end(fault.body ?? "");
      return true;
    case "reset":
      resetConnection(response);
      return true;
    case "silence":
      return true;
    case "head":
      startAnswer(response);
      return true;
    case "drip": {
      startAnswer(response);
      const timer = setInterval(() => response.write("["), fault.everyInMs);
      response.once("close", () => clearInterval(timer));
      return true;
    }
    case "cut":
      startAnswer(response);
      response.write(fault.bytes, () => resetConnection(response));
      return true;
    case "body":
      startAnswer(response);
      void writeSlowly(response, fault.chunks);
      return true;
    case "before":
      fault.act();
      return false;
  }
}

function startAnswer(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
}

/** Each chunk on its own, so that it arrives on its own. */
async function writeSlowly(
  response: ServerResponse,
  chunks: readonly (string | Uint8Array)[],
): Promise<void> {
  for (const chunk of chunks) {
    await new Promise((resolve) => response.write(chunk, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

/** TLS sockets cannot be reset, what they lie on can. */
export function resetConnection({ socket }: ServerResponse): void {
  const tls: (Socket & { readonly _parent?: Socket }) | null = socket;
  (tls?._parent ?? tls)?.resetAndDestroy();
}
