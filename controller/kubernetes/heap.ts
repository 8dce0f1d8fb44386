/** A binary heap whose items can also be taken out of its middle; the smallest comes first. */
export class Heap<Item> {
  readonly #compare: (one: Item, other: Item) => number;
  readonly #items: Item[] = [];
  readonly #places = new Map<Item, number>();

  constructor(compare: (one: Item, other: Item) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The smallest, left where it is. */
  get first(): Item | undefined {
    return this.#items[0];
  }

  add(item: Item): void {
    this.#put(item, this.#items.length);
    this.#rise(item);
  }

  /** Takes out the smallest. */
  take(): Item | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.delete(first);
    return first;
  }

  /** Takes out this item, wherever it is; answers whether it was there. */
  delete(item: Item): boolean {
    const place = this.#places.get(item);
    if (place === undefined) return false;
    this.#places.delete(item);
    const last = this.#items.pop();
    if (last !== undefined && last !== item) {
      this.#put(last, place);
      this.#rise(last);
      this.#sink(last);
    }
    return true;
  }

  clear(): void {
    this.#items.length = 0;
    this.#places.clear();
  }

  #put(item: Item, place: number): void {
    this.#items[place] = item;
    this.#places.set(item, place);
  }

  #rise(item: Item): void {
    for (let place = this.#placeOf(item); place > 0;) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || this.#compare(parent, item) <= 0) return;
      this.#put(parent, place);
      this.#put(item, above);
      place = above;
    }
  }

  #sink(item: Item): void {
    for (let place = this.#placeOf(item); ;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const below = this.#isBefore(right, left) ? right : left;
      const child = this.#items[below];
      if (child === undefined || this.#compare(item, child) <= 0) return;
      this.#put(child, place);
      this.#put(item, below);
      place = below;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [first, second] = [this.#items[one], this.#items[other]];
    return first !== undefined && second !== undefined && this.#compare(first, second) < 0;
  }

  #placeOf(item: Item): number {
    return this.#places.get(item) ?? 0;
  }
}
