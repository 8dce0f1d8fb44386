import type {
  CallOptions,
  KubernetesClient,
  ListQuery,
  ObjectList,
  StatusOptions,
  WatchEvent,
  WatchQuery,
} from "./client.ts";
import { isKind, KubernetesError } from "./errors.ts";
import type { KubernetesObject, ObjectName } from "./object.ts";
import { apiVersionOf, pathOf, type Resource } from "./resource.ts";
import type { Transport } from "./transport.ts";
import { readWatch } from "./watch-stream.ts";

/** How often a status is sent whose object others change at the same time. */
const STATUS_ATTEMPTS = 5;

/** {@link KubernetesClient} over HTTP. */
export class ApiClient implements KubernetesClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async get<T extends KubernetesObject>(
    resource: Resource<T>,
    name: ObjectName,
    options?: CallOptions,
  ): Promise<T> {
    const path = pathOf(resource, name);
    return asObject(
      await this.#transport.call({ ...options, method: "GET", path }),
      resource,
      path,
    );
  }

  async list<T extends KubernetesObject>(
    resource: Resource<T>,
    { namespace, ...query }: ListQuery = {},
    options?: CallOptions,
  ): Promise<ObjectList<T>> {
    const path = pathOf(resource, { namespace });
    const answer = await this.#transport.call({
      ...options,
      method: "GET",
      path,
      query: { ...query },
    });
    return asList(answer, resource, path);
  }

  async watch<T extends KubernetesObject>(
    resource: Resource<T>,
    { namespace, ...query }: WatchQuery,
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchEvent<T>>> {
    const path = pathOf(resource, { namespace });
    const body = await this.#transport.stream({
      path,
      query: { ...query, watch: true, allowWatchBookmarks: true },
      signal,
    });
    return readWatch<T>(body, path, signal);
  }

  async create<T extends KubernetesObject>(
    resource: Resource<T>,
    object: T,
    options?: CallOptions,
  ): Promise<T> {
    const path = pathOf(resource, { namespace: object.metadata.namespace });
    const body = withType(resource, object);
    const answer = await this.#transport.call({ ...options, method: "POST", path, body });
    return asObject(answer, resource, path);
  }

  async replace<T extends KubernetesObject>(
    resource: Resource<T>,
    object: T,
    options?: CallOptions,
  ): Promise<T> {
    const path = pathOf(resource, namedBy(object));
    const body = withType(resource, object);
    return asObject(
      await this.#transport.call({ ...options, method: "PUT", path, body }),
      resource,
      path,
    );
  }

  async mergePatch<T extends KubernetesObject>(
    resource: Resource<T>,
    name: ObjectName,
    patch: object,
    {
      subresource,
      fieldManager,
      ...options
    }: CallOptions & { readonly subresource?: string; readonly fieldManager?: string } = {},
  ): Promise<T> {
    const path = pathOf(resource, name, subresource);
    const answer = await this.#transport.call({
      ...options,
      method: "PATCH",
      path,
      query: { fieldManager },
      contentType: "application/merge-patch+json",
      body: patch,
    });
    return asObject(answer, resource, path);
  }

  async applyStatus<T extends KubernetesObject>(
    resource: Resource<T>,
    object: T,
    { permit, ...options }: StatusOptions,
  ): Promise<T> {
    let version =
      object.metadata.resourceVersion ?? (await this.#versionOf(resource, object, options));
    for (let attempt = 1; ; attempt += 1) {
      permit?.();
      try {
        return await this.#applyStatusAt(resource, object, version, options);
      } catch (error) {
        if (!isKind(error, "Conflict") || attempt === STATUS_ATTEMPTS) throw error;
        version = await this.#versionOf(resource, object, options);
      }
    }
  }

  /** The present version of this very object. */
  async #versionOf<T extends KubernetesObject>(
    resource: Resource<T>,
    object: T,
    options: CallOptions,
  ): Promise<string | undefined> {
    const { metadata } = await this.get(resource, namedBy(object), options);
    const { uid = metadata.uid, name } = object.metadata;
    if (metadata.uid === uid) return metadata.resourceVersion;
    throw new KubernetesError(
      "Conflict",
      `The ${resource.kind} ${name} of uid ${uid} has gone, another has its name`,
    );
  }

  /**
   * By resource version and not by uid: on the status of a custom resource the API server (1.37) takes any
   * uid without a word, and the status of an object that was deleted would become that of its successor.
   */
  async #applyStatusAt<T extends KubernetesObject>(
    resource: Resource<T>,
    object: T,
    resourceVersion: string | undefined,
    { fieldManager, ...options }: Omit<StatusOptions, "permit">,
  ): Promise<T> {
    const { namespace, name } = namedBy(object);
    const path = pathOf(resource, { namespace, name }, "status");
    const answer = await this.#transport.call({
      ...options,
      method: "PATCH",
      path,
      query: { fieldManager, force: true },
      contentType: "application/apply-patch+yaml",
      body: withType(resource, {
        // Whatever else stood here would become the manager's own.
        metadata: { name, namespace, resourceVersion },
        status: (object as { readonly status?: unknown }).status ?? {},
      }),
    });
    return asObject(answer, resource, path);
  }

  async delete(
    resource: Resource,
    { uid, ...name }: ObjectName & { readonly uid?: string },
    options?: CallOptions,
  ): Promise<void> {
    try {
      await this.#transport.call({
        ...options,
        method: "DELETE",
        path: pathOf(resource, name),
        body: {
          apiVersion: "v1",
          kind: "DeleteOptions",
          ...(uid !== undefined && { preconditions: { uid } }),
        },
      });
    } catch (error) {
      if (!isKind(error, "NotFound")) throw error;
    }
  }
}

function namedBy({ metadata: { namespace, name = "" } }: KubernetesObject): ObjectName {
  if (name === "") throw new TypeError("The object has no metadata.name");
  return { namespace, name };
}

function withType(resource: Resource, object: object): object {
  return { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
}

function asObject<T extends KubernetesObject>(
  answer: unknown,
  { kind }: Resource<T>,
  path: string,
): T {
  if (isObject(answer) && isObject(answer["metadata"])) return answer as unknown as T;
  throw new KubernetesError("Unreadable", `${path} was not answered with an object of ${kind}`);
}

function asList<T extends KubernetesObject>(
  answer: unknown,
  resource: Resource<T>,
  path: string,
): ObjectList<T> {
  const { metadata, items } = isObject(answer) ? answer : {};
  // A list without items is written as null by some servers.
  const found = items === null ? [] : items;
  const isList = isObject(metadata) && typeof metadata["resourceVersion"] === "string";
  if (!isList || !Array.isArray(found)) {
    throw new KubernetesError("Unreadable", `GET ${path} was not answered with a list`);
  }
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  return {
    metadata: metadata as unknown as ObjectList<T>["metadata"],
    items: found.map((item) => Object.assign(item as T, type)),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
