import type { AzureScopeGrant } from "../api/v1alpha1/grant-types.generated.ts";
import type { SecuredFunctionBackend } from "../api/v1alpha1/types.generated.ts";
import type { KubernetesClient, ListQuery } from "../kubernetes/client.ts";
import type { Clock } from "../kubernetes/clock.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { Reflector, type ReflectorObserver } from "../kubernetes/reflector.ts";
import type { Resource } from "../kubernetes/resource.ts";
import { Store, type StoreReader } from "../kubernetes/store.ts";
import type { Caches } from "./backend-register.ts";
import { BACKENDS, GRANTS, NAMESPACES } from "./resources.ts";

export interface CacheOptions {
  readonly client: Pick<KubernetesClient, "list" | "watch">;
  /** Empty: the whole cluster. */
  readonly namespaces: readonly string[];
  readonly clock: Clock;
  readonly random: () => number;
  /** Told what each watch does, by its resource. */
  readonly observerOf: (resource: string) => ReflectorObserver;
  /** Something that follows the objects broke: a bug, which must not stop the watch. */
  readonly onHandlerError: (error: unknown) => void;
}

/** What the operator watches; nothing is asked for before `run`. */
export interface WatchedCaches extends Caches {
  readonly all: readonly StoreReader<KubernetesObject>[];
  /** Keeps all of them up until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Makes the caches of objects, of grants, and of namespaces, whose labels grants go by. */
export function createCaches(options: CacheOptions): WatchedCaches {
  const { namespaces, clock, random, client } = options;
  const reflectors: { run(signal: AbortSignal): Promise<void> }[] = [];
  const all: StoreReader<KubernetesObject>[] = [];
  const watch = <T extends KubernetesObject>(
    resource: Resource<T>,
    query: Pick<ListQuery, "namespace" | "fieldSelector"> = {},
  ): StoreReader<T> => {
    const { onHandlerError } = options;
    const where = query.namespace === undefined ? "" : ` in ${query.namespace}`;
    const store = new Store<T>({ name: `${resource.plural}${where}`, onHandlerError });
    const observer = options.observerOf(resource.plural);
    reflectors.push(new Reflector({ client, resource, store, clock, random, query, observer }));
    all.push(store);
    return store;
  };
  const backends: readonly StoreReader<SecuredFunctionBackend>[] =
    namespaces.length === 0
      ? [watch(BACKENDS)]
      : namespaces.map((namespace) => watch(BACKENDS, { namespace }));
  const grants: StoreReader<AzureScopeGrant> = watch(GRANTS);
  return {
    backends,
    grants,
    namespaces: watch(NAMESPACES),
    all,
    run: async (signal) => {
      await Promise.all(reflectors.map((reflector) => reflector.run(signal)));
    },
  };
}
