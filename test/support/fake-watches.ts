import type { ServerResponse } from "node:http";
import { resetConnection } from "./fake-api-faults.ts";
import type { Change, FakeStorage, Stored } from "./fake-storage.ts";

/** The watches that are open, and what a test may do to them. */
export class FakeWatches {
  readonly #storage: FakeStorage;
  readonly #open = new Set<ServerResponse>();
  #isFrozen = false;

  constructor(storage: FakeStorage) {
    this.#storage = storage;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Answers a watch: first what happened since the version, then what happens. */
  open(
    response: ServerResponse,
    {
      collection,
      since,
      matches,
      timeoutInMs,
    }: {
      readonly collection: string;
      readonly since: number;
      readonly matches: (object: Stored) => boolean;
      readonly timeoutInMs: number;
    },
  ): void {
    const missed = this.#storage.since(collection, since);
    const send = ({ type, object, collection: changed }: Change) => {
      if (this.#isFrozen || response.writableEnded) return;
      if (changed !== collection || !matches(object)) return;
      response.write(lineOf(type, object));
    };
    const unsubscribe = this.#storage.subscribe(send);
    const timer = setTimeout(() => response.end(), timeoutInMs);
    response.once("close", () => {
      clearTimeout(timer);
      unsubscribe();
      this.#open.delete(response);
    });
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    this.#open.add(response);
    for (const change of missed) send(change);
  }

  /** Tells all how far they are. */
  bookmark(version = this.#storage.version): void {
    for (const response of this.#open) {
      response.write(lineOf("BOOKMARK", { metadata: { resourceVersion: String(version) } }));
    }
  }

  /** Sends an `ERROR` event with this code. */
  fail(code: number, reason = ""): void {
    for (const response of this.#open) response.write(errorLine(code, reason));
  }

  /** Writes bytes as they are. */
  write(bytes: string | Uint8Array): void {
    for (const response of this.#open) response.write(bytes);
  }

  /** As the server does when their time is over. */
  end(): void {
    for (const response of this.#open) response.end();
  }

  /** As when the other end dies. */
  reset(): void {
    for (const response of this.#open) resetConnection(response);
  }

  /** Connections stay open, and no event comes any more: also not to watches opened later. */
  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
  }
}

/** A watch event of type ERROR, which ends a watch. */
export function errorLine(code: number, reason: string): string {
  const status = { kind: "Status", apiVersion: "v1", status: "Failure", code, reason };
  return lineOf("ERROR", { ...status, message: `failed with ${code}`, metadata: {} });
}

/** A watch event as it goes over the wire. */
export function lineOf(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}
