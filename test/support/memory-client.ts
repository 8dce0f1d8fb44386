import { randomUUID } from "node:crypto";
import type {
  CallOptions,
  KubernetesClient,
  ObjectList,
} from "../../controller/kubernetes/client.ts";
import { KubernetesError } from "../../controller/kubernetes/errors.ts";
import {
  keyOf,
  type KubernetesObject,
  type ObjectName,
} from "../../controller/kubernetes/object.ts";
import { pathOf, type Resource } from "../../controller/kubernetes/resource.ts";

export type Verb = "get" | "list" | "create" | "replace" | "mergePatch" | "applyStatus" | "delete";

/** A call as the fake was asked. */
export interface MemoryCall {
  readonly verb: Verb;
  readonly plural: string;
  readonly name: string;
  readonly options: CallOptions;
}

interface Store {
  readonly objects: Map<string, KubernetesObject>;
  version: number;
}

/** Done around a call: may wait, may fail before it or after it. */
export type Around = (call: MemoryCall, proceed: () => Promise<unknown>) => Promise<unknown>;

/**
 * Objects in memory behind the interface of the client, for tests that turn the clock: no network, no
 * watches, no field managers. What a server does is shown with `FakeApiServer` and a real one.
 */
export class MemoryClient implements KubernetesClient {
  readonly calls: MemoryCall[] = [];
  around: Around = async (_, proceed) => proceed();
  readonly #store: Store;

  /** @param shares whose objects it sees as well. */
  constructor(shares?: MemoryClient) {
    this.#store = shares === undefined ? { objects: new Map(), version: 0 } : shares.#store;
  }

  /** All objects of a resource. */
  all<T extends KubernetesObject>(resource: Resource<T>): T[] {
    const prefix = `${resource.group}/${resource.plural} `;
    const entries = [...this.#store.objects].filter(([key]) => key.startsWith(prefix));
    return entries.map(([, object]) => object as T);
  }

  async get<T extends KubernetesObject>(resource: Resource<T>, name: ObjectName, options = {}) {
    return this.#do("get", resource, name, options, () => this.#find(resource, name));
  }

  async list<T extends KubernetesObject>(
    resource: Resource<T>,
    _query = {},
    options = {},
  ): Promise<ObjectList<T>> {
    await this.#do("list", resource, { name: "" }, options, () => undefined);
    return { metadata: { resourceVersion: `${this.#store.version}` }, items: this.all(resource) };
  }

  watch(): Promise<never> {
    throw new Error("the memory client does not watch");
  }

  async create<T extends KubernetesObject>(resource: Resource<T>, object: T, options = {}) {
    const name = nameOf(object);
    return this.#do("create", resource, name, options, () => {
      if (this.#store.objects.has(keyIn(resource, name))) {
        throw new KubernetesError("AlreadyExists", `${name.name} exists`, { code: 409 });
      }
      const metadata = { ...object.metadata, uid: randomUUID(), generation: 1 };
      return this.#keep(resource, { ...object, metadata });
    });
  }

  async replace<T extends KubernetesObject>(resource: Resource<T>, object: T, options = {}) {
    const name = nameOf(object);
    return this.#do("replace", resource, name, options, () => {
      this.#find(resource, name);
      this.#check(resource, name, object.metadata);
      return this.#keep(resource, object);
    });
  }

  async mergePatch<T extends KubernetesObject>(
    resource: Resource<T>,
    name: ObjectName,
    patch: object,
    options = {},
  ) {
    return this.#do("mergePatch", resource, name, options, () => {
      const found = this.#find(resource, name);
      const { metadata = {} } = patch as Partial<KubernetesObject>;
      this.#check(resource, name, metadata);
      return this.#keep(resource, {
        ...found,
        ...patch,
        metadata: { ...found.metadata, ...metadata },
      });
    });
  }

  async applyStatus<T extends KubernetesObject>(resource: Resource<T>, object: T, options = {}) {
    const name = nameOf(object);
    return this.#do("applyStatus", resource, name, options, () => {
      const found = this.#find(resource, name);
      this.#check(resource, name, { uid: object.metadata.uid });
      const { status } = object as T & { status?: unknown };
      return this.#keep(resource, { ...found, status });
    });
  }

  async delete(resource: Resource, name: ObjectName & { uid?: string }, options = {}) {
    await this.#do("delete", resource, name, options, () => {
      const found = this.#store.objects.get(keyIn(resource, name));
      if (found === undefined) return;
      const { finalizers = [] } = found.metadata;
      if (finalizers.length === 0) this.#store.objects.delete(keyIn(resource, name));
      else {
        const deletionTimestamp = "2026-01-01T00:00:00Z";
        this.#keep(resource, { ...found, metadata: { ...found.metadata, deletionTimestamp } });
      }
    });
  }

  async #do<Answer>(
    verb: Verb,
    resource: Resource,
    name: ObjectName,
    options: CallOptions,
    act: () => Answer,
  ): Promise<Answer> {
    const call = { verb, plural: resource.plural, name: name.name, options };
    this.calls.push(call);
    if (options.signal?.aborted === true) throw new KubernetesError("Aborted", "aborted");
    return structuredClone((await this.around(call, async () => act())) as Answer);
  }

  #find<T extends KubernetesObject>(resource: Resource<T>, name: ObjectName): T {
    const found = this.#store.objects.get(keyIn(resource, name));
    if (found !== undefined) return found as T;
    throw new KubernetesError("NotFound", `${pathOf(resource, name)} is not there`, { code: 404 });
  }

  #check(
    resource: Resource,
    name: ObjectName,
    { resourceVersion, uid }: { resourceVersion?: string | undefined; uid?: string | undefined },
  ): void {
    const { metadata } = this.#find(resource, name);
    const isOther = uid !== undefined && uid !== metadata.uid;
    const isOld = resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion;
    if (isOther || isOld) throw new KubernetesError("Conflict", "it has changed", { code: 409 });
  }

  #keep<T extends KubernetesObject>(resource: Resource<T>, object: T): T {
    const metadata = { ...object.metadata, resourceVersion: `${++this.#store.version}` };
    const stored = structuredClone({ ...object, metadata });
    const key = keyIn(resource, nameOf(object));
    const isGone = metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length;
    if (isGone) this.#store.objects.delete(key);
    else this.#store.objects.set(key, stored);
    return stored;
  }
}

function keyIn({ group, plural }: Resource, { namespace, name }: ObjectName): string {
  return `${group}/${plural} ${keyOf({ metadata: { name, ...(namespace && { namespace }) } })}`;
}

function nameOf({ metadata: { namespace, name = "" } }: KubernetesObject): ObjectName {
  return { namespace, name };
}
