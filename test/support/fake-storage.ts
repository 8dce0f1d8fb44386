import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

/** An object as the fake keeps it. */
export interface Stored {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: StoredMeta;
  readonly status?: unknown;
  readonly [field: string]: unknown;
}

export interface StoredMeta {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string | undefined;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** One line of the history that watches are fed from. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly collection: string;
  readonly version: number;
  readonly object: Stored;
}

/** Where an object is kept; `collection` is the path of its resource without a namespace. */
export interface Place {
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** What the API server refuses. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** Objects, their resource versions and what happened to them: the part of etcd. */
export class FakeStorage {
  readonly #objects = new Map<string, { readonly place: Place; readonly object: Stored }>();
  readonly #listeners = new Set<(change: Change) => void>();
  #history: Change[] = [];
  #version = 1000;
  #compacted = 0;

  /** The resource version of the last write. */
  get version(): number {
    return this.#version;
  }

  get(place: Place): Stored {
    const found = this.#objects.get(keyOf(place));
    if (found !== undefined) return found.object;
    throw new Refusal(404, "NotFound", `${place.name} not found`);
  }

  /** In the order of their keys, as etcd lists them. */
  list(collection: string, namespace: string | undefined): Stored[] {
    return [...this.#objects.entries()]
      .filter(([, { place }]) => place.collection === collection)
      .filter(([, { place }]) => namespace === undefined || place.namespace === namespace)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { object }]) => object);
  }

  create(collection: string, namespace: string | undefined, object: Stored): Stored {
    const { generateName, ...metadata } = object.metadata;
    const name = metadata.name ?? (generateName && generateName + randomUUID().slice(0, 5));
    if (name === undefined) throw new Refusal(422, "Invalid", "metadata.name: Required value");
    const place = { collection, namespace, name };
    if (this.#objects.has(keyOf(place))) {
      throw new Refusal(409, "AlreadyExists", `${name} already exists`);
    }
    const created: Stored = {
      ...object,
      metadata: {
        ...metadata,
        name,
        ...(namespace !== undefined && { namespace }),
        uid: randomUUID(),
        generation: 1,
        creationTimestamp: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      },
    };
    return this.#record("ADDED", place, created);
  }

  /**
   * Replaces an object by what a function makes of it. Identity and generation are the storage's own; a
   * resource version or uid that the function leaves in must be the present one. Nothing changed: nothing
   * is written.
   */
  update(place: Place, change: (present: Stored) => Stored): Stored {
    const present = this.get(place);
    const wanted = change(present);
    requireSame("uid", wanted.metadata.uid, present.metadata.uid);
    requireSame(
      "resourceVersion",
      wanted.metadata.resourceVersion,
      present.metadata.resourceVersion,
    );
    const { uid, creationTimestamp, deletionTimestamp, generation = 1 } = present.metadata;
    const next: Stored = {
      ...wanted,
      metadata: {
        ...wanted.metadata,
        name: place.name,
        ...(place.namespace !== undefined && { namespace: place.namespace }),
        uid,
        creationTimestamp,
        ...(deletionTimestamp !== undefined && { deletionTimestamp }),
        generation: isDeepStrictEqual(desiredOf(wanted), desiredOf(present))
          ? generation
          : generation + 1,
        resourceVersion: present.metadata.resourceVersion,
      } as StoredMeta,
    };
    if (isDeepStrictEqual(next, present)) return present;
    const isReleased =
      deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0;
    return this.#record(isReleased ? "DELETED" : "MODIFIED", place, next);
  }

  /** Removes an object, or marks it where a finalizer holds it. */
  delete(place: Place, uid?: string): Stored {
    const present = this.get(place);
    requireSame("uid", uid, present.metadata.uid);
    if ((present.metadata.finalizers ?? []).length === 0) {
      return this.#record("DELETED", place, present);
    }
    if (present.metadata.deletionTimestamp !== undefined) return present;
    const deletionTimestamp = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const generation = (present.metadata.generation ?? 1) + 1;
    const metadata = { ...present.metadata, deletionTimestamp, generation };
    return this.#record("MODIFIED", place, { ...present, metadata });
  }

  /** What happened to a collection after a version. */
  since(collection: string, version: number): Change[] {
    if (version < this.#compacted) throw this.expiry(version);
    return this.#history.filter(
      (change) => change.collection === collection && change.version > version,
    );
  }

  expiry(version: number): Refusal {
    return new Refusal(410, "Expired", `too old resource version: ${version} (${this.#compacted})`);
  }

  /** Forgets the history: all resource versions until now have expired. */
  compact(): void {
    this.#history = [];
    this.#version += 1;
    this.#compacted = this.#version;
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #record(type: Change["type"], place: Place, object: Stored): Stored {
    this.#version += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    const written: Stored = { ...object, metadata };
    if (type === "DELETED") this.#objects.delete(keyOf(place));
    else this.#objects.set(keyOf(place), { place, object: written });
    const change: Change = {
      type,
      collection: place.collection,
      version: this.#version,
      object: written,
    };
    this.#history.push(change);
    for (const listener of this.#listeners) listener(change);
    return written;
  }
}

function keyOf({ collection, namespace = "", name }: Place): string {
  return [collection, namespace, name].join(" ");
}

function desiredOf({ metadata: _metadata, status: _status, ...desired }: Stored): object {
  return desired;
}

function requireSame(field: string, given: string | undefined, present: string | undefined): void {
  if (given === undefined || given === "" || given === present) return;
  throw new Refusal(
    409,
    "Conflict",
    `the object has been modified: ${field} is ${present}, the request says ${given}`,
  );
}
