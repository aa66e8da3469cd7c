import { describe, expect, it } from 'vitest';
import { claimOf, type ClaimHost } from '../../lib/bullmq/claim.js';
import { stackWith, type RunJob } from '../../lib/bullmq/run.job.js';
import type { TaskOptions } from '../../lib/task/task.options.js';
import { TaskResolver } from '../../lib/task/task.resolver.js';

const NOW = 1_000_000;

function taskOf(options: TaskOptions = {}) {
  const declarations = [{ where: 'poll', options: { every: '10s', ...options } as never }];
  const raw = { name: 'poll', place: 'poll', owner: {}, handler: () => undefined, declarations };
  return new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined, isShared: true }).resolve(
    raw,
  );
}

function claim(job: object, host: Partial<ClaimHost> & { options?: TaskOptions } = {}) {
  const task = taskOf(host.options);
  const data = { id: 'poll@990000', cause: 'schedule', dueAt: 990_000 };
  const made = {
    id: 'poll@990000',
    name: 'poll',
    data,
    stalledCounter: 0,
    timestamp: 990_000,
    stacktrace: [],
    ...job,
  };
  const defaults = {
    now: NOW,
    aheadMs: 0,
    startedAt: 0,
    keepForMs: 86_400_000,
    find: () => task,
    isBusy: () => false,
    pausedBy: () => null,
  };
  return claimOf(made as unknown as RunJob, { ...defaults, ...host });
}

const state = { startedAt: 1, endedAt: null, attempts: [], outcome: null, log: [], node: 'a:1' };

describe('a job that a process has taken', () => {
  it('runs', () => {
    expect(claim({})).toMatchObject({ kind: 'run' });
  });

  it('ends as what was decided before', () => {
    const skip = { reason: 'overlap', detail: 'run x' } as const;

    expect(claim({ data: { id: 'x', cause: 'schedule', dueAt: 990_000, skip } })).toEqual({
      kind: 'end',
      outcome: { kind: 'skipped', count: 1, lastDueAt: 990_000, ...skip },
    });
  });

  it('is left to others while its task is not known here', () => {
    expect(claim({}, { find: () => undefined })).toEqual({ kind: 'later', at: NOW + 1_000 });
  });

  it('ends as expired when it is older than what is kept, known or not', () => {
    const expired = { kind: 'end', outcome: { kind: 'skipped', reason: 'expired' } };

    expect(claim({}, { keepForMs: 9_000, find: () => undefined })).toMatchObject(expired);
  });

  it('waits for its retry, and for an earlier handler of its own that still works here', () => {
    const waiting = { stacktrace: ['boom', JSON.parse(stackWith({ ...state, retryAt: NOW + 500 }, ''))[1]] };

    expect(claim(waiting)).toEqual({ kind: 'later', at: NOW + 500 });
    expect(claim({}, { isBusy: () => true })).toEqual({ kind: 'later', at: NOW + 1_000 });
  });

  it('that was taken from a dead process runs again, or ends as abandoned, as onCrash says', () => {
    const taken = { stalledCounter: 1 };

    expect(claim(taken)).toMatchObject({ kind: 'run' });
    expect(claim(taken, { options: { onCrash: 'fail' } })).toEqual({
      kind: 'end',
      outcome: { kind: 'abandoned', reason: 'crash' },
    });
  });

  it.each([
    ['coalesce', { kind: 'end', outcome: { kind: 'skipped', reason: 'coalesced' } }],
    ['skip', { kind: 'end', outcome: { kind: 'skipped', reason: 'misfire' } }],
    ['all', { kind: 'run' }],
  ] as const)(
    'that waited for a process longer than its grace does what misfire %s says',
    (misfire, expected) => {
      const left = { data: { id: 'x', cause: 'schedule', dueAt: 900_000 }, timestamp: 900_000 };

      expect(claim(left, { startedAt: NOW - 1, options: { misfire } })).toMatchObject(expected);
      expect(claim(left, { startedAt: 0, options: { misfire } })).toMatchObject({ kind: 'run' });
    },
  );

  it('is looked at by the server’s clock: a process that is ahead does not find it late', () => {
    const left = { data: { id: 'x', cause: 'schedule', dueAt: 930_000 }, timestamp: 930_000 };
    const ahead = { startedAt: NOW - 1, options: { misfire: 'skip' } } as const;

    expect(claim(left, ahead)).toMatchObject({ kind: 'end' });
    expect(claim(left, { ...ahead, aheadMs: 60_000 })).toMatchObject({ kind: 'run' });
  });

  it('ends as cancelled when somebody wants so, its retries too, and whoever knows its task', () => {
    const data = { id: 'x', cause: 'schedule', dueAt: 990_000, cancelled: 'not needed' } as const;
    const waiting = { stacktrace: ['boom', JSON.parse(stackWith({ ...state, retryAt: NOW + 500 }, ''))[1]] };
    const expected = { kind: 'end', outcome: { kind: 'cancelled', reason: 'not needed' } };

    expect(claim({ data })).toEqual(expected);
    expect(claim({ data, ...waiting })).toEqual(expected);
    expect(claim({ data }, { find: () => undefined })).toEqual(expected);
  });

  it('of a paused task is skipped, unless it was asked for by hand or has begun', () => {
    const paused = { pausedBy: () => 'since noon: broken' };
    const byHand = { data: { id: 'x', cause: 'manual', dueAt: 990_000 } } as const;
    const failedOnce = { stacktrace: ['boom', JSON.parse(stackWith({ ...state, retryAt: NOW }, ''))[1]] };

    expect(claim({}, paused)).toEqual({
      kind: 'end',
      outcome: {
        kind: 'skipped',
        reason: 'paused',
        count: 1,
        lastDueAt: 990_000,
        detail: 'since noon: broken',
      },
    });
    for (const job of [byHand, failedOnce, { stalledCounter: 1 }]) {
      expect(claim(job, paused)).toMatchObject({ kind: 'run' });
    }
  });
});
