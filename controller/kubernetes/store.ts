import { withoutBulk } from "./bulk.ts";
import { untilAborted } from "./limited-signal.ts";
import { keyOf, type KubernetesObject } from "./object.ts";
import { compareResourceVersions } from "./resource-version.ts";

/** A change of one object, as far as the store saw it: what happened in between may be missing. */
export interface StoreEvent<T extends KubernetesObject> {
  readonly type: "add" | "update" | "delete";
  /** How it is now; for a delete, how it was last. */
  readonly object: T;
  /** How the store had it before; absent for an add. */
  readonly old?: T;
  /** Whether it was there when the store began, or when the handler came. */
  readonly initial: boolean;
  /** A delete that was missed and found out later: `object` may be older than the deletion. */
  readonly finalStateUnknown: boolean;
}

export type StoreHandler<T extends KubernetesObject> = (event: StoreEvent<T>) => void;

/** What a controller sees of a store. */
export interface StoreReader<T extends KubernetesObject> {
  /** What it holds, for people. */
  readonly name: string;
  /** Whether everything that existed at the start has arrived. */
  readonly isSynced: boolean;
  readonly size: number;
  /** Resolves when {@link isSynced} is true, or rejects with the signal's reason. */
  whenSynced(signal: AbortSignal): Promise<void>;
  /** @param key as {@link keyOf} makes it. */
  get(key: string): T | undefined;
  list(): readonly T[];
  /** Tells a handler of everything there is, then of every change. @returns how to end it. */
  subscribe(handler: StoreHandler<T>): () => void;
  /**
   * Takes in what the server answered to a write. `get` returns it until the watch has caught up, so that
   * nobody decides on a status that is older than the own last word.
   */
  assume(object: T): void;
}

interface Entry<T> {
  /** As the watch had it. */
  readonly seen: T;
  /** As a write left it, while the watch is behind. */
  readonly assumed?: T | undefined;
}

/**
 * The objects of one resource, kept up by a reflector. Handlers are called one after the other while the
 * change is made; one that throws is told of and disturbs nobody else.
 */
export class Store<T extends KubernetesObject> implements StoreReader<T> {
  readonly name: string;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #handlers = new Set<StoreHandler<T>>();
  readonly #onHandlerError: (error: unknown, event: StoreEvent<T>) => void;
  readonly #synced = Promise.withResolvers<void>();
  #isSynced = false;

  constructor({
    name,
    onHandlerError,
  }: {
    readonly name: string;
    readonly onHandlerError: (error: unknown, event: StoreEvent<T>) => void;
  }) {
    this.name = name;
    this.#onHandlerError = onHandlerError;
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  get size(): number {
    return this.#entries.size;
  }

  async whenSynced(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#synced.promise, signal);
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    return entry?.assumed ?? entry?.seen;
  }

  list(): readonly T[] {
    return [...this.#entries.values()].map(({ seen, assumed }) => assumed ?? seen);
  }

  subscribe(handler: StoreHandler<T>): () => void {
    this.#handlers.add(handler);
    for (const { seen } of this.#entries.values()) {
      this.#call(handler, { type: "add", object: seen, initial: true, finalStateUnknown: false });
    }
    return () => this.#handlers.delete(handler);
  }

  assume(object: T): void {
    const key = keyOf(object);
    const entry = this.#entries.get(key);
    // Gone, or another of that name: the answer is of the past.
    if (entry === undefined || isOther(entry.seen, object)) return;
    if (isBehind(entry.assumed ?? entry.seen, object) === false) return;
    this.#entries.set(key, { seen: entry.seen, assumed: withoutBulk(object) });
  }

  /** An object as the watch tells it. An unknown one is added, one with another uid replaces the old. */
  put(object: T): void {
    this.#put(object, false);
  }

  /** An object is gone; `object` is how it was last. */
  remove(object: T): void {
    const key = keyOf(object);
    const old = this.#entries.get(key)?.seen;
    if (old === undefined) return;
    this.#entries.delete(key);
    this.#tell({ type: "delete", object, old, initial: false, finalStateUnknown: false });
  }

  /** Everything that exists now. What is missing was deleted without our seeing it. */
  replace(objects: readonly T[]): void {
    const keys = new Set(objects.map(keyOf));
    for (const [key, { seen }] of this.#entries) {
      if (!keys.has(key)) this.#forget(key, seen);
    }
    const initial = !this.#isSynced;
    for (const object of objects) this.#put(object, initial);
    this.#isSynced = true;
    this.#synced.resolve();
  }

  #put(object: T, initial: boolean): void {
    const key = keyOf(object);
    const entry = this.#entries.get(key);
    if (entry !== undefined && isOther(entry.seen, object)) {
      this.#forget(key, entry.seen);
      this.#put(object, initial);
      return;
    }
    const { assumed } = entry ?? {};
    // Where versions do not compare, the watch is believed.
    const isStillAhead = assumed !== undefined && isBehind(object, assumed) === true;
    this.#entries.set(key, isStillAhead ? { seen: object, assumed } : { seen: object });
    if (entry === undefined) {
      this.#tell({ type: "add", object, initial, finalStateUnknown: false });
    } else if (object.metadata.resourceVersion !== entry.seen.metadata.resourceVersion) {
      const old = entry.seen;
      this.#tell({ type: "update", object, old, initial: false, finalStateUnknown: false });
    }
  }

  #forget(key: string, object: T): void {
    this.#entries.delete(key);
    this.#tell({ type: "delete", object, old: object, initial: false, finalStateUnknown: true });
  }

  #tell(event: StoreEvent<T>): void {
    for (const handler of this.#handlers) this.#call(handler, event);
  }

  #call(handler: StoreHandler<T>, event: StoreEvent<T>): void {
    try {
      handler(event);
    } catch (error) {
      this.#onHandlerError(error, event);
    }
  }
}

function isOther(a: KubernetesObject, b: KubernetesObject): boolean {
  return a.metadata.uid !== b.metadata.uid;
}

/** Whether the first is an older state than the second; undefined when nobody can tell. */
function isBehind(a: KubernetesObject, b: KubernetesObject): boolean | undefined {
  const order = compareResourceVersions(a.metadata.resourceVersion, b.metadata.resourceVersion);
  return order === undefined ? undefined : order < 0;
}
