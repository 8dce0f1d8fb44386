import type { KubernetesObject, ObjectName } from "./object.ts";
import type { Resource } from "./resource.ts";

/**
 * What the controller asks of an API server. Every call ends within its time limit, and fails with a
 * KubernetesError that is already classified. Objects are raw JSON, times stay strings.
 */
export interface KubernetesClient {
  get<T extends KubernetesObject>(
    resource: Resource<T>,
    name: ObjectName,
    options?: CallOptions,
  ): Promise<T>;
  /** One page; `apiVersion` and `kind`, which a list leaves out of its items, are filled in. */
  list<T extends KubernetesObject>(
    resource: Resource<T>,
    query?: ListQuery,
    options?: CallOptions,
  ): Promise<ObjectList<T>>;
  /**
   * Opens a watch; it ends when the server ends it, and fails when the connection does.
   * Answers once the server has accepted, so that a refusal is an error of this call, which is sent
   * once. What it answers is read to its end, left by `break`, or ended by the signal.
   */
  watch<T extends KubernetesObject>(
    resource: Resource<T>,
    query: WatchQuery,
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchEvent<T>>>;
  create<T extends KubernetesObject>(
    resource: Resource<T>,
    object: T,
    options?: CallOptions,
  ): Promise<T>;
  /** Replaces the whole object, if `metadata.resourceVersion` is still the one that was read. */
  replace<T extends KubernetesObject>(
    resource: Resource<T>,
    object: T,
    options?: CallOptions,
  ): Promise<T>;
  /** An RFC 7396 merge patch of the object or of a subresource. */
  mergePatch<T extends KubernetesObject>(
    resource: Resource<T>,
    name: ObjectName,
    patch: object,
    options?: CallOptions & { readonly subresource?: string; readonly fieldManager?: string },
  ): Promise<T>;
  /**
   * Server-side apply of the status subresource, with force: what the manager sent before and sends no
   * longer disappears, what others set stays. Never creates the object. Others may change it meanwhile.
   * One call when the object has its latest resource version, a few otherwise.
   * @throws {KubernetesError} `NotFound`; `Conflict` when the object of this name has another uid.
   */
  applyStatus<T extends KubernetesObject>(
    resource: Resource<T>,
    object: T,
    options: StatusOptions,
  ): Promise<T>;
  /**
   * Deletes the object; absent is success.
   * @throws {KubernetesError} `Conflict`, when the object of this name has another uid.
   */
  delete(
    resource: Resource,
    name: ObjectName & { readonly uid?: string },
    options?: CallOptions,
  ): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Replaces the client's own limit, in milliseconds; it counts all attempts and waits together. */
  readonly timeoutInMs?: number | undefined;
  /** How often the call may be sent when the server is busy or cannot be reached; 5 unless said. */
  readonly attempts?: number | undefined;
}

export interface StatusOptions extends CallOptions {
  readonly fieldManager: string;
  /** Asked before each attempt, since a version that is read anew overrules what others wrote meanwhile. */
  readonly permit?: (() => void) | undefined;
}

export interface ListQuery {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface WatchQuery extends Omit<ListQuery, "limit" | "continue"> {
  /** After so long the server ends the watch, in seconds. */
  readonly timeoutSeconds: number;
}

export interface ObjectList<T extends KubernetesObject> {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly T[];
}

export type WatchEvent<T extends KubernetesObject> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: T }
  /** Only `metadata.resourceVersion` is set. */
  | { readonly type: "BOOKMARK"; readonly object: KubernetesObject }
  | { readonly type: "ERROR"; readonly status: Status };

/** `meta/v1 Status`: how the API server tells what went wrong. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
  };
}
