import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { InvalidDurationError, InvalidOptionError } from '../../lib/errors.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import { createCore, type SchedulerCore } from '../../lib/scheduler/scheduler.core.js';
import { resolveOptions } from '../../lib/sts.settings.js';
import type { TaskContext } from '../../lib/task/task.context.js';
import type { TaskOptions } from '../../lib/task/task.options.js';
import { systemClock } from '../../lib/time/clock.js';
import type { WorkerTaskOptions } from '../../lib/worker/worker.options.js';
import { WorkerTask } from '../../lib/worker/worker.task.js';
import { sampleContext } from '../task/sample.context.js';

const filename = new URL('fixtures/work.js', import.meta.url);

/** A scheduler in real time: threads know no other. */
let core: SchedulerCore;
let events: StsEvent[];

beforeEach(async () => {
  core = createCore(
    resolveOptions({ logLevel: 'SILENT', eventLoopWarning: 'none' }, {}),
    systemClock({ keepAlive: false }),
  );
  events = [];
  core.registry.events$.subscribe(event => events.push(event));
  await core.boot();
});

afterEach(() => core.close());

function add(exportName: string, options: TaskOptions = {}, worker: Partial<WorkerTaskOptions> = {}): void {
  core.scheduler.addTask(new WorkerTask({ name: exportName, filename, exportName, ...worker }), options);
}

async function outcomeOf(name: string, payload?: unknown) {
  return (await (await core.registry.trigger(name, payload)).finished()).outcome;
}

const threads = () => process.getActiveResourcesInfo().filter(name => name === 'Worker').length;
const lines = () =>
  events.flatMap(event => (event.type === 'runLogged' ? [`${event.level} ${event.message}`] : []));

describe('a function in a worker thread', () => {
  it('is called with what the context says, and its result is that of the run', async () => {
    add('default', { retry: 2 });

    const run = await core.registry.trigger('default', { since: new Date(0) });

    const { dueAt, outcome } = await run.finished();
    expect(outcome).toEqual({
      kind: 'success',
      result: {
        taskName: 'default',
        runId: run.id,
        cause: 'manual',
        dueAt,
        startedAt: expect.any(Number),
        attempt: 1,
        maxAttempts: 3,
        payload: { since: new Date(0) },
        hasPort: true,
      },
    });
  });

  it('is the default export of its file unless it is said otherwise, which may be given as a path', async () => {
    class Crunch extends WorkerTask {
      constructor() {
        super({ filename: fileURLToPath(filename) });
      }
    }
    core.scheduler.addTask(new Crunch());

    expect(await outcomeOf('Crunch')).toMatchObject({ kind: 'success', result: { taskName: 'Crunch' } });
  });

  it('gets what a class of its own makes of the context', async () => {
    class Crunch extends WorkerTask {
      protected override async payload({ maxAttempts }: TaskContext) {
        return [maxAttempts];
      }
    }
    core.scheduler.addTask(new Crunch({ filename }), { retry: 4 });

    expect(await outcomeOf('Crunch')).toMatchObject({ result: { payload: [5] } });
  });

  it('writes to the log of its run, in order and before the run ends', async () => {
    add('tell');

    const { log, outcome } = await (await core.registry.trigger('tell')).finished();

    expect(outcome.kind).toBe('success');
    expect(log.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'DEBUG one',
      'INFO two',
      'WARNING three',
      'ERROR four',
      'CRITICAL 5',
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'runProgressed', fraction: 0.5, message: 'half' }),
    );
  });

  it('leaves the event loop, and so every other task, on time', async () => {
    add('block');
    core.scheduler.addTask({ name: 'poll', run: () => undefined }, { every: '20ms' });
    const isAtWork = (name: string) => {
      const types = events.flatMap(event =>
        'run' in event && event.run.taskName === name ? [event.type] : [],
      );
      return types.at(-1) === 'runStarted';
    };
    let polls = 0;
    core.registry.events$.subscribe(event => {
      if (event.type === 'runFinished' && event.run.taskName === 'poll' && isAtWork('block')) polls++;
    });

    const inThread = await outcomeOf('block', 1_000);
    const beside = polls;
    core.scheduler.addTask({
      name: 'here',
      run() {
        for (const end = performance.now() + 1_000; performance.now() < end;);
      },
    });
    const before = events.length;
    await outcomeOf('here');
    const meanwhile = events.slice(before).flatMap(event => ('run' in event ? [event.run.taskName] : []));

    expect(inThread).toEqual({ kind: 'success', result: 'done' });
    expect(beside).toBeGreaterThan(10);
    expect(meanwhile.filter(name => name === 'poll')).toEqual([]);
  });
});

describe('a failure in a thread', () => {
  it('keeps its message and its stack', async () => {
    add('fail');

    const outcome = await outcomeOf('fail');

    expect(outcome).toMatchObject({
      kind: 'failure',
      error: { name: 'RangeError', message: 'out of range' },
    });
    expect(outcome).toMatchObject({ error: { stack: expect.stringMatching(/at fail .*work\.js/) } });
  });

  it.each<[string, RegExp, Partial<WorkerTaskOptions>]>([
    ['tooFar', /^tooFar: progress\(\) expects a fraction from 0 to 1, got 2\.$/, {}],
    ['leave', /exited with code: 3/, {}],
    ['hoard', /memory limit/, { resourceLimits: { maxOldGenerationSizeMb: 20 } }],
    [
      'notAFunction',
      /^notAFunction: exportName expects the name of a function that .*work\.js exports, got 'notAFunction'\. Is it exported/,
      {},
    ],
    // What the file threw, or, on an early 20.19, where to look.
    [
      'broken',
      /cannot be loaded|does the file load by itself/,
      { filename: new URL('fixtures/broken.js', import.meta.url) },
    ],
  ])('says what went wrong: %s', async (name, message, options) => {
    add(name, {}, options);

    const outcome = await outcomeOf(name);

    expect(outcome).toMatchObject({ kind: 'failure', error: { message: expect.stringMatching(message) } });
  });

  it('says that a payload cannot be cloned', async () => {
    add('default');

    expect(await outcomeOf('default', () => undefined)).toMatchObject({
      kind: 'failure',
      error: {
        name: 'InvalidOptionError',
        message: expect.stringMatching(
          /^default: payload expects what can be copied into a thread .* got a value of which .* could not be cloned\./,
        ),
      },
    });
  });

  it('between two runs is a warning of the process', async () => {
    // Otherwise piscina lets an idle thread sleep, so that nothing of it can fail.
    process.env.PISCINA_DISABLE_ATOMICS = '1';
    onTestFinished(() => void delete process.env.PISCINA_DISABLE_ATOMICS);
    const warned = new Promise<Error>(resolve => process.once('warning', resolve));
    add('failLater');

    const outcome = await outcomeOf('failLater');

    expect(outcome.kind).toBe('success');
    expect((await warned).message).toBe('A thread of failLater failed between its runs: too late');
  });
});

describe('an abort', () => {
  it.each([
    ['a timeout', { timeout: '3s' }, undefined, { kind: 'timeout', timeoutMs: 3_000 }],
    ['a cancellation', {}, 'enough', { kind: 'cancelled', reason: 'enough' }],
  ] as const)('by %s ends the thread, whatever it does', async (_, options, reason, outcome) => {
    add('hang', options);
    const run = await core.registry.trigger('hang');
    await vi.waitUntil(() => lines().length > 0, { timeout: 20_000, interval: 5 });

    if (reason !== undefined) await core.registry.cancel(run.id, reason);

    expect((await run.finished()).outcome).toEqual(outcome);
    await vi.waitUntil(() => threads() === 0, { timeout: 20_000, interval: 5 });
  });

  it('by a drain does so as well', async () => {
    add('hang', { shutdownGrace: 0 });
    const run = await core.registry.trigger('hang');
    await vi.waitUntil(() => lines().length > 0, { timeout: 20_000, interval: 5 });

    await core.scheduler.drain();

    expect((await run.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'drain' });
    expect(events.find(({ type }) => type === 'drainFinished')).toMatchObject({
      abandoned: [],
      unsettled: [],
    });
    await vi.waitUntil(() => threads() === 0, { timeout: 20_000, interval: 5 });
  });

  it('that came before starts no thread', async () => {
    const context = sampleContext();
    context.abort(new Error('cancelled'));

    const running = new WorkerTask({ name: 'hang', filename, exportName: 'hang' }).run(context as never);

    await expect(running).rejects.toThrow('cancelled');
  });
});

describe('the threads of a task', () => {
  it('are kept for its next run', async () => {
    add('thread');

    const first = await outcomeOf('thread');

    expect(await outcomeOf('thread')).toEqual(first);
  });

  it('are kept for a task that is made anew for each attempt', async () => {
    const make = () => new WorkerTask({ name: 'thread', filename, exportName: 'thread' });
    core.scheduler.addTask({ name: 'anew', run: context => make().run(context as never) });

    const first = await outcomeOf('anew');

    expect(first).toMatchObject({ kind: 'success' });
    expect(await outcomeOf('anew')).toEqual(first);
  });

  it('end when they have had nothing to do for so long', async () => {
    add('thread', {}, { idleTimeout: 0 });

    await outcomeOf('thread');

    await vi.waitUntil(() => threads() === 0, { timeout: 20_000, interval: 5 });
  });

  it('end with the scheduler, and there are others when it starts again', async () => {
    add('thread', {}, { idleTimeout: '1h' });
    const first = await outcomeOf('thread');

    await core.scheduler.drain();
    await vi.waitUntil(() => threads() === 0, { timeout: 20_000, interval: 5 });
    void core.scheduler.run();
    await vi.waitUntil(() => events.filter(({ type }) => type === 'schedulerStarted').length === 2);

    const second = await outcomeOf('thread');
    expect(second.kind).toBe('success');
    expect(second).not.toEqual(first);
  });

  it('work one after another when there is one only', async () => {
    add('thread', { overlap: 'allowAll' }, { maxThreads: 1 });
    const runs = await Promise.all([1, 2, 3].map(() => core.registry.trigger('thread')));

    const outcomes = await Promise.all(runs.map(run => run.finished().then(({ outcome }) => outcome)));

    expect(new Set(outcomes.map(outcome => JSON.stringify(outcome))).size).toBe(1);
  });
});

describe('the options of a worker', () => {
  it.each<[object, RegExp]>([
    [{}, /^crunch: filename expects the absolute path, or the file: URL, .* got undefined/],
    [{ filename: './work.js' }, /Write new URL\('\.\/name\.js', import\.meta\.url\), or join\(__dirname/],
    [{ filename: new URL('fixtures/none.js', import.meta.url) }, /^crunch: filename .*none\.js'/],
    [{ filename, exportName: '' }, /^crunch: exportName expects the name of an export, got ''/],
    [{ filename, maxThreads: 0 }, /^crunch: maxThreads expects a whole number, 1 or more, got 0/],
    [{ filename, resourceLimits: 5 }, /^crunch: resourceLimits expects an object of options, got 5/],
    [{ filename, threads: 5 }, /^crunch expects known options only, got 'threads'/],
  ])('refuse %o', (options, message) => {
    const make = () => new WorkerTask({ name: 'crunch', ...options } as WorkerTaskOptions);

    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(message);
  });

  it('refuse a time that is no duration, and what is no object', () => {
    const make = () => new WorkerTask({ name: 'crunch', filename, idleTimeout: 'soon' as '1s' });

    expect(make).toThrow(InvalidDurationError);
    expect(() => new WorkerTask(undefined as never)).toThrow(/^WorkerTask expects an object of options/);
    expect(() => new WorkerTask({ filename })).toThrow(/^WorkerTask: name expects a name/);
  });
});
