import type { WatchEvent } from "./client.ts";
import { KubernetesError } from "./errors.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { KubernetesObject } from "./object.ts";

/**
 * Reads the events of a watch until the server ends it.
 *
 * @throws {KubernetesError} `Aborted` by the signal, `Unreachable` when the connection breaks, also in
 *   the middle of a line, `Unreadable` for a line that is no event or has no end.
 */
export async function* readWatch<T extends KubernetesObject>(
  body: AsyncIterable<Uint8Array>,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const splitter = new LineSplitter();
  try {
    for await (const chunk of body) {
      for (const line of splitter.push(chunk)) {
        if (line !== "") yield readEvent<T>(line, path);
      }
    }
  } catch (error) {
    throw asWatchError(error, path, signal);
  }
  if (splitter.pending > 0) {
    throw new KubernetesError("Unreachable", `The watch of ${path} ended within an event`);
  }
}

function readEvent<T extends KubernetesObject>(line: string, path: string): WatchEvent<T> {
  const { type, object } = parse(line) ?? {};
  if (typeof object === "object" && object !== null) {
    switch (type) {
      case "ADDED":
      case "MODIFIED":
      case "DELETED":
        return { type, object: object as T };
      case "BOOKMARK":
        return { type, object: object as KubernetesObject };
      case "ERROR":
        return { type, status: object };
    }
  }
  throw new KubernetesError("Unreadable", `The watch of ${path} sent a line that is no event`);
}

function parse(line: string): { type?: unknown; object?: unknown } | null {
  try {
    return JSON.parse(line) as { type?: unknown; object?: unknown } | null;
  } catch {
    return null;
  }
}

function asWatchError(error: unknown, path: string, signal: AbortSignal): KubernetesError {
  if (error instanceof KubernetesError) return error;
  if (signal.aborted) {
    return new KubernetesError("Aborted", `The watch of ${path} was aborted`, { cause: error });
  }
  const kind = error instanceof RangeError ? "Unreadable" : "Unreachable";
  const { message } = error as Error;
  return new KubernetesError(kind, `The watch of ${path} broke: ${message}`, { cause: error });
}
