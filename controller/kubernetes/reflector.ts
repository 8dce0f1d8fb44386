import { errorOfAnswer } from "./answer-error.ts";
import { withoutBulk } from "./bulk.ts";
import type { KubernetesClient, ListQuery, WatchEvent } from "./client.ts";
import type { Clock } from "./clock.ts";
import { isKind, KubernetesError } from "./errors.ts";
import type { KubernetesObject } from "./object.ts";
import { ReflectorPace, type Attempt, type NextAttempt } from "./reflector-pace.ts";
import { pathOf, type Resource } from "./resource.ts";
import { StallGuard } from "./stall-guard.ts";
import type { Store } from "./store.ts";

export interface ReflectorOptions<T extends KubernetesObject> {
  readonly client: Pick<KubernetesClient, "list" | "watch">;
  readonly resource: Resource<T>;
  readonly store: Store<T>;
  readonly clock: Clock;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  /** Which of the objects; all of them unless said. */
  readonly query?: Pick<ListQuery, "namespace" | "labelSelector" | "fieldSelector">;
  readonly observer?: ReflectorObserver;
}

/** Told what a reflector does. */
export interface ReflectorObserver {
  listed?(objects: number): void;
  /** Something was heard from the watch, be it a bookmark. */
  heard?(): void;
  watchEnded?(how: WatchEnd): void;
  /** Something went wrong, and after so long it is tried again. */
  failed?(error: unknown, againInMs: number): void;
}

export type WatchEnd =
  /** By the server, in order. */
  | "closed"
  /** The resource version is too old. */
  | "expired"
  /** Found dead by us. */
  | "stalled"
  /** In any other way. */
  | "failed";

const PAGE_SIZE = 500;
const SHORTEST_WATCH_IN_SECONDS = 300;
const SPREAD_IN_SECONDS = 300;

/**
 * Keeps a store equal to what the API server holds: lists page by page, then watches, and begins again
 * wherever that breaks. The server is asked to end each watch after 5 to 10 minutes, so that they spread
 * over its replicas, and so that a dead one is noticed.
 */
export class Reflector<T extends KubernetesObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #path: string;
  /** The resource version up to which the store is right; undefined: list first. */
  #position: string | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#path = pathOf(options.resource, { namespace: options.query?.namespace });
  }

  /** Works until the signal aborts, and resolves right after; it does not reject. Runs once. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, observer } = this.#options;
    const pace = new ReflectorPace(random);
    while (!signal.aborted) {
      const attempt = await this.#attempt(signal);
      if (signal.aborted) return;
      const next = pace.after(attempt);
      if (attempt.error !== undefined) observer?.failed?.(attempt.error, next.waitInMs);
      await this.#prepare(next, signal, clock);
    }
  }

  async #prepare(
    { waitInMs, needsList }: NextAttempt,
    signal: AbortSignal,
    clock: Clock,
  ): Promise<void> {
    if (needsList) this.#position = undefined;
    // Rejects when the signal aborts, which the loop sees by itself.
    await clock.sleep(waitInMs, signal).catch(() => undefined);
  }

  async #attempt(signal: AbortSignal): Promise<Attempt> {
    const { clock } = this.#options;
    const startedAt = clock.monotonic();
    const before = this.#position;
    const kind = before === undefined ? "list" : "watch";
    const ended = () =>
      ({
        kind,
        ranForInMs: clock.monotonic() - startedAt,
        hasProgressed: this.#position !== before,
      }) as const;
    try {
      await (before === undefined ? this.#list(signal) : this.#watch(before, signal));
      return ended();
    } catch (error) {
      return { ...ended(), error };
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { store, observer } = this.#options;
    const { objects, position } = await this.#readPages(signal);
    if (signal.aborted) return;
    store.replace(objects);
    this.#position = position;
    observer?.listed?.(objects.length);
  }

  /** Page by page, so that no answer is so big that parsing it holds up everything else. */
  async #readPages(signal: AbortSignal): Promise<Listed<T>> {
    const objects: T[] = [];
    let position = "";
    let next: string | undefined;
    do {
      try {
        const page = await this.#readPage({ limit: PAGE_SIZE, continue: next }, signal);
        for (const object of page.objects) objects.push(object);
        ({ position, next } = page);
      } catch (error) {
        if (next === undefined || !isKind(error, "Expired")) throw error;
        // Reading took longer than the server remembers; in one answer it cannot.
        return await this.#readPage({}, signal);
      }
    } while (next !== undefined);
    return { objects, position };
  }

  async #readPage(
    page: Pick<ListQuery, "limit" | "continue">,
    signal: AbortSignal,
  ): Promise<Listed<T> & { readonly next: string | undefined }> {
    const { client, resource, query } = this.#options;
    // Once: this loop has its own way of trying again.
    const list = await client.list(resource, { ...query, ...page }, { signal, attempts: 1 });
    return {
      objects: list.items.map(withoutBulk),
      position: list.metadata.resourceVersion,
      next: list.metadata.continue || undefined,
    };
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { clock, random, observer } = this.#options;
    const timeoutSeconds = SHORTEST_WATCH_IN_SECONDS + Math.floor(SPREAD_IN_SECONDS * random());
    const connection = new AbortController();
    const onAbort = () => connection.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    let isStalled = false;
    const guard = new StallGuard(clock, timeoutSeconds * 1000, () => {
      isStalled = true;
      connection.abort();
    });
    try {
      await this.#follow({ resourceVersion, timeoutSeconds }, guard, connection.signal);
      observer?.watchEnded?.("closed");
    } catch (error) {
      const failure = isStalled ? stallOf(this.#path, error) : error;
      if (!signal.aborted) observer?.watchEnded?.(isStalled ? "stalled" : endOf(failure));
      throw failure;
    } finally {
      guard.stop();
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #follow(
    window: { readonly resourceVersion: string; readonly timeoutSeconds: number },
    guard: StallGuard,
    signal: AbortSignal,
  ): Promise<void> {
    const { client, resource, query, observer } = this.#options;
    for await (const event of await client.watch(resource, { ...query, ...window }, signal)) {
      // What was on its way when the signal aborted comes too late.
      signal.throwIfAborted();
      guard.note(event.type);
      observer?.heard?.();
      this.#takeIn(event);
    }
  }

  #takeIn(event: WatchEvent<T>): void {
    const { store, clock } = this.#options;
    const call = `The watch of ${this.#path}`;
    if (event.type === "ERROR") {
      const { code = 500 } = event.status;
      throw errorOfAnswer(call, { code, body: event.status }, clock.now());
    }
    const { resourceVersion } = event.object.metadata;
    if (resourceVersion === undefined) {
      throw new KubernetesError("Unreadable", `${call} sent an object without a resourceVersion`);
    }
    switch (event.type) {
      case "ADDED":
      case "MODIFIED":
        store.put(withoutBulk(event.object));
        break;
      case "DELETED":
        store.remove(withoutBulk(event.object));
        break;
      case "BOOKMARK":
    }
    this.#position = resourceVersion;
  }
}

interface Listed<T> {
  readonly objects: readonly T[];
  /** The resource version of which they are. */
  readonly position: string;
}

function endOf(error: unknown): WatchEnd {
  return isKind(error, "Expired") ? "expired" : "failed";
}

function stallOf(path: string, cause: unknown): KubernetesError {
  return new KubernetesError("Unreachable", `The watch of ${path} went silent`, { cause });
}
