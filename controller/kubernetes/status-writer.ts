import { isDeepStrictEqual } from "node:util";
import type { KubernetesClient } from "./client.ts";
import { isKind } from "./errors.ts";
import { keyOf, nameOf, type KubernetesObject } from "./object.ts";
import type { Resource } from "./resource.ts";
import type { StoreReader } from "./store.ts";

export interface WithStatus extends KubernetesObject {
  readonly status?: object;
}

/** What became of a status. */
export type Written<T> =
  /** It was there already: nothing was sent. */
  | { readonly kind: "unchanged"; readonly object: T }
  | { readonly kind: "written"; readonly object: T }
  /** The object has gone, which is no failure. */
  | { readonly kind: "gone" }
  /** Another object has its name now. */
  | { readonly kind: "recreated" };

export interface StatusWriterOptions<T extends WithStatus> {
  readonly client: KubernetesClient;
  readonly resource: Resource<T>;
  /** Owns the fields of the status, and no others. */
  readonly fieldManager: string;
  /** Throws when this replica has lost the right to write. */
  readonly permit?: (() => void) | undefined;
  /** Where passes read from: it is told of what was written. */
  readonly store: Pick<StoreReader<T>, "get" | "assume">;
}

/** Writes whole statuses, when they differ from what is there. */
export class StatusWriter<T extends WithStatus> {
  readonly #options: StatusWriterOptions<T>;

  constructor(options: StatusWriterOptions<T>) {
    this.#options = options;
  }

  /**
   * Gives an object its status; what it held before and holds no longer disappears.
   * @param object as the pass found it.
   * @throws {KubernetesError} when the status is not known to be stored.
   */
  async write(
    object: T,
    status: NonNullable<T["status"]>,
    signal?: AbortSignal,
  ): Promise<Written<T>> {
    const { client, resource, fieldManager, permit, store } = this.#options;
    const { uid } = object.metadata;
    const latest = store.get(keyOf(object)) ?? object;
    if (latest.metadata.uid !== uid) return { kind: "recreated" };
    if (isDeepStrictEqual(latest.status, asSent(status))) {
      return { kind: "unchanged", object: latest };
    }
    try {
      const wanted = { ...latest, status };
      const written = await client.applyStatus(resource, wanted, { fieldManager, permit, signal });
      store.assume(written);
      return { kind: "written", object: written };
    } catch (error) {
      if (isKind(error, "NotFound")) return { kind: "gone" };
      if (isKind(error, "Conflict")) return await this.#afterConflict(object, error);
      throw error;
    }
  }

  /** Tells an object that has a successor from one that others changed too fast. */
  async #afterConflict(object: T, conflict: unknown): Promise<Written<T>> {
    const { client, resource } = this.#options;
    try {
      const { metadata } = await client.get(resource, nameOf(keyOf(object)));
      if (metadata.uid !== object.metadata.uid) return { kind: "recreated" };
    } catch (error) {
      if (isKind(error, "NotFound")) return { kind: "gone" };
    }
    throw conflict;
  }
}

/** As JSON carries it: members without a value are not there. */
function asSent(status: object): unknown {
  return JSON.parse(JSON.stringify(status));
}
