import { describe, expect, it } from 'vitest';
import type { AttemptView, RunView } from '../../../../lib/dashboard/api.views.js';
import { stretchesOf } from '../../../../lib/dashboard/page/charts/waterfall.geometry.js';
import { mark } from '../mark.js';

const run = (more: Partial<RunView>): RunView => ({
  ...mark(),
  reason: null,
  detail: null,
  error: null,
  ended: [],
  node: 'node',
  progress: null,
  ...more,
});
const attempt = (
  number: number,
  startedAt: number,
  endedAt: number,
  outcome: AttemptView['outcome'],
): AttemptView => ({
  number,
  startedAt,
  endedAt,
  outcome,
  error: null,
});
const told = (more: Partial<RunView>, now = 100) =>
  stretchesOf(run(more), now).map(({ label, kind, from, to }) => [label, kind, from, to]);

describe('the waterfall of a run', () => {
  it('has waits between attempts', () => {
    const ended = [attempt(1, 5, 10, 'failure'), attempt(2, 20, 30, 'success')];

    expect(told({ startedAt: 5, endedAt: 30, ended })).toEqual([
      ['Wait to start', 'wait', 0, 5],
      ['Attempt 1', 'failure', 5, 10],
      ['Wait before attempt 2', 'wait', 10, 20],
      ['Attempt 2', 'success', 20, 30],
    ]);
  });

  it('shows the first attempt while it goes on', () => {
    expect(told({ startedAt: 5, endedAt: null, outcome: null })).toEqual([
      ['Wait to start', 'wait', 0, 5],
      ['Attempt 1', 'running', 5, 100],
    ]);
  });

  it('does not claim to know when a later attempt began', () => {
    const ended = [attempt(1, 0, 10, 'failure')];

    expect(told({ startedAt: 0, endedAt: null, outcome: null, ended })).toEqual([
      ['Attempt 1', 'failure', 0, 10],
      ['Wait and attempt 2', 'running', 10, 100],
    ]);
  });

  it('shows a wait that was cancelled', () => {
    const ended = [attempt(1, 0, 10, 'failure')];

    expect(told({ startedAt: 0, endedAt: 40, outcome: 'cancelled', ended }).at(-1)).toEqual([
      'Wait, then ended',
      'wait',
      10,
      40,
    ]);
  });

  it('shows a run that waits for a slot', () => {
    expect(told({ startedAt: null, endedAt: null, outcome: null })).toEqual([
      ['Waits to start', 'wait', 0, 100],
    ]);
  });

  it('has nothing for a skip', () => {
    expect(told({ startedAt: null, outcome: 'skipped' })).toEqual([]);
  });
});
