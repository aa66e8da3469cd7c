import { Injectable, UseGuards } from '@nestjs/common';
import { Every, Manual, RunTimeoutError, type Failure, type TaskContext } from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close({ leaks: 'allow' });
  kit = undefined;
});

const error = new Error('broken');
const never = () => new Promise(() => {});
let asked = 0;

@Injectable()
class Tasks {
  @Manual({ retry: { retries: 2, delay: '1s', backoff: 'fixed' } }) flaky({ attempt }: TaskContext) {
    if (attempt < 3) throw error;
  }
  @Manual({ retry: { retries: 1, delay: '1s' } }) broken() {
    throw error;
  }
  @Manual({ timeout: '5s' }) slow() {
    return never();
  }
  @Manual() long() {
    return never();
  }
  @UseGuards({ canActivate: () => asked++ === 0 })
  @Manual({ retry: { retries: 1, delay: '1s' } })
  refusedLater() {
    throw error;
  }
  @Every('10s') fine() {}
}

async function failuresOf(act: (kit: StsTestKit) => Promise<unknown>) {
  const failures: Failure[] = [];
  kit = await startApp([Tasks], { options: { onError: failure => failures.push(failure) } });
  await act(kit);
  return failures.map(({ error, taskName, run, attempt, retryAt }) => ({
    error,
    taskName,
    attempt: attempt?.number ?? null,
    attempts: run.attempts.length,
    retryIn: retryAt === null ? null : retryAt - attempt!.endedAt,
  }));
}

describe('onError', () => {
  const told = { error, taskName: 'Tasks.broken', retryIn: null };

  it('is told of each failed attempt once, with its run, and of no success', async () => {
    const failures = await failuresOf(async kit => {
      await kit.trigger('Tasks.broken');
      await kit.advanceBy('10s');
    });

    expect(failures).toEqual([
      { ...told, attempt: 1, attempts: 1, retryIn: 1_000 },
      { ...told, attempt: 2, attempts: 2 },
    ]);
  });

  it('is told of failures that a retry mended', async () => {
    const failures = await failuresOf(kit => kit.trigger('Tasks.flaky'));

    expect(failures.map(({ attempt, retryIn }) => [attempt, retryIn])).toEqual([
      [1, 1_000],
      [2, 1_000],
    ]);
  });

  it('is told of a failure once when a guard refuses the attempt that was to follow', async () => {
    asked = 0;

    const failures = await failuresOf(kit => kit.trigger('Tasks.refusedLater'));

    expect(failures).toMatchObject([{ attempt: 1, retryIn: 1_000 }]);
  });

  it('has an error for a timeout, and for what a drain gave up', async () => {
    const failures = await failuresOf(async kit => {
      await kit.trigger('Tasks.slow');
      await kit.registry.trigger('Tasks.long');
      await kit.close({ leaks: 'allow' });
    });

    expect(failures).toMatchObject([
      { error: expect.any(RunTimeoutError), taskName: 'Tasks.slow', attempt: 1 },
      { error: { message: 'Tasks.long was abandoned: it did not end when it was aborted.' }, attempt: 1 },
    ]);
  });

  it('is not told of a run that was cancelled', async () => {
    const failures = await failuresOf(async kit => {
      const run = await kit.registry.trigger('Tasks.long');
      await kit.registry.cancel(run.id);
      await kit.advanceBy('10s');
    });

    expect(failures).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no network');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no network'))],
  ])('harms nobody when it %s', async (_, onError) => {
    kit = await startApp([Tasks], { options: { onError } });

    const { outcome } = await kit.trigger('Tasks.broken');

    expect(outcome).toEqual({ kind: 'failure', error });
    expect(kit.events().filter(({ type }) => type === 'listenerFailed')).toMatchObject([
      { listener: 'onError', error: { message: 'no network' } },
    ]);
  });
});

describe('SchedulerRegistry.status()', () => {
  it('says whether the scheduler runs, and what it waits for', async () => {
    const { scheduler, registry, clock } = (kit = await startApp([Tasks], { options: { autoStart: false } }));
    const idle = registry.status();
    void scheduler.run();
    await kit.advanceBy('1s');
    const running = registry.status();
    await scheduler.stop();

    expect(idle).toEqual({ state: 'idle', nextAt: null });
    expect(running).toEqual({ state: 'running', nextAt: clock.now() + 9_000 });
    expect(registry.status()).toEqual({ state: 'stopped', nextAt: null });
  });
});
