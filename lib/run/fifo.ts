/** A queue: the first in is the first out. Each change costs the same, however long it is. */
export class Fifo<T> {
  #items: T[] = [];
  /** Where the first one stands; those before it are out. */
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined as T;
    if (this.#first > this.size) this.keep(() => true);
    return item;
  }

  /** Takes out all items but these. */
  keep(isKept: (item: T) => boolean): void {
    this.#items = this.toArray().filter(isKept);
    this.#first = 0;
  }

  toArray(): T[] {
    return this.#items.slice(this.#first);
  }
}
