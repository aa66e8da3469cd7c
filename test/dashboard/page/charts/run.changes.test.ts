import { describe, expect, it } from 'vitest';
import type { RunMark } from '../../../../lib/dashboard/api.views.js';
import { byTask, stillNew } from '../../../../lib/dashboard/page/charts/run.changes.js';
import { mark } from '../mark.js';

const waiting = mark({ startedAt: null, endedAt: null, outcome: null, attempts: 0 });
const running = mark({ endedAt: null, outcome: null, attempts: 0 });
const retrying = mark({ endedAt: null, outcome: null, attempts: 1 });
const ended = mark({ attempts: 2 });
const skips = (count: number) => mark({ startedAt: null, outcome: 'skipped', attempts: 0, count });

const changed = (...marks: RunMark[]) => new Map(marks.map(mark => [mark.id, { mark, heardAt: mark.dueAt }]));

describe('runs with what events said of them', () => {
  it.each([
    ['waits', 'runs', waiting, running],
    ['runs', 'is tried again', running, retrying],
    ['runs', 'has ended', running, ended],
    ['is tried again', 'has ended', retrying, ended],
    ['was missed once', 'was missed seven times', skips(1), skips(7)],
  ])('are as they came to be, whichever was heard first: it %s, it %s', (_before, _after, before, after) => {
    const of = (answer: RunMark, event: RunMark) => byTask([answer], changed(event)).get('Tasks.one');

    expect(of(before, after)).toEqual([after]);
    expect(of(after, before)).toEqual([after]);
  });

  it('are those of the answer and those that have come since, by task', () => {
    const other = mark({ id: 'other', task: 'Tasks.two' });

    expect(byTask([ended], changed(other))).toEqual(
      new Map([
        ['Tasks.one', [ended]],
        ['Tasks.two', [other]],
      ]),
    );
  });

  it('are forgotten when they have left the picture, or the answer knew of them', () => {
    const changes = changed(
      mark({ dueAt: 10_000 }),
      mark({ dueAt: 20_000, endedAt: null, outcome: null }),
      mark({ dueAt: 100_000, endedAt: null, outcome: null }),
      mark({ dueAt: 100_001, endedAt: 90_000 }),
    );

    const left = stillNew(changes, { from: 95_000, asOf: 102_000 });

    expect([...left.keys()]).toEqual(['run@100000']);
  });
});
