import { isDeepStrictEqual } from "node:util";
import type { KubernetesClient } from "./client.ts";
import { isKind } from "./errors.ts";
import { keyOf, type KubernetesObject } from "./object.ts";
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
  /** Another object has its name now, or it changes too fast to be written: look at it anew. */
  | { readonly kind: "recreated" };

export interface StatusWriterOptions<T extends WithStatus> {
  readonly client: KubernetesClient;
  readonly resource: Resource<T>;
  /** Owns the fields of the status, and no others. */
  readonly fieldManager: string;
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
    const { client, resource, fieldManager, store } = this.#options;
    const { uid } = object.metadata;
    const latest = store.get(keyOf(object)) ?? object;
    if (latest.metadata.uid !== uid) return { kind: "recreated" };
    if (isDeepStrictEqual(latest.status, asSent(status))) {
      return { kind: "unchanged", object: latest };
    }
    try {
      const wanted = { ...latest, status };
      const written = await client.applyStatus(resource, wanted, { fieldManager, signal });
      store.assume(written);
      return { kind: "written", object: written };
    } catch (error) {
      if (isKind(error, "NotFound")) return { kind: "gone" };
      if (isKind(error, "Conflict")) return { kind: "recreated" };
      throw error;
    }
  }
}

/** As JSON carries it: members without a value are not there. */
function asSent(status: object): unknown {
  return JSON.parse(JSON.stringify(status));
}
