import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine, Submission, SubmittedRun } from '../../lib/engine/engine.js';
import type { Limits } from '../../lib/engine/gate.js';
import type { EventOf, StsEvent } from '../../lib/run/run.events.js';
import type { Handler, TaskDefinition } from '../../lib/task/task.definition.js';
import type { TaskContext } from '../../lib/task/task.context.js';
import type { TaskOptions } from '../../lib/task/task.options.js';

/** An engine, and all that a test needs to work it. */
export interface EngineInHand {
  readonly engine: Engine;
  readonly events: readonly StsEvent[];
  /** A task that the engine may be given. */
  task(name: string, handler: Handler, options?: TaskOptions): TaskDefinition;
  now(): number;
  /** Lets time go by, and everything that it brings happen. */
  advanceBy(ms: number): Promise<void>;
  /** Lets as much time go by as it takes until something is true. */
  until(isTrue: () => boolean): Promise<void>;
  /** Whether many processes may share it: what one of them does not do, it leaves to others. */
  readonly isShared: boolean;
  close(): Promise<void>;
}

/** A promise that the test settles. */
export function deferred<T = void>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

const GRACE = { running: 'wait', timeoutMs: 25_000 } as const;

/** What any engine does, for the default policies. */
export function describeEngine(name: string, create: (limits?: Limits) => Promise<EngineInHand>): void {
  describe(`${name}, as any engine`, () => {
    let hand: EngineInHand;
    let submitted = 0;

    beforeEach(async () => {
      hand = await create();
      await hand.engine.start();
    });
    afterEach(() => hand.close());

    async function submit(task: TaskDefinition, fields: Partial<Submission> = {}): Promise<SubmittedRun> {
      const dueAt = hand.now();
      const id = `${task.name}#${++submitted}`;
      const verdict = { kind: 'run' } as const;
      return hand.engine.submit({ id, task, cause: 'manual', dueAt, payload: undefined, verdict, ...fields });
    }
    /** So many runs of each of these tasks have begun. */
    const begun = (...names: readonly string[]) =>
      hand.until(() => names.every(name => hand.engine.active(name) > 0));
    const typesOf = (runId: string) =>
      hand.events
        .filter(e => ('run' in e && e.run.id === runId) || ('runId' in e && e.runId === runId))
        .map(e => e.type);

    it('runs what is submitted, and says how it ended', async () => {
      const task = hand.task('T', () => 'done');

      const run = await submit(task, { cause: 'schedule' });
      const finished = await run.finished();

      expect(finished).toMatchObject({
        id: run.id,
        taskName: 'T',
        cause: 'schedule',
        outcome: { kind: 'success', result: 'done' },
      });
      expect(finished.attempts).toMatchObject([{ number: 1, outcome: { kind: 'success' } }]);
      expect(typesOf(run.id)).toEqual(['runStarted', 'runFinished']);
    });

    it('tells a handler about its run', async () => {
      let seen: TaskContext<unknown> | undefined;
      const task = hand.task('T', context => void (seen = context), { retry: 2 });
      const dueAt = hand.now() - 1_000;

      const run = await submit(task, { payload: { since: 1 }, dueAt });
      await run.finished();

      expect(seen).toMatchObject({
        taskName: 'T',
        runId: run.id,
        cause: 'manual',
        dueAt,
        attempt: 1,
        maxAttempts: 3,
        payload: { since: 1 },
      });
      expect(seen!.startedAt).toBeGreaterThanOrEqual(dueAt);
    });

    it('counts a run among the active ones until it has ended', async () => {
      const gate = deferred();
      const run = await submit(hand.task('T', () => gate.promise));
      await begun('T');

      const during = hand.engine.active('T');
      gate.resolve();
      await run.finished();

      expect([during, hand.engine.active('T')]).toEqual([1, 0]);
    });

    it.each<[string, Handler]>([
      [
        'throws',
        () => {
          throw new Error('boom');
        },
      ],
      ['rejects', () => Promise.reject(new Error('boom'))],
    ])('makes a failure of a handler that %s, and finished() never rejects', async (_, handler) => {
      const run = await submit(hand.task('T', handler));

      const { outcome } = await run.finished();

      expect(outcome).toMatchObject({ kind: 'failure', error: { message: 'boom' } });
    });

    it('skips a run while another of its task goes on, and only of its task', async () => {
      const gate = deferred();
      const task = hand.task('T', () => gate.promise);
      await submit(task);
      await begun('T');

      const [second, other] = [await submit(task), await submit(hand.task('U', () => 'free'))];

      expect((await second.finished()).outcome).toMatchObject({
        kind: 'skipped',
        reason: 'overlap',
        count: 1,
      });
      expect((await other.finished()).outcome.kind).toBe('success');
      expect(typesOf(second.id)).toEqual(['runSkipped']);
      gate.resolve();
    });

    it('lets runs overlap when the task allows it', async () => {
      const gate = deferred();
      const task = hand.task('T', () => gate.promise, { overlap: 'allowAll' });

      const runs = [await submit(task), await submit(task)];
      await hand.until(() => hand.engine.active('T') === 2);
      const active = hand.engine.active('T');
      gate.resolve();

      expect(active).toBe(2);
      for (const run of runs) expect((await run.finished()).outcome.kind).toBe('success');
    });

    it('retries after the waits of the policy, and holds the slot meanwhile', async () => {
      const starts: number[] = [];
      const gate = deferred<number>();
      const task = hand.task(
        'T',
        ({ startedAt }) => {
          if (starts.push(startedAt) < 3) throw new Error('boom');
          return gate.promise;
        },
        { retry: { retries: 5, delay: '500ms' } },
      );

      const run = await submit(task);
      await hand.until(() => starts.length >= 1);
      const second = await submit(task);
      await hand.until(() => starts.length === 3);
      expect((await second.finished()).outcome).toMatchObject({ kind: 'skipped', reason: 'overlap' });
      gate.resolve(3);
      const finished = await run.finished();

      expect(finished.outcome).toEqual({ kind: 'success', result: 3 });
      expect(finished.attempts.map(({ number, outcome }) => [number, outcome.kind])).toEqual([
        [1, 'failure'],
        [2, 'failure'],
        [3, 'success'],
      ]);
      expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(500);
      expect(starts[2]! - starts[1]!).toBeGreaterThanOrEqual(1_000);
      expect(typesOf(run.id)).toEqual(['runStarted', 'attemptFailed', 'attemptFailed', 'runFinished']);
    });

    it('ends an attempt at its timeout, whatever its handler does, and retries it', async () => {
      const late = deferred<string>();
      const signals: AbortSignal[] = [];
      const task = hand.task(
        'T',
        ({ attempt, signal }) => {
          signals.push(signal);
          return attempt === 1 ? late.promise : 'second';
        },
        { timeout: '50ms', retry: { retries: 1, delay: '10ms' } },
      );

      const run = await submit(task);
      await hand.until(() => signals.length === 2);
      late.resolve('too late');
      const { outcome, attempts } = await run.finished();

      expect(attempts[0]!.outcome).toEqual({ kind: 'timeout', timeoutMs: 50 });
      expect(outcome).toEqual({ kind: 'success', result: 'second' });
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    });

    it('keeps a verdict to skip, with all the instants that it covers', async () => {
      const dueAt = hand.now() - 100_000;
      const skip = {
        kind: 'skip',
        reason: 'coalesced',
        count: 9,
        lastDueAt: dueAt + 80_000,
        detail: null,
      } as const;

      const run = await submit(
        hand.task('T', () => 'never'),
        { cause: 'schedule', dueAt, verdict: skip },
      );

      expect(await run.finished()).toMatchObject({
        dueAt,
        startedAt: null,
        attempts: [],
        // Processes that share an engine have a record for each instant.
        outcome: hand.isShared
          ? { kind: 'skipped', reason: 'coalesced', count: 1, lastDueAt: dueAt }
          : { kind: 'skipped', reason: 'coalesced', count: 9, lastDueAt: dueAt + 80_000 },
      });
    });

    it('survives a handler that submits its own task within its call, again and again', async () => {
      let calls = 0;
      const all: SubmittedRun[] = [];
      const task: TaskDefinition = hand.task(
        'T',
        async () => {
          await Promise.resolve();
          if (++calls < 200) all.push(await submit(task));
        },
        { overlap: 'allowAll' },
      );

      all.push(await submit(task));
      while (calls < 200) await hand.advanceBy(1);
      for (const run of all) await run.finished();

      expect(hand.engine.active('T')).toBe(0);
    });

    it('waits for what runs when it stops, and skips what comes meanwhile or leaves it to others', async () => {
      const gate = deferred<string>();
      const task = hand.task('T', () => gate.promise, { overlap: 'allowAll' });
      const run = await submit(task);
      await begun('T');

      const stopping = hand.engine.stop(GRACE);
      const late = await submit(task);
      gate.resolve('done');
      await stopping;

      expect((await run.finished()).outcome).toEqual({ kind: 'success', result: 'done' });
      if (hand.isShared) await hand.engine.start();
      expect((await late.finished()).outcome).toMatchObject(
        hand.isShared ? { kind: 'success', result: 'done' } : { kind: 'skipped', reason: 'draining' },
      );
    });

    it('aborts after the grace, takes the handler at its word, and keeps what it threw of its own', async () => {
      const obeys = hand.task('obeys', ({ signal }) => rejection(signal), {
        shutdownGrace: '100ms',
        shutdownOrder: 1,
      });
      const breaks = hand.task(
        'breaks',
        ({ signal }) =>
          rejection(signal).catch(() => {
            throw new Error('half done');
          }),
        { shutdownGrace: '100ms', shutdownOrder: 1 },
      );
      const runs = [await submit(obeys), await submit(breaks)];
      await begun('obeys', 'breaks');

      const stopping = hand.engine.stop(GRACE);
      await hand.advanceBy(200);
      await stopping;

      const [first, second] = [await runs[0]!.finished(), await runs[1]!.finished()];
      expect(first.outcome).toEqual({ kind: 'cancelled', reason: 'drain' });
      expect(second.outcome).toMatchObject({
        kind: 'cancelled',
        reason: 'drain',
        error: { message: 'half done' },
      });
    });

    it('abandons a second after the abort what does not obey, and names it and its handler', async () => {
      const run = await submit(hand.task('T', () => new Promise(() => {}), { shutdownGrace: '100ms' }));
      await begun('T');

      const stopping = hand.engine.stop(GRACE);
      await hand.advanceBy(1_200);
      await stopping;

      expect((await run.finished()).outcome).toEqual({ kind: 'abandoned', reason: 'drain' });
      const end = hand.events.find(
        (event): event is EventOf<'drainFinished'> => event.type === 'drainFinished',
      );
      expect(end).toMatchObject({ abandoned: [run.id], unsettled: [{ taskName: 'T', handlers: 1 }] });
    });

    it('ends everything at its timeout, however long the graces', async () => {
      const hang = () => new Promise(() => {});
      const runs = [
        await submit(hand.task('a', hang, { shutdownOrder: 1 })),
        await submit(hand.task('b', hang, { shutdownOrder: 2 })),
      ];
      await begun('a', 'b');

      const stopping = hand.engine.stop({ running: 'wait', timeoutMs: 1_500 });
      await hand.advanceBy(1_600);
      await stopping;

      for (const run of runs)
        expect((await run.finished()).outcome).toEqual({ kind: 'abandoned', reason: 'drain' });
      expect(typesOf(runs[1]!.id).filter(type => type === 'drainAborting')).toHaveLength(1);
    });

    it('ends a wait for a retry at once when it stops, or leaves it to others', async () => {
      const task = hand.task(
        'T',
        () => {
          throw new Error('boom');
        },
        { retry: { retries: 3, delay: '1h' } },
      );
      const run = await submit(task);
      await hand.until(() => hand.events.some(({ type }) => type === 'attemptFailed'));

      await hand.engine.stop(GRACE);

      if (hand.isShared) return expect(typesOf(run.id)).not.toContain('runFinished');
      expect((await run.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'drain' });
    });

    it('is hastened by a second stop, and says all of it once', async () => {
      const run = await submit(hand.task('T', () => new Promise(() => {})));
      await begun('T');

      const stopping = [hand.engine.stop(GRACE), hand.engine.stop({ running: 'abort', timeoutMs: 25_000 })];
      await hand.advanceBy(1_100);
      await Promise.all(stopping);

      expect((await run.finished()).outcome).toEqual({ kind: 'abandoned', reason: 'drain' });
      const drains = hand.events.filter(({ type }) => type === 'drainStarted' || type === 'drainFinished');
      expect(drains).toHaveLength(2);
    });

    it('waits for its handlers, even when one of them stops it again', async () => {
      const gate = deferred();
      let again: Promise<void> | undefined;
      const run = await submit(
        hand.task('T', ({ signal }) => {
          signal.addEventListener(
            'abort',
            () => void (again = hand.engine.stop({ running: 'abort', timeoutMs: 25_000 })),
          );
          return gate.promise;
        }),
      );
      await begun('T');
      let hasStopped = false;

      const stopping = hand.engine
        .stop({ running: 'abort', timeoutMs: 25_000 })
        .then(() => (hasStopped = true));
      await hand.advanceBy(100);
      const before = hasStopped;
      gate.resolve();
      await Promise.all([stopping, again]);

      expect(before).toBe(false);
      expect((await run.finished()).outcome.kind).toBe('success');
    });

    it('cancels a run through its signal, once, for the reason that was given', async () => {
      const run = await submit(hand.task('T', ({ signal }) => rejection(signal), { retry: 3 }));
      await begun('T');

      const cancelled = await hand.engine.cancel(run.id, 'not needed');

      expect(cancelled).toBe(true);
      expect((await run.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'not needed' });
      expect(await hand.engine.cancel(run.id, 'again')).toBe(false);
    });

    it('ends a wait for a retry at once when it is cancelled', async () => {
      const fails = () => {
        throw new Error('boom');
      };
      const task = hand.task('T', fails, { retry: { retries: 3, delay: '1h' } });
      const run = await submit(task);
      await hand.until(() => typesOf(run.id).includes('attemptFailed'));

      const cancelled = await hand.engine.cancel(run.id, 'not needed');
      const { outcome, attempts } = await run.finished();

      expect(cancelled).toBe(true);
      expect(outcome).toEqual({ kind: 'cancelled', reason: 'not needed' });
      expect(attempts).toMatchObject([{ number: 1, outcome: { kind: 'failure' } }]);
      expect(typesOf(run.id)).toEqual(['runStarted', 'attemptFailed', 'runFinished']);
      const next = await submit(task);
      await hand.until(() => typesOf(next.id).includes('runStarted'));
    });

    it('skips what is due of a paused task, but not what is asked for by hand, until it is resumed', async () => {
      const task = hand.task('T', () => 'done');
      await hand.engine.pause({ task: 'T' }, 'broken');

      const due = await submit(task, { cause: 'schedule' });
      const byHand = await submit(task);
      await byHand.finished();
      const paused = hand.engine.paused({ task: 'T' });
      await hand.engine.resume({ task: 'T' }, 'mended');
      const later = await submit(task, { cause: 'schedule' });

      expect((await due.finished()).outcome).toMatchObject({ kind: 'skipped', reason: 'paused' });
      expect((await byHand.finished()).outcome.kind).toBe('success');
      expect((await later.finished()).outcome.kind).toBe('success');
      expect(paused).toMatchObject({ reason: 'broken', until: null });
      expect(hand.engine.paused({ task: 'T' })).toBeNull();
    });

    it('pauses what fails too often, by one run more after a while, until that one succeeds', async () => {
      let isBroken = true;
      const fails = () => {
        if (isBroken) throw new Error('boom');
      };
      const task = hand.task('T', fails, {
        errorThreshold: { failures: 2, action: 'pause', resumeAfter: '1s' },
      });
      const kinds: string[] = [];
      const runOnce = async () => {
        const run = await submit(task, { cause: 'schedule' });
        const { outcome } = await run.finished();
        kinds.push(outcome.kind === 'skipped' ? outcome.reason : outcome.kind);
      };
      const told = (type: StsEvent['type']) => hand.events.filter(event => event.type === type).length;

      await runOnce();
      await runOnce();
      await hand.until(() => told('paused') === 1);
      await runOnce();
      const pause = hand.engine.paused({ task: 'T' });
      await hand.advanceBy(1_100);
      await runOnce();
      await hand.until(() => told('paused') === 2);
      await runOnce();
      await hand.advanceBy(1_100);
      isBroken = false;
      await runOnce();
      await hand.until(() => hand.engine.paused({ task: 'T' }) === null);
      await runOnce();

      expect(kinds.join(' ')).toBe('failure failure paused failure paused success success');
      expect(pause).toMatchObject({ reason: '2 failures in a row', until: pause!.since + 1_000 });
      expect(told('errorThresholdReached')).toBe(1);
      expect(hand.events).toContainEqual(
        expect.objectContaining({ type: 'resumed', scope: { task: 'T' }, reason: 'a run succeeded' }),
      );
    });

    it('counts failures since the latest success only, and just says so when it may not pause', async () => {
      const outcomes = ['failure', 'success', 'failure', 'failure', 'failure', 'failure'];
      let calls = 0;
      const fails = () => {
        if (outcomes[calls++] === 'failure') throw new Error('boom');
      };
      const task = hand.task('T', fails, { errorThreshold: { failures: 2, action: 'alert' } });
      const alerts: number[] = [];

      for (const _ of outcomes) {
        const run = await submit(task, { cause: 'schedule' });
        await run.finished();
        await hand.advanceBy(300);
        alerts.push(hand.events.filter(({ type }) => type === 'errorThresholdReached').length);
      }

      expect(alerts).toEqual([0, 0, 0, 1, 1, 2]);
      expect(hand.engine.paused({ task: 'T' })).toBeNull();
    });

    it.each([
      ['bufferOne', {}, ['first', 'second'], ['third', 'fourth']],
      ['bufferAll', { bufferSize: 2 }, ['first', 'second', 'third'], ['fourth']],
      ['allowAll', { concurrency: 1, bufferSize: 1 }, ['first', 'second'], ['third', 'fourth']],
    ] as const)('lets runs wait one after another: %s %o', async (overlap, options, ran, full) => {
      const gate = deferred();
      const started: unknown[] = [];
      let [active, most] = [0, 0];
      const handler: Handler = async ({ payload }) => {
        started.push(payload);
        most = Math.max(most, ++active);
        await gate.promise;
        active--;
      };
      const task = hand.task('T', handler, { overlap, ...options });
      const runs: SubmittedRun[] = [];
      for (const payload of ['first', 'second', 'third', 'fourth']) {
        runs.push(await submit(task, { payload }));
        if (payload === 'first') await begun('T');
        await hand.advanceBy(100);
      }

      const before = [...started];
      gate.resolve();
      const finished = await Promise.all(runs.map(run => run.finished()));

      expect(before).toEqual(['first']);
      expect(started).toEqual(ran);
      expect(most).toBe(1);
      const reasons = finished.map(({ outcome }) =>
        outcome.kind === 'skipped' ? outcome.reason : outcome.kind,
      );
      expect(reasons).toEqual([...ran.map(() => 'success'), ...full.map(() => 'bufferFull')]);
    });

    it('starts no more runs of a group than its limit', async () => {
      await hand.close();
      hand = await create({ process: null, groups: new Map([['g', 2]]) });
      await hand.engine.start();
      let [active, most] = [0, 0];
      const gate = deferred();
      const handler: Handler = async () => {
        most = Math.max(most, ++active);
        await gate.promise;
        active--;
      };
      const tasks = ['T', 'U', 'V', 'W'].map(name => hand.task(name, handler, { group: 'g' }));

      const runs: SubmittedRun[] = [];
      for (const task of tasks) runs.push(await submit(task));
      await hand.until(() => active === 2);
      await hand.advanceBy(300);
      const before = active;
      gate.resolve();
      const finished = await Promise.all(runs.map(run => run.finished()));

      expect([before, most]).toEqual([2, 2]);
      expect(finished.map(({ outcome }) => outcome.kind)).toEqual(Array(4).fill('success'));
    });

    it('cancels what goes on, and skips what waits, for a later run: cancelOther', async () => {
      const settle = deferred();
      const started: unknown[] = [];
      const handler: Handler = async ({ payload, signal }) => {
        started.push(payload);
        if (payload !== 'first') return 'done';
        await rejection(signal).catch(() => settle.promise);
        throw signal.reason;
      };
      const task = hand.task('T', handler, { overlap: 'cancelOther' });
      const first = await submit(task, { payload: 'first' });
      await begun('T');
      const second = await submit(task, { payload: 'second' });
      await hand.advanceBy(300);
      const third = await submit(task, { payload: 'third' });
      await second.finished();

      const before = [...started];
      settle.resolve();

      expect((await first.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'superseded' });
      expect((await second.finished()).outcome).toMatchObject({ kind: 'skipped', reason: 'superseded' });
      expect((await third.finished()).outcome).toEqual({ kind: 'success', result: 'done' });
      expect(before).toEqual(['first']);
    });

    it('keeps the place of a run that waits for a retry, and calls the next one when it has ended', async () => {
      const calls: string[] = [];
      const handler: Handler = ({ payload, attempt }) => {
        calls.push(`${payload as string} ${attempt}`);
        if (payload === 'first' && attempt < 2) throw new Error('boom');
      };
      const task = hand.task('T', handler, {
        overlap: 'bufferAll',
        retry: { retries: 1, delay: '500ms' },
      });
      const first = await submit(task, { payload: 'first' });
      await hand.until(() => typesOf(first.id).includes('attemptFailed'));

      const second = await submit(task, { payload: 'second' });
      await hand.until(() => typesOf(second.id).includes('runFinished'));

      expect(calls).toEqual(['first 1', 'first 2', 'second 1']);
    });

    it('starts as many runs as the process may, those of a higher priority first', async () => {
      await hand.close();
      hand = await create({ process: 1, groups: new Map() });
      const gate = deferred();
      const started: string[] = [];
      const first = hand.task('first', () => gate.promise);
      const others = [
        ['low', -1],
        ['plain', 0],
        ['high', 5],
        ['second', 0],
      ] as const;
      const tasks = others.map(([name, priority]) =>
        hand.task(name, () => void started.push(name), { priority }),
      );
      await hand.engine.start();
      await submit(first);
      await begun('first');

      const runs: SubmittedRun[] = [];
      for (const task of tasks) runs.push(await submit(task));
      const before = [...started];
      gate.resolve();
      for (const run of runs) await run.finished();

      expect(before).toEqual([]);
      expect(started).toEqual(['high', 'plain', 'second', 'low']);
    });

    it('takes runs again after a stop and a start', async () => {
      await hand.engine.stop(GRACE);
      await hand.engine.start();

      const run = await submit(hand.task('T', () => 'again'));

      expect((await run.finished()).outcome).toEqual({ kind: 'success', result: 'again' });
    });
  });
}

/** Rejects as `fetch` does: with the reason of the abort. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}
