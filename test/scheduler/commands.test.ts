import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventOf, StsEvent } from '../../lib/run/run.events.js';
import { createCore, type SchedulerCore } from '../../lib/scheduler/scheduler.core.js';
import { resolveOptions } from '../../lib/sts.settings.js';
import type { Command } from '../../lib/task/command.js';
import { CommandTask } from '../../lib/task/command.task.js';
import type { TaskOptions } from '../../lib/task/task.options.js';
import { systemClock } from '../../lib/time/clock.js';
import { DEAF, gone, isAlive, node, parentOf, pidsIn, RUNNING } from '../task/processes.js';

/** A scheduler in real time: processes know no other. */
let core: SchedulerCore;
let lines: string[];
let events: StsEvent[];

beforeEach(async () => {
  core = createCore(resolveOptions({ logLevel: 'SILENT' }, {}), systemClock({ keepAlive: false }));
  lines = [];
  events = [];
  core.registry.events$.subscribe(event => {
    events.push(event);
    if (event.type === 'runLogged') lines.push(`${event.level}: ${event.message}`);
  });
  await core.boot();
});

afterEach(() => core.close());

/** A run of a command that has written the ids of so many processes. */
async function running(command: Command, count: number, options: TaskOptions = {}) {
  core.scheduler.addTask(new CommandTask({ name: 'backup', ...command }), options);
  const run = await core.registry.trigger('backup');
  const pids = await pidsIn(lines, count);
  return { run, pids };
}

const drained = () =>
  events.find((event): event is EventOf<'drainFinished'> => event.type === 'drainFinished');

describe('a task that runs a command', () => {
  it('keeps its lines with the run, and its end as the result', async () => {
    core.scheduler.addTask(
      new CommandTask({ name: 'backup', ...node(`console.log('saved'); console.error('slow')`) }),
    );

    const { outcome, log } = await (await core.registry.trigger('backup')).finished();

    expect(outcome).toEqual({
      kind: 'success',
      result: { exitCode: 0, stdout: 'saved\n', stderr: 'slow\n' },
    });
    expect(log.map(({ level, message }) => `${level} ${message}`).toSorted()).toEqual([
      'INFO saved',
      'WARNING slow',
    ]);
  });

  it('is retried as any other when it fails', async () => {
    core.scheduler.addTask(new CommandTask({ name: 'backup', ...node('process.exit(1)') }), {
      retry: { retries: 1, delay: '10ms' },
    });

    const { attempts, outcome } = await (await core.registry.trigger('backup')).finished();

    expect(attempts).toHaveLength(2);
    expect(outcome).toMatchObject({ kind: 'failure', error: { name: 'CommandFailedError', exitCode: 1 } });
  });

  it('ends when it is cancelled, with all that it started', async () => {
    const { run, pids } = await running(node(parentOf(RUNNING, RUNNING)), 2);

    await core.registry.cancel(run.id, 'wrong month');

    const { outcome } = await run.finished();
    expect(outcome).toEqual({ kind: 'cancelled', reason: 'wrong month' });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends at its timeout, even when it does not hear SIGTERM', async () => {
    const { run, pids } = await running({ ...node(DEAF), killGrace: '50ms' }, 1, { timeout: '2s' });

    expect((await run.finished()).outcome).toEqual({ kind: 'timeout', timeoutMs: 2_000 });
    await gone(...pids);
  });

  it('obeys a drain within the second that it has', async () => {
    const { run, pids } = await running(node(parentOf(RUNNING, RUNNING)), 2, { shutdownGrace: 0 });

    await core.scheduler.drain();

    expect((await run.finished()).outcome).toMatchObject({ kind: 'cancelled', reason: 'drain' });
    expect(drained()).toMatchObject({ abandoned: [], unsettled: [] });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('is killed at the end of a drain when it does not hear SIGTERM, however long its grace', async () => {
    const deaf = { ...node(parentOf(DEAF, DEAF)), killGrace: '1h' } as const;
    const { run, pids } = await running(deaf, 2, { shutdownGrace: 0 });

    await core.scheduler.drain();

    expect((await run.finished()).outcome).toEqual({ kind: 'abandoned', reason: 'drain' });
    await gone(...pids);
  });

  it('is killed at the end of a drain when its run had timed out before', async () => {
    const { run, pids } = await running({ ...node(DEAF), killGrace: '1h' }, 1, { timeout: '2s' });
    await run.finished();
    expect(pids.filter(isAlive)).toEqual(pids);

    await core.scheduler.drain();

    await gone(...pids);
  });

  it('ends well before a drain that leaves it its grace', async () => {
    const started = firstValueFrom(core.registry.events$.pipe(filter(({ type }) => type === 'runLogged')));
    core.scheduler.addTask(
      new CommandTask({ name: 'backup', ...node(`console.log('begun'); setTimeout(() => {}, 200)`) }),
    );
    const run = await core.registry.trigger('backup');
    await started;

    await core.scheduler.drain();

    expect((await run.finished()).outcome).toMatchObject({ kind: 'success', result: { stdout: 'begun\n' } });
  });
});
