import { keyOf, type KubernetesObject } from "./object.ts";

/**
 * What this process wrote and its cache may not show yet. A pass that began from the cache alone would
 * forget what the pass before it had noted in the status.
 */
export class OwnWrites<T extends KubernetesObject> {
  readonly #written = new Map<string, T>();

  /** Keeps an object as the API server answered it to a write. */
  note(written: T): void {
    this.#written.set(keyOf(written), written);
  }

  /** The newer one of the object in the cache and of what was written to it last. */
  latest(cached: T): T {
    const key = keyOf(cached);
    const written = this.#written.get(key);
    if (written === undefined) return cached;
    if (written.metadata.uid === cached.metadata.uid && isOlder(cached, written)) return written;
    this.#written.delete(key);
    return cached;
  }

  /** Lets go of an object that has gone. */
  forget(key: string): void {
    this.#written.delete(key);
  }
}

/**
 * Resource versions of one resource are decimal numbers that grow (KEP-5504; etcd has always given
 * them so). Where one is not, another version counts as newer, and the cache is believed.
 */
function isOlder(one: KubernetesObject, other: KubernetesObject): boolean {
  const [first = "", second = ""] = [one.metadata.resourceVersion, other.metadata.resourceVersion];
  const isDecimal = /^\d+$/;
  return isDecimal.test(first) && isDecimal.test(second) && BigInt(first) < BigInt(second);
}
