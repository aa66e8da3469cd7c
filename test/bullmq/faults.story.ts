import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EngineUnavailableError } from '../../lib/errors.js';
import type { BullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import type { TaskContext } from '../../lib/task/task.context.js';
import { startNode } from '../process/child.js';
import { member, type Member } from './cluster.js';
import { recordsOf } from './records.js';
import { freePort } from './servers/free.port.js';
import { ownPrefix, SERVERS, until, type Fault, type TestServer } from './servers/server.js';

const WORKER = fileURLToPath(new URL('fixtures/crash.worker.js', import.meta.url));
const AHEAD = fileURLToPath(new URL('../chaos/fixtures/clock.ahead.js', import.meta.url));

/** The instants at multiples of a period, in ms. */
function instants(from: number, to: number, every: number): readonly number[] {
  const first = Math.ceil(from / every) * every;
  return Array.from({ length: Math.floor((to - first) / every) + 1 }, (_, i) => first + i * every);
}

/** What goes wrong, with one kind of server and on one side in each test file: they wait most of their time. */
export function describeFaults(name: 'Redis' | 'PostgreSQL', side: 'server' | 'process'): void {
  const { start } = SERVERS.find(each => each.name === name)!;
  describe(`with ${name}`, () => {
    let server: TestServer;
    let prefix: string;
    const members: Member[] = [];

    beforeAll(async () => (server = await start()), 120_000);
    afterAll(() => server.end());
    beforeEach(() => (prefix = ownPrefix()));
    afterEach(async () => {
      await Promise.all(members.splice(0).map(({ core }) => core.close()));
    });

    /** Its lock is long, so that a busy machine takes no run away from it: tests of locks that end say so. */
    function process(options: Partial<BullmqOptions> = {}): Member {
      const made = member({ connection: server.url, prefix, lock: '20s', ...options });
      members.push(made);
      return made;
    }

    describe.runIf(side === 'server')('a server', () => {
      it('that refuses connections, or wants another password, at the start is an error within 10 s, and no hang', async () => {
        const started = Date.now();
        const guard = await server.protect();
        const elsewhere = server.url.replace(`:${server.port}`, `:${await freePort()}`);
        const startAt = (connection: string) =>
          process({ connection })
            .scheduler.run()
            .catch((thrown: unknown) => thrown);

        const [refused, wrong] = await Promise.all([startAt(elsewhere), startAt(guard.url)]);
        await guard.unprotect();

        expect([refused, wrong]).toEqual([
          expect.any(EngineUnavailableError),
          expect.any(EngineUnavailableError),
        ]);
        expect((refused as Error).message).toMatch(/ECONNREFUSED/);
        expect((wrong as Error).message).toMatch(/WRONGPASS|invalid|password/i);
        // 10 s, and what a busy machine adds.
        expect(Date.now() - started).toBeLessThan(20_000);
      });

      it('that is away for 10 s and comes back costs no instant, and nothing is rejected unheard', async () => {
        const a = process({ lock: '3s' });
        a.scheduler.addTask({ name: 'poll', run: () => undefined }, { every: 200, overlap: 'allowAll' });
        await a.scheduler.run();
        const from = Date.now();
        await wait(500);

        await server.stop();
        await wait(10_000);
        await server.start();
        await until(() => a.events.some(({ type }) => type === 'engineRecovered'));
        const due = instants(from, Date.now(), 200);
        const notRun = async () => {
          const all = due.map(at => a.registry.explain('poll', new Date(at).toISOString()));
          const explained = (await Promise.all(all)).filter(({ kind }) => kind !== 'ran');
          return explained.map(({ sentence }) => sentence);
        };
        // The first calls after a restart may still find the old connection.
        let left: readonly string[] = [];
        const haveRun = async () => (left = await notRun().catch(error => [String(error)])).length === 0;
        await until(haveRun).catch(() => undefined);

        expect(left).toEqual([]);
        const types = a.events.map(({ type }) => type).filter(type => type.startsWith('engine'));
        expect(types.slice(0, 2)).toEqual(['engineFailed', 'engineRecovered']);
      });

      it('that fails a submission before, after or in the middle of it gets it again, and runs it once', async () => {
        let calls = 0;
        let failures = 0;
        const turns: Readonly<Record<number, Fault>> = { 3: 'before', 8: 'middle', 13: 'after' };
        const { connection, backend } = server.client(call => {
          const fault = call === 'submit' ? turns[calls++ % 15] : undefined;
          if (fault !== undefined) failures++;
          return fault;
        });
        const ran: string[] = [];
        const a = process({ connection, backend });
        for (let i = 0; i < 6; i++) {
          const run = ({ taskName, dueAt }: TaskContext<never>) => void ran.push(`${taskName}@${dueAt}`);
          a.scheduler.addTask({ name: `poll-${i}`, run }, { every: 100, overlap: 'allowAll' });
        }

        await a.scheduler.run();
        const from = Date.now() + 100;
        await wait(3_000);
        const due = instants(from, Date.now(), 100).flatMap(at =>
          [0, 1, 2, 3, 4, 5].map(i => `poll-${i}@${at}`),
        );
        await until(() => due.every(id => ran.includes(id)));

        expect(failures).toBeGreaterThanOrEqual(3);
        expect(new Set(ran).size).toBe(ran.length);
      });

      it.each(['before', 'after'] as const)(
        'that fails the call which ends a run, %s it, has the success in the end, and no failure',
        async fault => {
          let failures = 0;
          const isFailing = () => failures++ < (fault === 'after' ? 1 : 2);
          const client = server.client(call => (call === 'end' && isFailing() ? fault : undefined));
          const a = process({ connection: client.connection, backend: client.backend });
          a.scheduler.addTask({ name: 'job', run: () => 'done' });
          await a.scheduler.run();

          const run = await a.registry.trigger('job');
          const { outcome } = await run.finished();

          expect(failures).toBeGreaterThanOrEqual(fault === 'after' ? 1 : 3);
          expect(outcome).toEqual({ kind: 'success', result: 'done' });
          expect((await a.registry.run(run.id))!.outcome!.kind).toBe('success');
          await until(() => a.events.some(({ type }) => type === 'runFinished'));
          expect(a.events.filter(({ type }) => type === 'runLost')).toEqual([]);
        },
      );

      it('whose client is the user’s own leaves it open', async () => {
        const client = server.client(() => undefined);
        const a = member({ connection: client.connection, backend: client.backend, prefix });
        await a.scheduler.run();

        await a.core.close();

        expect(await client.isOpen()).toBe(true);
      });
    });

    describe.runIf(side === 'process')('a process', () => {
      it('that loses its lock aborts the signal and tells so, and the run is run again', async () => {
        let calls = 0;
        const signals: AbortSignal[] = [];
        const a = process({ lock: '3s' });
        const run = ({ signal }: TaskContext<never>) => {
          signals.push(signal);
          if (++calls > 1) return 'again';
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
          });
        };
        a.scheduler.addTask({ name: 'job', run });
        await a.scheduler.run();
        const triggered = await a.registry.trigger('job');
        await until(() => calls >= 1);

        await server.loseLocks(prefix);
        const { outcome } = await triggered.finished();

        expect(outcome).toEqual({ kind: 'success', result: 'again' });
        expect(signals[0]!.aborted).toBe(true);
        const told = a.events.flatMap(event =>
          'run' in event && event.run.id === triggered.id ? [event.type] : [],
        );
        expect(told).toEqual(['runStarted', 'runLost', 'runStarted', 'runFinished']);
        expect((await a.registry.stats()).unaccounted).toBe(0);
      });

      it('that hears nothing of the server aborts the signal before another one can have the run', async () => {
        let aborted = false;
        let calls = 0;
        const a = process({ lock: '3s' });
        const run = ({ signal }: TaskContext<never>) => {
          if (++calls > 1) return 'again';
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              aborted = true;
              reject(signal.reason as Error);
            });
          });
        };
        a.scheduler.addTask({ name: 'job', run });
        await a.scheduler.run();
        const triggered = await a.registry.trigger('job');
        await until(() => calls >= 1);

        await server.stop();
        await until(() => aborted);
        await server.start();
        const { outcome } = await triggered.finished();

        expect(outcome).toEqual({ kind: 'success', result: 'again' });
        expect((await a.registry.stats()).unaccounted).toBe(0);
      });

      it('whose clock is ahead takes no run away from another one when it starts', async () => {
        let calls = 0;
        let release = () => {};
        const released = new Promise<void>(resolve => (release = resolve));
        // Shorter than the other clock is ahead.
        const a = process({ lock: '7s' });
        const run = () => {
          calls++;
          return released;
        };
        a.scheduler.addTask({ name: 'job', run });
        await a.scheduler.run();
        const triggered = await a.registry.trigger('job');
        await until(() => calls >= 1);

        const child = startNode(['--import', AHEAD, WORKER, server.url, prefix, 'rerun']);
        onTestFinished(() => child.kill('SIGKILL'));
        await child.line(/^id /);
        await wait(1_500);
        release();

        expect((await triggered.finished()).outcome.kind).toBe('success');
        expect(child.lines()).not.toContain('begun');
        expect([calls, a.events.filter(({ type }) => type === 'runLost')]).toEqual([1, []]);
      });

      it.each([
        ['rerun', { kind: 'success', result: 'by another' }],
        ['fail', { kind: 'abandoned', reason: 'crash' }],
      ] as const)(
        'that dies leaves its run to others, which do what onCrash %s says',
        async (onCrash, outcome) => {
          const child = startNode([WORKER, server.url, prefix, onCrash]);
          onTestFinished(() => child.kill('SIGKILL'));
          const [, id] = (await child.line(/^id /)).split(' ');
          await child.line(/^begun$/);
          child.kill('SIGKILL');
          await child.end();

          const a = process({ lock: '3s' });
          a.scheduler.addTask({ name: 'job', run: () => 'by another' }, { onCrash });
          await a.scheduler.run();

          await until(async () => (await a.registry.run(id!))?.outcome !== null);
          expect((await a.registry.run(id!))!.outcome).toMatchObject(
            outcome.kind === 'success' ? { kind: 'success' } : outcome,
          );
        },
      );

      it('that does not know a task leaves its runs to those that do, and fails none', async () => {
        const [older, newer] = [process(), process()];
        newer.scheduler.addTask({ name: 'new', run: () => 'done' }, { overlap: 'allowAll' });
        await older.scheduler.run();
        await newer.scheduler.run();

        const runs = await Promise.all(Array.from({ length: 10 }, () => newer.registry.trigger('new')));
        const finished = await Promise.all(runs.map(run => run.finished()));

        expect(finished.map(({ outcome }) => outcome.kind)).toEqual(runs.map(() => 'success'));
        const ended = older.events.filter(({ type }) => type === 'runFinished' || type === 'runSkipped');
        expect(ended).toEqual([]);
      });

      it('that starts when none was there catches up what it may, and accounts for the rest', async () => {
        const ran: [string, number][] = [];
        const add = ({ scheduler }: Member) =>
          scheduler.addTask(
            { name: 'poll', run: ({ cause, dueAt }) => void ran.push([cause, dueAt]) },
            { every: 500, catchUp: '1h' },
          );
        const first = process();
        add(first);
        await first.scheduler.run();
        await until(() => ran.length >= 2);
        await first.core.close();
        const closed = Date.now();
        await wait(2_200);
        const second = process();
        add(second);
        await second.scheduler.run();
        const started = Date.now();
        await until(() => ran.some(([cause]) => cause === 'catchUp'));
        await until(() => ran.at(-1)![1] > started);
        await second.core.close();
        members.length = 0;

        // What waits for other processes is submitted at the end, and ended by whoever comes.
        const third = process();
        add(third);
        await third.scheduler.run();
        const records = await recordsOf(server.url, prefix);
        const caughtUp = ran.filter(([cause]) => cause === 'catchUp').map(([, dueAt]) => dueAt);
        // The latest of those that were missed; on a busy machine others are due before the start has ended.
        const missed = instants(closed, caughtUp[0]!, 500);
        const outcomes = async () => {
          const runs = await records.all();
          return missed.map(at => runs.find(({ dueAt }) => dueAt === at)?.outcome?.kind);
        };
        await until(async () => (await outcomes()).every(kind => kind !== undefined));

        expect(caughtUp).toHaveLength(1);
        expect(missed.length).toBeGreaterThanOrEqual(4);
        expect(await outcomes()).toEqual([...missed.slice(1).map(() => 'skipped'), 'success']);
        await records.close();
      });
    });
  });
}
