import { describe, expect, it } from 'vitest';
import { MissedInstants } from '../../lib/engine/missed.instants.js';
import { caughtUp, MOST_CAUGHT_UP, type Downtime } from '../../lib/scheduler/catch.up.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';
import { TaskResolver } from '../../lib/task/task.resolver.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { START } from '../timeline/story.js';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const terms = { clock: new ManualClock(), record: () => undefined };
const host = { ...terms, missed: new MissedInstants(terms) };
const resolver = new TaskResolver({ layers: [], groups: new Map(), timeZone: 'UTC', isDurable: true });
const task = (options: ScheduleOptions) =>
  resolver.resolve({
    name: 'T',
    place: 'T',
    owner: {},
    handler: () => undefined,
    declarations: [{ where: 'T', options }],
  });

/** What is submitted after a downtime, in hours after the start: `run 5`, `down 1-3 ×3`. */
function told(options: ScheduleOptions, from: number, until: number): readonly string[] {
  const hours = (at: number) => (at - START) / HOUR;
  return caughtUp(task(options), { from: START + from * HOUR, until: START + until * HOUR }, host).map(
    ({ dueAt, verdict }) =>
      verdict.kind === 'run'
        ? `run ${hours(dueAt)}`
        : `${verdict.reason} ${hours(dueAt)}-${hours(verdict.lastDueAt)} ×${verdict.count}`,
  );
}

const FIVE_HOURS: Downtime = { from: START, until: START + 5 * HOUR };

describe('caughtUp', () => {
  it.each<[string, ScheduleOptions, number, number, readonly string[]]>([
    ['nothing, when nothing was due', { every: '1h' }, 0, 0.5, []],
    ['nothing but a record, without catchUp', { every: '1h' }, 0, 5, ['down 1-5 ×5']],
    ['the latest, under coalesce', { every: '1h', catchUp: '1d' }, 0, 5, ['coalesced 1-4 ×4', 'run 5']],
    ['the only one', { every: '1h', catchUp: '1d' }, 4, 5.5, ['run 5']],
    ['none, under skip', { every: '1h', catchUp: '1d', misfire: 'skip' }, 0, 3, ['misfire 1-3 ×3']],
    ['all, under all', { every: '1h', catchUp: '1d', misfire: 'all' }, 0, 3, ['run 1', 'run 2', 'run 3']],
    [
      'no further back than it says',
      { every: '1h', catchUp: '150m' },
      0,
      6,
      ['down 1-3 ×3', 'coalesced 4-5 ×2', 'run 6'],
    ],
    ['nothing of a rule that was over', { at: START - 1, catchUp: '1d' }, 0, 6, []],
  ])('is %s', (_, options, from, until, submissions) => {
    expect(told(options, from, until)).toEqual(submissions);
  });

  it('runs no more than its bound of a year of seconds, and says so', () => {
    const submissions = caughtUp(
      task({ every: '1s', catchUp: YEAR, misfire: 'all' }),
      {
        from: START,
        until: START + YEAR,
      },
      host,
    );

    const [skipped, ...runs] = submissions;

    expect(skipped).toMatchObject({
      dueAt: START + 1_000,
      verdict: {
        reason: 'expired',
        lastDueAt: START + YEAR - MOST_CAUGHT_UP * 1_000,
        detail: 'there are more than 1000 to catch up',
      },
    });
    expect(runs).toHaveLength(MOST_CAUGHT_UP);
    expect([runs[0]!.dueAt, runs.at(-1)!.dueAt]).toEqual([
      START + YEAR - (MOST_CAUGHT_UP - 1) * 1_000,
      START + YEAR,
    ]);
  });

  it('finds the newest of a rule that pauses each night', () => {
    const options = { cron: '* * 9-16 * * *', catchUp: YEAR, misfire: 'all' } as const;
    const until = START + 30 * 24 * HOUR;

    const runs = caughtUp(task(options), { from: START, until }, host).slice(1);

    expect(runs).toHaveLength(MOST_CAUGHT_UP);
    expect(new Date(runs.at(-1)!.dueAt).toISOString()).toBe('2026-01-30T16:59:59.000Z');
    expect(new Date(runs[0]!.dueAt).toISOString()).toBe('2026-01-30T16:43:20.000Z');
  });

  const excluding = (options: object) => {
    const exclude = (at: number) => (at - START) / HOUR >= 3;
    const definition = task({ every: '1h', catchUp: '1d', exclude, ...options } as ScheduleOptions);
    return caughtUp(definition, FIVE_HOURS, host).map(({ dueAt, verdict }) => [
      (dueAt - START) / HOUR,
      verdict.kind === 'run' ? 'run' : verdict.reason,
    ]);
  };

  it('runs nothing that is excluded', () => {
    expect(excluding({})).toEqual([
      [1, 'coalesced'],
      [2, 'run'],
      [3, 'excluded'],
    ]);
    const all = ['run', 'run', 'excluded', 'excluded', 'excluded'];
    expect(excluding({ misfire: 'all' }).map(([, what]) => what)).toEqual(all);
  });

  it('runs nothing of a task that is disabled', () => {
    const rulings = caughtUp(task({ every: '1h', catchUp: '1d', enabled: false }), FIVE_HOURS, host);

    expect(rulings.map(({ verdict }) => verdict)).toMatchObject([{ reason: 'disabled', count: 5 }]);
  });
});
