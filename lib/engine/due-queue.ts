/** What the queue orders. */
export interface Queued {
  /** Epoch ms. */
  dueAt: number;
  /** Decides between items that are due together: the lower comes first. */
  readonly order: number;
  /** The queue's own: where the item stands, so that it can be removed. */
  position: number;
}

/** A binary heap: the earliest due item is at hand, and each change costs log n. */
export class DueQueue<Item extends Queued> {
  readonly #heap: Item[] = [];

  get size(): number {
    return this.#heap.length;
  }

  peek(): Item | undefined {
    return this.#heap[0];
  }

  /** All of them, in no order. */
  items(): readonly Item[] {
    return this.#heap;
  }

  push(item: Item): void {
    this.#heap.push(item);
    this.#rise(item, this.#heap.length - 1);
  }

  /** Removes an item; one that is not in the queue changes nothing. */
  remove(item: Item): void {
    const { position } = item;
    if (this.#heap[position] !== item) return;
    const last = this.#heap.pop()!;
    if (last === item) return;
    this.#rise(last, position);
    this.#sink(last, last.position);
  }

  /** Finds the place of the earliest item after its `dueAt` has grown. */
  postponeFirst(): void {
    this.#sink(this.#heap[0]!, 0);
  }

  #rise(item: Item, from: number): void {
    let position = from;
    while (position > 0) {
      const parentPosition = (position - 1) >> 1;
      const parent = this.#heap[parentPosition]!;
      if (!isBefore(item, parent)) break;
      this.#place(parent, position);
      position = parentPosition;
    }
    this.#place(item, position);
  }

  #sink(item: Item, from: number): void {
    let position = from;
    for (;;) {
      let childPosition = 2 * position + 1;
      if (childPosition >= this.#heap.length) break;
      const right = this.#heap[childPosition + 1];
      if (right !== undefined && isBefore(right, this.#heap[childPosition]!)) childPosition++;
      const child = this.#heap[childPosition]!;
      if (!isBefore(child, item)) break;
      this.#place(child, position);
      position = childPosition;
    }
    this.#place(item, position);
  }

  #place(item: Item, position: number): void {
    this.#heap[position] = item;
    item.position = position;
  }
}

function isBefore(a: Queued, b: Queued): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}
