import type { ApiManagement, Door, Principal, Service } from "../azure/door.ts";
import { joinRead } from "./join-read.ts";
import { SharedInventory } from "./shared-inventory.ts";

/**
 * API Management services, each shared by many objects: read once in a sweep, changed by one object
 * at a time. A service refuses a second change while it works on the first, and for some time after
 * it said that it is done.
 */
export class Gateways {
  readonly #inventory: SharedInventory;
  readonly #services = new Map<string, Promise<Service>>();
  readonly #identities = new Map<string, Promise<Principal | undefined>>();
  readonly #queues = new Map<string, Promise<unknown>>();

  /** `now` answers milliseconds since the epoch. */
  constructor(now: () => number = Date.now) {
    this.#inventory = new SharedInventory(now);
  }

  /** Begins a new sweep: what was read in the last one is no longer believed. */
  beginSweep(): void {
    this.#services.clear();
    this.#identities.clear();
    this.#inventory.dropExpired();
  }

  /**
   * Forgets what lies around these resources, which outlives sweeps: somebody wants a fresh look. What
   * is known of others stays, or one object would cost the reads of all.
   */
  forgetInventory(resourceIds: readonly string[]): void {
    for (const id of resourceIds) this.#inventory.forget(id);
  }

  /** The door, with what is shared read once in a sweep, and what lies around once in a while. */
  sharing(door: Door): Door {
    const { apiManagement } = door;
    const shared: ApiManagement = {
      ...apiManagement,
      getService: (id) => once(this.#services, id, () => apiManagement.getService(id)),
      getSystemIdentity: (id) =>
        once(this.#identities, id, () => apiManagement.getSystemIdentity(id)),
      updateIdentity: async (id, identity) => {
        this.#services.delete(id.toLowerCase());
        this.#identities.delete(id.toLowerCase());
        return await apiManagement.updateIdentity(id, identity);
      },
    };
    return {
      ...door,
      apiManagement: shared,
      inventory: this.#inventory.sharing(door.inventory),
    };
  }

  /** Runs the work when nobody else changes this resource: one after the other, in order of asking. */
  async exclusively<T>(resourceId: string, work: () => Promise<T>): Promise<T> {
    const key = resourceId.toLowerCase();
    const before = this.#queues.get(key) ?? Promise.resolve();
    const mine = before.then(work);
    const settled = mine.catch(() => undefined);
    this.#queues.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(key) === settled) this.#queues.delete(key);
    }
  }
}

/** One read for all who ask; a read that failed is not kept. */
function once<T>(reads: Map<string, Promise<T>>, id: string, read: () => Promise<T>): Promise<T> {
  const key = id.toLowerCase();
  const known = reads.get(key);
  if (known !== undefined) return joinRead(known, () => once(reads, id, read));
  const reading = read();
  reads.set(key, reading);
  reading.catch(() => {
    // The next sweep may have begun meanwhile, with a read of its own.
    if (reads.get(key) === reading) reads.delete(key);
  });
  return reading;
}
