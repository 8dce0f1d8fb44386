import { joinRead } from "./join-read.ts";

/** Reads that are kept for a while, by what was asked; letter case does not matter, as in ARM ids. */
export class KeptReads<T> {
  readonly #reads = new Map<string, { readonly at: number; readonly reading: Promise<T> }>();
  readonly #lifetimeInMs: number;
  readonly #now: () => number;

  /** `now` answers milliseconds since the epoch. */
  constructor(lifetimeInMs: number, now: () => number) {
    this.#lifetimeInMs = lifetimeInMs;
    this.#now = now;
  }

  /** One read for all who ask in time; a read that failed is not kept. */
  async get(id: string, read: () => Promise<T>): Promise<T> {
    const key = id.toLowerCase();
    const known = this.#reads.get(key);
    const now = this.#now();
    if (known !== undefined && now - known.at < this.#lifetimeInMs) {
      return await joinRead(known.reading, () => this.get(id, read));
    }
    const reading = read();
    const entry = { at: now, reading };
    this.#reads.set(key, entry);
    try {
      return await reading;
    } catch (error) {
      if (this.#reads.get(key) === entry) this.#reads.delete(key);
      throw error;
    }
  }

  /** Forgets what was asked of a resource, and of everything below it. */
  forget(resourceId: string): void {
    const key = resourceId.toLowerCase();
    for (const id of this.#reads.keys()) {
      if (id === key || id.startsWith(`${key}/`)) this.#reads.delete(id);
    }
  }

  /** Forgets what is too old to be answered: of what nobody asks for any more, nothing stays. */
  dropExpired(): void {
    const now = this.#now();
    for (const [id, { at }] of this.#reads) {
      if (now - at >= this.#lifetimeInMs) this.#reads.delete(id);
    }
  }
}
