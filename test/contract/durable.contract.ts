import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../lib/run/run.js';
import type { DurableState, RunStore } from '../../lib/run/run.store.js';
import { finishedRun, NEW_YEAR, runningRun, skipped, skippedRun } from '../run/sample.run.js';

/** One process's view of what is kept. */
export interface OpenStore {
  readonly store: RunStore;
  /** What the process does after its store has closed. */
  close(): unknown;
  /** What its death does, without closing the store. */
  kill(): unknown;
}

/** What any store does that outlives the process. `create` makes a new place; what it returns opens it, again and again. */
export function describeDurable(name: string, create: () => () => OpenStore | Promise<OpenStore>): void {
  describe(`${name}, as any store that outlives the process`, () => {
    let open: () => OpenStore | Promise<OpenStore>;
    let now: OpenStore;

    beforeEach(async () => {
      open = create();
      now = await open();
    });

    const taskName = 'ReportTasks.send';
    const durable = (): DurableState => now.store.durable!;

    async function append(...runs: Run[]): Promise<void> {
      const kept = runs.map(run => now.store.append(run));
      await now.store.find('');
      await Promise.all(kept);
    }

    /** The process ends in good order, and another one starts. */
    async function restart(): Promise<void> {
      await now.store.close?.();
      await now.close();
      now = await open();
    }

    /** The process dies when all has been written, and another one starts. */
    async function crash(): Promise<void> {
      await now.kill();
      now = await open();
    }

    it('has nothing at first', async () => {
      expect(await durable().unfinished()).toEqual([]);
      expect(await durable().lastDueAt(taskName, Infinity)).toBeNull();
      expect(await durable().load('pauses')).toBeUndefined();
    });

    it.each([
      ['a restart', restart],
      ['a crash', crash],
    ])('has all runs after %s, as they were', async (_, again) => {
      const error = { name: 'Error', message: 'a "quoted" \u{1F600}\0 text', stack: 'Error: at …' };
      const log = [{ at: NEW_YEAR, attempt: 1, level: 'INFO' as const, message: 'sent' }];
      const runs = [
        finishedRun({ id: 'run-1', log }),
        finishedRun({ id: 'run-2', dueAt: NEW_YEAR + 1, outcome: { kind: 'failure', error } }),
        skippedRun({ id: 'run-3', dueAt: NEW_YEAR + 2, outcome: skipped('paused', NEW_YEAR + 2) }),
      ];
      await append(...runs);

      await again();

      const { items } = await now.store.list({ taskName, limit: 10, cursor: null });
      expect(items).toEqual(runs.toReversed());
      expect(await now.store.at(taskName, NEW_YEAR + 1)).toEqual(runs[1]);
    });

    it('goes on with the record of skips that the process before has begun', async () => {
      const skip = (n: number) =>
        skippedRun({ id: `run-${n}`, dueAt: NEW_YEAR + n, outcome: skipped('paused', NEW_YEAR + n) });
      await append(skip(1), skip(2));

      await restart();
      await append(skip(3));

      const { items } = await now.store.list({ taskName, limit: 10, cursor: null });
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ id: 'run-1', outcome: { count: 3, lastDueAt: NEW_YEAR + 3 } });
    });

    it('knows the runs that had not ended', async () => {
      const going = runningRun({ id: 'run-2', taskName: 'CleanUp' });
      await append(runningRun({ id: 'run-1' }), going, finishedRun({ id: 'run-1' }));

      await crash();

      expect(await durable().unfinished()).toEqual([going]);
    });

    it('does not know a run as unfinished any more once it has its end', async () => {
      await append(runningRun());
      await crash();

      await append({ ...runningRun(), endedAt: NEW_YEAR, outcome: { kind: 'abandoned', reason: 'crash' } });

      expect(await durable().unfinished()).toEqual([]);
    });

    it('knows the latest due instant of a task', async () => {
      await append(
        finishedRun({ id: 'run-1', dueAt: NEW_YEAR + 5 }),
        finishedRun({ id: 'run-2', dueAt: NEW_YEAR + 3, cause: 'catchUp' }),
        finishedRun({ id: 'run-3', dueAt: NEW_YEAR + 9, cause: 'manual' }),
        finishedRun({ id: 'run-4', dueAt: NEW_YEAR + 8, cause: 'start' }),
        finishedRun({ id: 'run-5', dueAt: NEW_YEAR + 9, taskName: 'CleanUp' }),
      );

      await restart();

      expect(await durable().lastDueAt(taskName, Infinity)).toBe(NEW_YEAR + 5);
    });

    it('knows the last of the instants that were skipped together as the latest', async () => {
      const outcome = { ...skipped('paused', NEW_YEAR + 9), count: 9 };
      await append(skippedRun({ dueAt: NEW_YEAR + 1, outcome }));

      expect(await durable().lastDueAt(taskName, Infinity)).toBe(NEW_YEAR + 9);
    });

    it('leaves out records that reach beyond an instant', async () => {
      const ahead = { ...skipped('down', NEW_YEAR + 99), count: 9 };
      await append(
        finishedRun({ id: 'run-1', dueAt: NEW_YEAR + 5 }),
        finishedRun({ id: 'run-2', dueAt: NEW_YEAR + 80 }),
        skippedRun({ id: 'run-3', dueAt: NEW_YEAR + 6, outcome: ahead }),
      );

      expect(await durable().lastDueAt(taskName, NEW_YEAR + 50)).toBe(NEW_YEAR + 5);
      expect(await durable().lastDueAt(taskName, NEW_YEAR + 4)).toBeNull();
    });

    it('keeps what was appended before a flush, though its process dies', async () => {
      void now.store.append(runningRun());
      await durable().flush();

      await crash();

      expect(await durable().unfinished()).toEqual([runningRun()]);
    });

    it('has the values that were saved last', async () => {
      const pauses = [{ scope: { task: taskName }, reason: 'the server moves', until: null }];
      await durable().save('pauses', 'an earlier one');
      await durable().save('pauses', pauses);
      await durable().save('failures', { count: 3 });

      await restart();

      expect(await durable().load('pauses')).toEqual(pauses);
      expect(await durable().load('failures')).toEqual({ count: 3 });
    });

    it('has a value at once, and as it was when it was saved', async () => {
      const value = { count: 1 };
      const saved = durable().save('failures', value);
      value.count = 2;

      expect(await durable().load('failures')).toEqual({ count: 1 });
      await saved;
    });

    it('has no value any more that was removed', async () => {
      await durable().save('pauses', 1);
      await durable().save('pauses', undefined);
      const atOnce = await durable().load('pauses');

      await restart();

      expect([atOnce, await durable().load('pauses')]).toEqual([undefined, undefined]);
    });

    it('keeps what was appended and saved just before it closes', async () => {
      const kept = [now.store.append(finishedRun()), durable().save('pauses', 1)];

      await restart();
      await Promise.all(kept);

      expect(await now.store.find(finishedRun().id)).toEqual(finishedRun());
      expect(await durable().load('pauses')).toBe(1);
    });
  });
}
