import { ManualClock } from '../../lib/testing/manual.clock.js';
import { Timeline, type Due } from '../../lib/engine/timeline.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import { TaskResolver } from '../../lib/task/task.resolver.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { describe, expect, it } from 'vitest';

const START = Date.parse('2026-01-01T00:00:00Z');

/** A timeline whose instants are written down as seconds after the start. */
function timeline(now: string | number = START) {
  const clock = new ManualClock(now);
  const events: StsEvent[] = [];
  const line = new Timeline(clock, event => events.push(event));
  const resolver = new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined });
  const task = (name: string, ...schedules: ScheduleOptions[]) =>
    resolver.resolve({
      name,
      place: name,
      owner: {},
      handler: () => undefined,
      declarations: schedules.map(options => ({ where: name, options })),
    });
  const seen: string[] = [];
  const note = ({ task: { name }, dueAt }: Due) => void seen.push(`${name} ${(dueAt - START) / 1_000}`);
  const advance = (seconds: number) => {
    const until = clock.now() + seconds * 1_000;
    while (clock.advance(until));
  };
  return { clock, events, line, task, seen, note, advance };
}

describe('the timeline', () => {
  it('names every due instant of every task, in order', () => {
    const { line, task, seen, note, advance } = timeline();
    line.add(task('a', { every: '20s' }));
    line.add(task('b', { every: '15s' }));
    line.due$.subscribe(note);

    advance(60);

    expect(seen).toEqual(['b 15', 'a 20', 'b 30', 'a 40', 'b 45', 'a 60', 'b 60']);
  });

  it('shares one entry among tasks with the same trigger, and arms one timer of at most a minute', () => {
    const { clock, line, task, note } = timeline();
    for (let n = 0; n < 100; n++) line.add(task(`t${n}`, { every: '1h' }));

    line.due$.subscribe(note);

    expect(clock.pending).toBe(1);
    expect(clock.nextAt).toBe(START + 60_000);
    expect(line.nextAt).toBe(START + 3_600_000);
  });

  it('arms one timer for all that is added after its instant, within one turn of the event loop', () => {
    const { clock, task, note } = timeline();
    let armed = 0;
    const counting = {
      now: () => clock.now(),
      after(ms: number, fire: () => void) {
        armed++;
        return clock.after(ms, fire);
      },
    };
    const line = new Timeline(counting, () => undefined);
    line.due$.subscribe(note);
    line.add(task('first', { every: '1s' }), START - 5_000);
    const before = armed;

    for (let n = 0; n < 100; n++) line.add(task(`t${n}`, { every: '1s' }), START - 5_000);

    expect(armed - before).toBe(0);
  });

  it('ends a flush although more is due than it can name in the meantime', () => {
    const { clock, line, task, seen, note } = timeline();
    line.add(task('a', { every: '1s' }));
    line.due$.subscribe(due => {
      note(due);
      if (seen.length > 10) throw new Error('the flush goes on');
      clock.set(clock.now() + 1_000);
    });
    clock.set(START + 2_000);

    const until = line.flush();

    expect(until).toBe(START + 2_000);
    expect(seen).toEqual(['a 1', 'a 2']);
  });

  it('wakes each minute when nothing is due, so that it notices a clock that was set', () => {
    const { clock, line, task, seen, note, advance } = timeline();
    line.add(task('a', { every: '1h' }));
    line.due$.subscribe(note);

    clock.set(START + 3_600_000);
    advance(60);

    expect(seen).toEqual(['a 3600']);
  });

  it('fires a delay of more than 24.8 days in time', () => {
    const { line, task, seen, note, advance } = timeline();
    line.add(task('a', { at: START + 30 * 86_400_000 }));
    line.due$.subscribe(note);

    advance(29 * 86_400);
    const before = [...seen];
    advance(86_400);

    expect([before, seen]).toEqual([[], ['a 2592000']]);
  });

  it('waits for the next instant when the clock is set back by less than a period, and says so once', () => {
    const { clock, events, line, task, seen, note, advance } = timeline();
    line.add(task('a', { every: '10s' }));
    line.due$.subscribe(note);
    advance(20);

    clock.set(START + 12_000);
    advance(28);

    expect(seen).toEqual(['a 10', 'a 20', 'a 30', 'a 40']);
    expect(events).toMatchObject([{ type: 'clockSetBack', byMs: 8_000 }]);
  });

  it('is not silent when the clock is set back by many periods, and runs nothing rare twice', () => {
    const { clock, events, line, task, seen, note, advance } = timeline();
    line.add(task('often', { every: '1h' }));
    line.add(task('daily', { cron: '0 2 * * *', timeZone: 'UTC' }));
    line.due$.subscribe(note);
    advance(4 * 3_600);

    clock.set(START - 1_800_000);
    advance(4 * 3_600);

    const before = ['often 3600', 'often 7200', 'daily 7200', 'often 10800', 'often 14400'];
    expect(seen).toEqual([...before, 'often 0', 'often 3600', 'often 7200', 'often 10800']);
    expect(events).toMatchObject([{ type: 'clockSetBack' }]);
  });

  it('names late instants one after another in turns of their own', () => {
    const { clock, line, task } = timeline();
    const dues: unknown[] = [];
    line.add(task('a', { every: '10s' }));
    line.due$.subscribe(({ dueAt, missedUntil }) => void dues.push([dueAt - START, missedUntil]));

    clock.set(START + 20_000);
    const perTurn = [0, 1, 2].map(() => (clock.advance(START + 30_000), dues.length));

    expect(perTurn).toEqual([1, 2, 3]);
    expect(dues).toEqual([
      [10_000, null],
      [20_000, null],
      [30_000, null],
    ]);
  });

  it('names missed instants once, with the instant until which they were missed, for all triggers of the task', () => {
    const { clock, line, task } = timeline();
    const dues: unknown[] = [];
    line.add(task('a', { every: '10s' }, { every: '7s' }));
    line.due$.subscribe(({ dueAt, missedUntil }) => void dues.push([dueAt - START, missedUntil]));

    clock.set(START + 3_600_000);
    for (let turn = 0; turn < 5; turn++) clock.advance(START + 3_607_000);

    expect(dues.length).toBeLessThanOrEqual(2);
    expect(dues[0]).toEqual([7_000, START + 3_607_000]);
  });

  it('arms anew for a task that comes after the clock was set forwards', () => {
    const { clock, line, task, note } = timeline();
    line.due$.subscribe(note);
    line.add(task('a', { every: '30s' }));

    clock.set(START + 3_600_000);
    line.add(task('b', { at: START + 3_605_000 }));

    expect(clock.nextAt).toBeLessThanOrEqual(START + 3_605_000);
  });

  it('names late instants of two triggers of one task in turns of their own, too', () => {
    const { clock, line, task } = timeline();
    const dues: number[] = [];
    line.add(task('a', { every: '20s' }, { every: '30s' }));
    line.due$.subscribe(({ dueAt }) => void dues.push((dueAt - START) / 1_000));

    clock.set(START + 30_000);
    const perTurn = [0, 1, 2].map(() => (clock.advance(START + 50_000), dues.length));

    expect(perTurn).toEqual([1, 2, 3]);
    expect(dues).toEqual([20, 30, 40]);
  });

  it('names nothing of a task that was removed in the same wake, whose trigger is over', () => {
    const { line, task, seen, note, advance } = timeline();
    for (const name of ['a', 'b', 'c']) line.add(task(name, { at: START + 5_000 }));
    line.due$.subscribe(due => {
      note(due);
      line.remove('b');
    });

    advance(10);

    expect(seen).toEqual(['a 5', 'c 5']);
  });

  it('leaves no timer when it is flushed and ended', () => {
    const { clock, line, task, note } = timeline();
    line.add(task('a', { every: '10s' }));
    const subscription = line.due$.subscribe(note);

    clock.set(START + 30_000);
    line.flush();
    subscription.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('names nothing of a task that was removed, by a handler too', () => {
    const { line, task, seen, note, advance } = timeline();
    line.add(task('a', { every: '10s' }));
    line.add(task('b', { every: '10s' }));
    line.due$.subscribe(due => {
      note(due);
      line.remove('b');
    });

    advance(20);
    line.remove('a');
    line.remove('nobody');
    advance(20);

    expect(seen).toEqual(['a 10', 'a 20']);
    expect(line.nextAt).toBeNull();
  });

  it('takes a new task in place of the one with its name', () => {
    const { line, task, seen, note, advance } = timeline();
    line.due$.subscribe(note);
    line.add(task('a', { every: '10s' }));
    line.add(task('a', { every: '25s' }));

    advance(50);

    expect(seen).toEqual(['a 25', 'a 50']);
  });

  it('arms an earlier timer when an earlier task comes', () => {
    const { clock, line, task, note } = timeline();
    line.due$.subscribe(note);
    line.add(task('a', { every: '30s' }));
    const late = clock.nextAt;

    line.add(task('b', { every: '5s' }));

    expect([late, clock.nextAt]).toEqual([START + 30_000, START + 5_000]);
    expect(clock.pending).toBe(1);
  });

  it('says once that a trigger is exhausted, and when it was due for the last time, if ever', () => {
    const { line, task, events, note, advance } = timeline();
    line.add(task('past', { at: START - 1 }));
    line.add(task('soon', { at: START + 5_000 }));
    line.due$.subscribe(note);

    advance(60);

    const exhausted = events.filter(event => event.type === 'triggerExhausted');
    expect(exhausted.map(({ taskName, lastDueAt }) => [taskName, lastDueAt])).toEqual([
      ['past', null],
      ['soon', START + 5_000],
    ]);
  });

  it('stops with its subscription and leaves no timer', () => {
    const { clock, line, task, seen, note, advance } = timeline();
    line.add(task('a', { every: '10s' }));
    const subscription = line.due$.subscribe(note);

    subscription.unsubscribe();
    advance(60);

    expect([seen, clock.pending]).toEqual([[], 0]);
  });

  it('stops within a wake when a handler ends the subscription', () => {
    const { clock, line, task, seen, note, advance } = timeline();
    line.add(task('a', { every: '10s' }));
    line.add(task('b', { every: '10s' }));
    const subscription = line.due$.subscribe(due => {
      note(due);
      subscription.unsubscribe();
    });

    advance(60);

    expect([seen, clock.pending]).toEqual([['a 10'], 0]);
  });
});
