import { describe, expect, it } from 'vitest';
import { countStatuses, mainStatus, statusesOf } from '../../../lib/dashboard/page/task.status.js';
import { mark, taskView } from './mark.js';

const NOW = 100_000;
const PAUSE = { since: 0, reason: 'moved', until: null, scope: 'task' } as const;
const failed = mark({ dueAt: 50_000, outcome: 'failure' });
const well = mark({ dueAt: 60_000 });

describe('how it stands with a task', () => {
  it.each([
    ['new', taskView()],
    ['ok', taskView({}, [failed, well])],
    ['failing', taskView({}, [well, failed])],
    ['failing', taskView({ running: 1 }, [failed, mark({ dueAt: 90_000, outcome: null, endedAt: null })])],
    ['failing', taskView({}, [failed, mark({ dueAt: 90_000, outcome: 'skipped', startedAt: null })])],
    ['late', taskView({ nextAt: NOW - 5_001 })],
    ['late', taskView({}, [mark({ dueAt: 50_000, startedAt: 55_001 })])],
    ['ok', taskView({}, [mark({ dueAt: 50_000, startedAt: 55_000 })])],
    ['ok', taskView({}, [mark({ dueAt: 50_000, startedAt: 90_000, cause: 'catchUp' })])],
    ['ok', taskView({ jitterMs: 10_000 }, [mark({ dueAt: 50_000, startedAt: 65_000 })])],
    ['late', taskView({ jitterMs: 10_000 }, [mark({ dueAt: 50_000, startedAt: 65_001 })])],
    ['new', taskView({ jitterMs: 10_000, nextAt: NOW - 15_000 })],
    ['running', taskView({ running: 1 }, [well])],
    ['waiting', taskView({ waiting: 1 }, [well])],
    ['paused', taskView({ paused: PAUSE, running: 1 }, [failed])],
    ['disabled', taskView({ disabledBy: 'STS_ENABLED', paused: PAUSE })],
  ])('is %s', (status, task) => {
    expect(mainStatus(task, NOW)).toBe(status);
  });

  it('may be several at once', () => {
    const task = taskView({ running: 1, waiting: 2, paused: PAUSE }, [failed]);

    expect([...statusesOf(task, NOW)]).toEqual(['failing', 'running', 'waiting', 'paused']);
  });

  it('is counted once for each', () => {
    const counts = countStatuses(
      [taskView({ running: 1 }, [failed]), taskView({ running: 3 }), taskView()],
      NOW,
    );

    expect(counts).toMatchObject({ running: 2, failing: 1, new: 1, paused: 0 });
  });
});
