import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueQueue, type Queued } from '../../lib/engine/due-queue.js';

/** Items in order of creation. */
const itemsDueAt = (dueAts: readonly number[]): Queued[] =>
  dueAts.map((dueAt, order) => ({ dueAt, order, position: 0 }));

function queueOf(...dueAts: number[]) {
  const queue = new DueQueue<Queued>();
  const items = itemsDueAt(dueAts);
  for (const item of items) queue.push(item);
  return { queue, items };
}

/** Empties the queue from its front. */
function drained(queue: DueQueue<Queued>): Queued[] {
  const items: Queued[] = [];
  for (let item = queue.peek(); item !== undefined; item = queue.peek()) {
    items.push(item);
    queue.remove(item);
  }
  return items;
}

const dueAtsOf = (items: readonly Queued[]) => items.map(item => item.dueAt);
const inOrder = (items: readonly Queued[]) =>
  items.toSorted((a, b) => a.dueAt - b.dueAt || a.order - b.order);

describe('DueQueue', () => {
  it('has nothing at hand while it is empty', () => {
    const { queue } = queueOf();

    expect([queue.size, queue.peek()]).toEqual([0, undefined]);
  });

  it.each([
    ['ascending', [1, 2, 3, 4, 5]],
    ['descending', [5, 4, 3, 2, 1]],
    ['mixed', [3, 1, 5, 2, 4]],
    ['before the epoch', [0, -5, 5, -1]],
    ['up to the limits of Date', [8.64e15, -8.64e15, 0]],
  ])('has the earliest item at hand, whatever the order of their coming: %s', (_, dueAts) => {
    const { queue } = queueOf(...dueAts);

    expect(dueAtsOf(drained(queue))).toEqual(dueAts.toSorted((a, b) => a - b));
  });

  it('has of items that are due together the one of the lowest order at hand', () => {
    const items = itemsDueAt([5, 5, 5, 5, 5, 5, 5]);
    const queue = new DueQueue<Queued>();
    for (const i of [3, 6, 0, 5, 1, 4, 2]) queue.push(items[i]!);

    expect(drained(queue)).toEqual(items);
  });

  it('counts its items', () => {
    const { queue, items } = queueOf(3, 1, 2);

    queue.remove(items[0]!);

    expect(queue.size).toBe(2);
  });

  it('removes the item itself, not another one due at the same instant', () => {
    const { queue, items } = queueOf(1, 1, 1);

    queue.remove(items[1]!);

    expect(drained(queue)).toEqual([items[0], items[2]]);
  });

  it('removes its last item', () => {
    const { queue, items } = queueOf(1);

    queue.remove(items[0]!);

    expect([queue.size, queue.peek()]).toEqual([0, undefined]);
  });

  it('moves the item that fills a gap up, when it is earlier than what is above the gap', () => {
    // 1 ─┬─ 50 ─┬─ 60
    //    │      └─ 70
    //    └─ 2 ──┬─ 3
    //           └─ 4
    const { queue, items } = queueOf(1, 50, 2, 60, 70, 3, 4);

    queue.remove(items[3]!);
    for (const item of itemsDueAt([80, 90])) queue.push(item);

    expect(dueAtsOf(drained(queue))).toEqual([1, 2, 3, 4, 50, 70, 80, 90]);
  });

  it('takes an item again that it had removed', () => {
    const { queue, items } = queueOf(1, 2);
    queue.remove(items[0]!);
    items[0]!.dueAt = 3;

    queue.push(items[0]!);

    expect(dueAtsOf(drained(queue))).toEqual([2, 3]);
  });

  it('finds the place of the earliest item after it was postponed', () => {
    const { queue } = queueOf(1, 5, 3, 9);

    queue.peek()!.dueAt = 4;
    queue.postponeFirst();

    expect(dueAtsOf(drained(queue))).toEqual([3, 4, 5, 9]);
  });

  it('leaves the earliest item in front when it is postponed to before the next', () => {
    const { queue, items } = queueOf(1, 5, 3);

    items[0]!.dueAt = 2;
    queue.postponeFirst();

    expect(queue.peek()).toBe(items[0]);
  });

  it('is as good as a sorted array, through any pushes, removals and postponements', () => {
    const dueAt = fc.integer({ min: -20, max: 20 });
    const first = fc.array(dueAt, { maxLength: 40 });
    const changes = fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.record({ push: dueAt }) },
        { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
        { weight: 2, arbitrary: fc.record({ postponeBy: fc.nat(30) }) },
      ),
      { maxLength: 120 },
    );

    fc.assert(
      fc.property(first, changes, (dueAts, steps) => {
        const { queue, items: pushed } = queueOf(...dueAts);
        let items = inOrder(pushed);

        for (const [i, step] of steps.entries()) {
          if ('push' in step) {
            const item = { dueAt: step.push, order: dueAts.length + i, position: 0 };
            items.push(item);
            queue.push(item);
          } else if (items.length > 0 && 'remove' in step) {
            const [removed] = items.splice(step.remove % items.length, 1);
            queue.remove(removed!);
          } else if (items.length > 0 && 'postponeBy' in step) {
            queue.peek()!.dueAt += step.postponeBy;
            queue.postponeFirst();
          }
          items = inOrder(items);
          expect(queue.size).toBe(items.length);
          expect(queue.peek()).toBe(items[0]);
        }

        expect(drained(queue)).toEqual(items);
      }),
      { numRuns: 500 },
    );
  });
});
