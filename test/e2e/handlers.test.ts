import { Injectable } from '@nestjs/common';
import { Cron, Every, Manual, Retry, type TaskContext } from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';
import { concat, delay, NEVER, Observable, of, throwError } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from './apps.js';

let kit: StsTestKit;
// Some handlers hang, and never return.
afterEach(() => kit.close({ leaks: 'allow' }));

@Injectable()
class Calm {
  calls = 0;
  @Every('10s')
  poll() {
    this.calls++;
  }
}

describe('a handler', () => {
  it('that throws before its first await fails its run and harms no other', async () => {
    const boom = new Error('boom');
    @Injectable()
    class Tasks {
      @Every('10s')
      explode(): Promise<void> {
        throw boom;
      }
    }
    kit = await startApp([Tasks, Calm]);

    await kit.advanceBy('20s');

    const outcomes = (await kit.runs('Tasks.explode')).map(({ outcome }) => outcome);
    const failure = { kind: 'failure', error: { name: 'Error', message: 'boom' } };
    expect(outcomes).toMatchObject([failure, failure]);
    expect(kit.app.get(Calm).calls).toBe(2);
  });

  it('that rejects fails its run, with what it rejected with, unchanged', async () => {
    @Injectable()
    class Tasks {
      @Manual()
      async reject() {
        throw 'not even an Error';
      }
    }
    kit = await startApp([Tasks]);

    const run = await kit.trigger('Tasks.reject');

    expect(run.outcome).toEqual({ kind: 'failure', error: 'not even an Error' });
    expect(run.attempts).toHaveLength(1);
  });

  it('that returns an Observable runs until it completes; its last value is the result', async () => {
    @Injectable()
    class Tasks {
      @Manual()
      several() {
        return concat(of(1), of(2).pipe(delay(5)));
      }
      @Manual()
      none() {
        return of();
      }
      @Manual()
      failing() {
        return throwError(() => new Error('boom'));
      }
    }
    kit = await startApp([Tasks]);

    const several = await kit.trigger('Tasks.several');
    const none = await kit.trigger('Tasks.none');
    const failing = await kit.trigger('Tasks.failing');

    expect(several.outcome).toEqual({ kind: 'success', result: 2 });
    expect(none.outcome).toEqual({ kind: 'success', result: undefined });
    expect(failing.outcome).toMatchObject({ kind: 'failure', error: { message: 'boom' } });
  });

  it('that returns an Observable is unsubscribed when its timeout is over', async () => {
    let isSubscribed = true;
    @Injectable()
    class Tasks {
      @Every('1h', { timeout: '5s' })
      endless() {
        return NEVER.pipe(source => {
          return new (source.constructor as any)((subscriber: any) => {
            const subscription = source.subscribe(subscriber);
            return () => {
              isSubscribed = false;
              subscription.unsubscribe();
            };
          });
        });
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('1h');
    const before = isSubscribed;
    await kit.advanceBy('5s');

    expect([before, isSubscribed]).toEqual([true, false]);
    expect((await kit.runs('Tasks.endless'))[0]!.outcome).toEqual({ kind: 'timeout', timeoutMs: 5_000 });
  });

  it('that never settles ends as timeout, its signal aborts, and the next instant runs', async () => {
    const aborted: unknown[] = [];
    @Injectable()
    class Tasks {
      @Every('10s', { timeout: '3s' })
      hang({ signal }: TaskContext) {
        signal.addEventListener('abort', () => aborted.push(signal.reason));
        return new Promise(() => undefined);
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('23s');

    const runs = await kit.runs('Tasks.hang');
    expect(runs.map(({ outcome }) => outcome)).toEqual([
      { kind: 'timeout', timeoutMs: 3_000 },
      { kind: 'timeout', timeoutMs: 3_000 },
    ]);
    expect(runs.map(({ startedAt, endedAt }) => endedAt! - startedAt!)).toEqual([3_000, 3_000]);
    expect(aborted).toHaveLength(2);
    expect(aborted[0]).toMatchObject({ name: 'RunTimeoutError', taskName: 'Tasks.hang', timeoutMs: 3_000 });
  });

  it('that answers after its timeout changes nothing', async () => {
    let answer!: (value: string) => void;
    @Injectable()
    class Tasks {
      @Every('10s', { timeout: '3s' })
      late() {
        return new Promise<string>(resolve => (answer = resolve));
      }
    }
    kit = await startApp([Tasks]);
    await kit.advanceBy('13s');

    answer('too late');
    await kit.advanceBy('1s');

    const [run] = await kit.runs('Tasks.late');
    expect(run!.outcome).toEqual({ kind: 'timeout', timeoutMs: 3_000 });
    expect(run!.attempts).toHaveLength(1);
  });

  it('finds task, run, cause, instants and attempt in its context', async () => {
    const contexts: object[] = [];
    @Injectable()
    class Tasks {
      @Every('1m')
      @Retry(2)
      look({ taskName, runId, cause, dueAt, startedAt, attempt, maxAttempts, payload }: TaskContext) {
        contexts.push({ taskName, runId, cause, dueAt, startedAt, attempt, maxAttempts, payload });
      }
    }
    kit = await startApp([Tasks], { now: '2026-01-01T00:00:30Z' });
    const dueAt = Date.parse('2026-01-01T00:01:00Z');

    await kit.advanceBy('30s');

    expect(contexts).toEqual([
      {
        taskName: 'Tasks.look',
        runId: `Tasks.look@${dueAt}`,
        cause: 'schedule',
        dueAt,
        startedAt: dueAt,
        attempt: 1,
        maxAttempts: 3,
        payload: undefined,
      },
    ]);
  });

  it('says how far it is, and writes lines that carry its run', async () => {
    @Injectable()
    class Tasks {
      @Manual()
      work({ logger }: TaskContext) {
        logger.warn('half way');
      }
      @Manual()
      count({ progress }: TaskContext) {
        progress(0.5, 'half');
        progress(2);
      }
    }
    kit = await startApp([Tasks]);

    const worked = await kit.trigger('Tasks.work');
    const counted = await kit.trigger('Tasks.count');

    expect(kit.events()).toContainEqual(
      expect.objectContaining({
        type: 'runLogged',
        runId: worked.id,
        attempt: 1,
        level: 'WARNING',
        message: 'half way',
      }),
    );
    expect(kit.events()).toContainEqual(
      expect.objectContaining({ type: 'runProgressed', runId: counted.id, fraction: 0.5, message: 'half' }),
    );
    expect(counted.outcome).toMatchObject({ kind: 'failure', error: { name: 'RangeError' } });
  });
});

describe('a due run', () => {
  it('is skipped while the previous one is running', async () => {
    let finish!: () => void;
    @Injectable()
    class Tasks {
      @Every('10s')
      slow() {
        return new Promise<void>(resolve => (finish = resolve));
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('25s');
    finish();
    await kit.advanceBy('5s');

    const kinds = (await kit.runs('Tasks.slow')).map(({ outcome }) => outcome);
    expect(kinds).toMatchObject([
      { kind: 'success', result: undefined },
      { kind: 'skipped', reason: 'overlap' },
      null,
    ]);
  });

  it('runs beside the previous one with overlap allowAll', async () => {
    @Injectable()
    class Tasks {
      @Every('10s', { overlap: 'allowAll', timeout: '1h' })
      slow() {
        return new Promise(() => undefined);
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('30s');

    expect(kit.registry.get('Tasks.slow').running).toBe(3);
  });

  it('is one run when two triggers name one instant', async () => {
    let calls = 0;
    @Injectable()
    class Tasks {
      @Every('10s')
      @Every('15s')
      both() {
        calls++;
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('1m');

    expect(calls).toBe(8); // 10 15 20 30 40 45 50 60
    expect(kit.events().filter(({ type }) => type === 'runSkipped')).toEqual([]);
    expect(kit.registry.list()).toHaveLength(1);
  });
});

describe('an Observable', () => {
  it('that a promise brings is subscribed to', async () => {
    @Injectable()
    class Tasks {
      @Manual() async load() {
        return of(1, 2, 3);
      }
    }
    kit = await startApp([Tasks]);

    expect((await kit.trigger('Tasks.load')).outcome).toEqual({ kind: 'success', result: 3 });
  });

  it('that comes after the abort is not subscribed to', async () => {
    let subscribed = 0;
    @Injectable()
    class Tasks {
      @Manual({ shutdownGrace: 0 }) async load({ signal }: TaskContext) {
        await new Promise(resolve => signal.addEventListener('abort', resolve));
        return new Observable(() => void subscribed++);
      }
    }
    kit = await startApp([Tasks]);
    const run = await kit.registry.trigger('Tasks.load');

    await kit.close();

    expect((await run.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'drain' });
    expect(subscribed).toBe(0);
  });
});

/* oxlint-disable unicorn/no-thenable -- the odd ones are what is tested */
describe('a thenable', () => {
  it.each<[string, () => unknown, object]>([
    [
      'that settles twice',
      () => ({ then: (yes: (v: number) => void) => (yes(1), yes(2)) }),
      { kind: 'success', result: 1 },
    ],
    [
      'that resolves with a promise that rejects',
      () => ({ then: (yes: (v: unknown) => void) => yes(Promise.reject(new Error('boom'))) }),
      { kind: 'failure' },
    ],
    [
      'that throws after it has resolved',
      () => ({
        then: (yes: (v: number) => void) => {
          yes(1);
          throw new Error('late');
        },
      }),
      { kind: 'success', result: 1 },
    ],
  ])('%s has one outcome and leaves nothing behind', async (_, make, outcome) => {
    @Injectable()
    class Tasks {
      @Manual() odd() {
        return make();
      }
    }
    kit = await startApp([Tasks]);

    expect((await kit.trigger('Tasks.odd')).outcome).toMatchObject(outcome);
  });
});
/* oxlint-enable unicorn/no-thenable */

describe('late instants', () => {
  it('each run when the loop was blocked for less than the grace, in order', async () => {
    const ran: number[] = [];
    @Injectable()
    class Tasks {
      @Every('1s')
      tick({ dueAt }: TaskContext) {
        ran.push(dueAt);
      }
    }
    kit = await startApp([Tasks]);
    const start = kit.clock.now();

    kit.clock.set(start + 5_000);
    await kit.advanceBy('1s');

    expect(ran).toEqual([1, 2, 3, 4, 5, 6].map(second => start + second * 1_000));
  });

  it('of more than the grace give way to the latest, and each has its outcome', async () => {
    @Injectable()
    class Tasks {
      @Every('1h')
      work() {}
    }
    kit = await startApp([Tasks]);

    kit.clock.set('2026-01-01T05:30:00Z');
    await kit.advanceBy('1m');

    const runs = (await kit.runs('Tasks.work')).map(({ dueAt, outcome }) => ({ dueAt, outcome }));
    const hour = (n: number) => Date.UTC(2026, 0, 1, n);
    expect(runs).toEqual([
      {
        dueAt: hour(1),
        outcome: { kind: 'skipped', reason: 'coalesced', count: 4, lastDueAt: hour(4), detail: null },
      },
      { dueAt: hour(5), outcome: { kind: 'success', result: undefined } },
    ]);
  });

  it('of two triggers of one task give way to the latest of both', async () => {
    const ran: number[] = [];
    @Injectable()
    class Tasks {
      @Every('1h')
      @Cron('30 * * * *', { timeZone: 'UTC' })
      work({ dueAt }: TaskContext) {
        ran.push(dueAt);
      }
    }
    kit = await startApp([Tasks]);

    kit.clock.set('2026-01-01T03:45:00Z');
    await kit.advanceBy('1m');

    const [skipped] = await kit.runs('Tasks.work');
    expect(ran).toEqual([Date.UTC(2026, 0, 1, 3, 30)]);
    expect(skipped!.outcome).toMatchObject({ reason: 'coalesced', count: 6 }); // 0:30 to 3:00
  });
});

describe('an attempt that fails', () => {
  it('is followed by others, after waits that double', async () => {
    const starts: number[] = [];
    @Injectable()
    class Tasks {
      @Every('1h')
      @Retry(3)
      flaky({ startedAt, attempt, dueAt }: TaskContext) {
        starts.push(startedAt - dueAt);
        if (attempt < 4) throw new Error(`attempt ${attempt}`);
        return 'at last';
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('61m');

    expect(starts).toEqual([0, 1_000, 3_000, 7_000]);
    const [run] = await kit.runs('Tasks.flaky');
    expect(kit.events()).toContainEqual(
      expect.objectContaining({
        type: 'runFinished',
        run: expect.objectContaining({ outcome: { kind: 'success', result: 'at last' } }) as unknown,
      }),
    );
    expect(run!.attempts.map(({ number, outcome }) => [number, outcome.kind])).toEqual([
      [1, 'failure'],
      [2, 'failure'],
      [3, 'failure'],
      [4, 'success'],
    ]);
  });

  it('shows in the registry while the run waits for the next', async () => {
    @Injectable()
    class Tasks {
      @Every('10s')
      @Retry(1, { delay: '15s' })
      fail() {
        throw new Error('boom');
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('10s');

    const [run] = await kit.runs('Tasks.fail');
    expect([run!.attempts.length, run!.outcome]).toEqual([1, null]);
  });

  it('keeps its slot while it waits for the next', async () => {
    @Injectable()
    class Tasks {
      @Every('10s')
      @Retry(1, { delay: '15s' })
      fail() {
        throw new Error('boom');
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('20s');

    expect((await kit.runs('Tasks.fail'))[1]!.outcome).toMatchObject({ kind: 'skipped', reason: 'overlap' });
  });

  it('is retried after a timeout, and not when retryIf refuses', async () => {
    const seen: unknown[] = [];
    @Injectable()
    class Tasks {
      @Every('1h', { timeout: '1s' })
      @Retry(1, { delay: '1s' })
      slow() {
        return new Promise(() => undefined);
      }
      @Every('1h')
      @Retry(5, { retryIf: (error, attempt) => (seen.push([String(error), attempt]), false) })
      hopeless() {
        throw new Error('boom');
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('61m');

    expect((await kit.runs('Tasks.slow'))[0]!.attempts.map(a => a.outcome.kind)).toEqual([
      'timeout',
      'timeout',
    ]);
    expect((await kit.runs('Tasks.hopeless'))[0]!.attempts).toHaveLength(1);
    expect(seen).toEqual([['Error: boom', 1]]);
  });

  it('is the last when retryIf throws, and that is said', async () => {
    @Injectable()
    class Tasks {
      @Manual()
      @Retry(5, {
        retryIf: () => {
          throw new Error('bad policy');
        },
      })
      fail() {
        throw new Error('boom');
      }
    }
    kit = await startApp([Tasks]);

    const run = await kit.trigger('Tasks.fail');

    expect(run.outcome).toMatchObject({ kind: 'failure', error: { message: 'boom' } });
    expect(kit.events()).toContainEqual(
      expect.objectContaining({
        type: 'policyFailed',
        taskName: 'Tasks.fail',
        error: new Error('bad policy'),
      }),
    );
  });
});
