import 'reflect-metadata';
import { UseGuards } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { At, Cron, Every, InvalidOptionError, Manual, UnknownTaskError } from '../../lib/index.js';
import { MemoryRunStore } from '../../lib/run/memory.run-store.js';
import { simulate, StsTestKit } from '../../lib/testing/index.js';
import { finishedRun } from '../run/sample.run.js';
import { iso, moduleWith, Untouchable } from './planned.tasks.js';

const DAY = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
const failing = () => {
  throw new Error('a handler was called');
};

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close();
  kit = undefined;
});

describe('simulate()', () => {
  it('has the runs of a day without calling a handler or a lifecycle hook', async () => {
    class Tasks {
      @Every('6h') poll() {
        failing();
      }
      @Manual() byHand() {}
    }

    const { runs, skips, waits, problems } = await simulate(moduleWith([Tasks, Untouchable]), DAY);

    expect(runs.map(({ task, dueAt, outcome }) => [task, iso(dueAt), outcome])).toEqual([
      ['Tasks.poll', '2026-01-01T00:00:00.000Z', 'success'],
      ['Tasks.poll', '2026-01-01T06:00:00.000Z', 'success'],
      ['Tasks.poll', '2026-01-01T12:00:00.000Z', 'success'],
      ['Tasks.poll', '2026-01-01T18:00:00.000Z', 'success'],
    ]);
    expect([skips, waits, problems]).toEqual([[], [], []]);
  });

  it('takes a builder with its overrides, metadata, and an app with the tasks that it has by now', async () => {
    class Tasks {
      @Every('12h') poll() {}
    }
    const AppModule = moduleWith([Tasks]);
    const builder = Test.createTestingModule({ imports: [AppModule] });
    kit = await StsTestKit.create({ imports: [AppModule] });
    kit.scheduler.addTask({ name: 'added', run: failing }, { every: '1d' });
    kit.scheduler.removeTask('Tasks.poll');

    const names = async (target: Parameters<typeof simulate>[0]) =>
      (await simulate(target, DAY)).runs.map(({ task }) => task);

    expect(await names(builder)).toEqual(['Tasks.poll', 'Tasks.poll']);
    expect(await names({ imports: [AppModule] })).toEqual(['Tasks.poll', 'Tasks.poll']);
    expect(await names(kit.app)).toEqual(['added']);
  });

  it('starts a guarded run when it is due, and asks no guard', async () => {
    class Refuse {
      canActivate = failing;
    }
    class Tasks {
      @Every('12h') @UseGuards(Refuse) work() {}
    }

    const { runs } = await simulate(moduleWith([Tasks]), { ...DAY, durations: () => 60_000 });

    const told = runs.map(({ startedAt, endedAt, outcome }) => [iso(startedAt), iso(endedAt), outcome]);
    expect(told).toEqual([
      ['2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z', 'success'],
      ['2026-01-01T12:00:00.000Z', '2026-01-01T12:01:00.000Z', 'success'],
    ]);
  });

  it('knows overlaps, limits and timeouts by the durations of runs', async () => {
    class Tasks {
      @Every('1h', { overlap: 'skip' }) slow() {}
      @Every('12h', { group: 'reports' }) first() {}
      @Every('12h', { group: 'reports' }) second() {}
      @Every('1d', { timeout: '10m' }) hangs() {}
    }
    const options = { groups: { reports: { concurrency: 1 } } };

    const { runs, skips, waits } = await simulate(moduleWith([Tasks], options), {
      ...DAY,
      durations: { 'Tasks.slow': '150m', 'Tasks.first': '5m', 'Tasks.hangs': '1h' },
    });

    expect(skips.slice(0, 2)).toMatchObject([
      {
        task: 'Tasks.slow',
        reason: 'overlap',
        count: 2,
        from: Date.UTC(2026, 0, 1, 1),
        to: Date.UTC(2026, 0, 1, 2),
      },
      { task: 'Tasks.slow', reason: 'overlap', count: 2, from: Date.UTC(2026, 0, 1, 4) },
    ]);
    expect(waits.map(({ task, waitsFor, from, to }) => [task, waitsFor, to! - from])).toEqual([
      ['Tasks.second', 'limit', 300_000],
      ['Tasks.second', 'limit', 300_000],
    ]);
    expect(runs.filter(({ task }) => task === 'Tasks.hangs')).toMatchObject([
      { outcome: 'timeout', startedAt: Date.UTC(2026, 0, 1), endedAt: Date.UTC(2026, 0, 1, 0, 10) },
    ]);
    expect(runs.at(-1)).toMatchObject({ task: 'Tasks.slow', endedAt: Date.UTC(2026, 0, 1, 23, 30) });
  });

  it('shows what still runs, or waits, at the end', async () => {
    class Tasks {
      @Every('1d', { overlap: 'bufferAll' }) slow() {}
    }

    const { runs, waits } = await simulate(moduleWith([Tasks]), {
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-03T00:00:00Z',
      durations: () => 1_000_000_000,
    });

    expect(runs).toMatchObject([{ endedAt: null, outcome: null, reason: null }]);
    expect(waits).toMatchObject([{ waitsFor: 'overlap', from: Date.UTC(2026, 0, 2), to: null }]);
  });

  it('takes durations from a run store: the median of the successes', async () => {
    class Tasks {
      @Every('12h') poll() {}
    }
    const store = new MemoryRunStore({ perTask: 100, total: 1_000 });
    [10, 90, 20, 30, 20].forEach((ms, i) => {
      const [id, startedAt] = [`Tasks.poll@${i}`, i * 1_000];
      store.append(
        finishedRun({ id, taskName: 'Tasks.poll', dueAt: startedAt, startedAt, endedAt: startedAt + ms }),
      );
    });

    const { runs } = await simulate(moduleWith([Tasks]), { ...DAY, durations: store });

    expect(runs.map(({ startedAt, endedAt }) => endedAt! - startedAt!)).toEqual([20, 20]);
  });

  it('goes through a week in which the clocks change', async () => {
    class Tasks {
      @Cron('30 2 * * *', { timeZone: 'Europe/Paris' }) nightly() {}
      @Cron('0 * * * *', { timeZone: 'Europe/Paris' }) hourly() {}
    }
    const AppModule = moduleWith([Tasks]);
    const week = async (from: string, to: string) => {
      const { runs } = await simulate(AppModule, { from, to });
      const nightly = runs
        .filter(({ task }) => task === 'Tasks.nightly')
        .map(({ dueAt }) => iso(dueAt)!.slice(5, 16));
      return { nightly, hourly: runs.length - nightly.length };
    };

    const spring = await week('2026-03-26T00:00:00+01:00', '2026-04-02T00:00:00+02:00');
    const autumn = await week('2026-10-22T00:00:00+02:00', '2026-10-29T00:00:00+01:00');

    // 02:30 does not exist on the 29th: the run comes at 03:00 summer time.
    expect(spring.nightly.join(' ')).toBe(
      '03-26T01:30 03-27T01:30 03-28T01:30 03-29T01:00 03-30T00:30 03-31T00:30 04-01T00:30',
    );
    expect(spring.hourly).toBe(7 * 24 - 1);
    expect(autumn.nightly.join(' ')).toBe(
      '10-22T00:30 10-23T00:30 10-24T00:30 10-25T00:30 10-26T01:30 10-27T01:30 10-28T01:30',
    );
    expect(autumn.hourly).toBe(7 * 24 + 1);
  });

  it('meets the leap day, and nothing in the years between', async () => {
    class Tasks {
      @Cron('0 0 29 2 *', { timeZone: 'UTC' }) leap() {}
    }

    const { runs } = await simulate(moduleWith([Tasks]), {
      from: '2026-01-01T00:00:00Z',
      to: '2033-01-01T00:00:00Z',
    });

    expect(runs.map(({ dueAt }) => iso(dueAt))).toEqual([
      '2028-02-29T00:00:00.000Z',
      '2032-02-29T00:00:00.000Z',
    ]);
  });

  it('waits 25 days for an instant, beyond what a timer of Node can', async () => {
    class Tasks {
      @At('2026-01-26T00:00:00.001Z') late() {}
      @Every('25d', { overlap: 'bufferAll' }) long() {}
    }

    const { runs, waits } = await simulate(moduleWith([Tasks]), {
      from: '2026-01-01T00:00:00Z',
      to: '2026-03-31T00:00:00Z',
      durations: { 'Tasks.long': '26d' },
    });

    const late = runs.filter(({ task }) => task === 'Tasks.late');
    expect(late).toMatchObject([{ startedAt: Date.UTC(2026, 0, 26) + 1, outcome: 'success' }]);
    const long = runs.filter(({ task }) => task === 'Tasks.long');
    expect(long.map(({ startedAt, dueAt }) => (startedAt! - dueAt) / 86_400_000)).toEqual([0, 1, 2]);
    expect(waits.map(({ waitsFor }) => waitsFor)).toEqual(['overlap', 'overlap']);
  });

  it('has a run at the start, and jitters that follow from the seed', async () => {
    class Tasks {
      @Every('6h', { jitter: '1h', runOnStart: '5s' }) poll() {}
    }
    const AppModule = moduleWith([Tasks]);
    const delays = async (seed?: number) => {
      const { runs } = await simulate(AppModule, { ...DAY, seed });
      return runs
        .filter(({ cause }) => cause === 'schedule')
        .map(({ startedAt, dueAt }) => startedAt! - dueAt);
    };
    kit = await StsTestKit.create({ imports: [AppModule] }, { now: '2025-12-31T23:59:59.999Z' });
    await kit.advanceTo('2026-01-01T23:59:59Z');

    const real = (await kit.runs('Tasks.poll'))
      .filter(({ cause }) => cause === 'schedule')
      .map(({ startedAt, dueAt }) => startedAt! - dueAt);

    expect(await delays()).toEqual(real);
    expect(await delays(1)).toEqual(await delays(1));
    expect(await delays(1)).not.toEqual(real);
    const { runs } = await simulate(AppModule, DAY);
    expect(runs.find(({ cause }) => cause === 'start')).toMatchObject({
      dueAt: Date.UTC(2026, 0, 1) + 5_000,
    });
  });

  it('tells what functions of the app threw', async () => {
    class Tasks {
      @Every('12h', { enabled: failing }) poll() {}
    }

    const { runs, problems } = await simulate(moduleWith([Tasks]), DAY);

    expect(runs).toHaveLength(2);
    expect(problems[0]).toBe(
      'Tasks.poll: the function enabled threw Error: a handler was called at 2026-01-01T00:00:00.000Z',
    );
  });

  it.each([
    { wrong: { to: '2025-01-01T00:00:00Z' }, complaint: 'simulate(): to expects an instant after `from`' },
    { wrong: { form: 1 }, complaint: "Did you mean 'from'?" },
    {
      wrong: { durations: () => NaN },
      complaint: 'Tasks.poll at 2026-01-01T00:00:00.000Z expects a number of ms',
    },
    {
      wrong: { downtimes: [{ from: DAY.from, to: DAY.to }] },
      complaint: 'downtimes[0] expects a time within',
    },
  ])('refuses $wrong', async ({ wrong, complaint }) => {
    class Tasks {
      @Every('12h') poll() {}
    }

    const call = simulate(moduleWith([Tasks]), { ...DAY, ...wrong } as never);

    await expect(call).rejects.toThrow(InvalidOptionError);
    await expect(call).rejects.toThrow(complaint);
  });

  it('refuses a duration for a task that is not there', async () => {
    const call = simulate(moduleWith([]), { ...DAY, durations: { 'Tasks.pol': 1 } });

    await expect(call).rejects.toThrow(UnknownTaskError);
  });
});

describe('a downtime', () => {
  class Tasks {
    @Every('1h', { catchUp: '3h' }) latest() {}
    @Every('1h', { catchUp: '90m', misfire: 'all' }) each() {}
    @Every('1h') careless() {}
  }
  const AppModule = () => moduleWith([Tasks], { runStore: rememberingStore() });
  const downtimes = [{ from: '2026-01-01T06:00:00Z', to: '2026-01-01T10:30:00Z' }];

  it('is followed by what recovery does at the start', async () => {
    const { runs, skips } = await simulate(AppModule(), { ...DAY, downtimes });

    const caughtUp = runs.filter(({ cause }) => cause === 'catchUp');
    expect(caughtUp.map(({ task, dueAt, startedAt }) => [task, iso(dueAt), iso(startedAt)])).toEqual([
      ['Tasks.latest', '2026-01-01T10:00:00.000Z', '2026-01-01T10:30:00.000Z'],
      ['Tasks.each', '2026-01-01T09:00:00.000Z', '2026-01-01T10:30:00.000Z'],
      ['Tasks.each', '2026-01-01T10:00:00.000Z', '2026-01-01T10:30:00.000Z'],
    ]);
    expect(skips.map(({ task, reason, count }) => [task, reason, count])).toEqual([
      ['Tasks.latest', 'down', 2],
      ['Tasks.latest', 'coalesced', 2],
      ['Tasks.each', 'down', 3],
      ['Tasks.careless', 'down', 5],
    ]);
  });

  it('drains what runs, or abandons it when it is a crash', async () => {
    const options = { ...DAY, durations: { 'Tasks.careless': '270m' as const } };
    const ends = async (isCrash: boolean) => {
      const { runs } = await simulate(AppModule(), {
        ...options,
        downtimes: [{ ...downtimes[0]!, isCrash }],
      });
      return runs
        .filter(({ reason }) => reason !== null)
        .map(({ endedAt, outcome, reason }) => [iso(endedAt), outcome, reason]);
    };

    // Its grace is 10 s, and a handler that obeys its signal ends then.
    expect(await ends(false)).toEqual([['2026-01-01T06:00:09.999Z', 'cancelled', 'drain']]);
    expect(await ends(true)).toEqual([['2026-01-01T10:30:00.000Z', 'abandoned', 'crash']]);
  });
});

/** A store that says that it outlives the process: `catchUp` asks for one. */
function rememberingStore() {
  const store = new MemoryRunStore({ perTask: 100, total: 1_000 });
  const durable = {
    unfinished: () => [],
    lastDueAt: () => null,
    flush: () => undefined,
    load: () => undefined,
    save: () => undefined,
  };
  return Object.assign(store, { durable });
}
