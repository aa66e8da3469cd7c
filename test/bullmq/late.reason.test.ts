import { expect, it } from 'vitest';
import { lateReason } from '../../lib/bullmq/late.reason.js';
import { taskOf } from './engine.host.js';

const MINUTE = 60_000;
const LATE = 10 * MINUTE;

it('an instant that comes too late runs when no other one has come since, and its task catches up', () => {
  const often = taskOf('job', { every: MINUTE });
  const rarely = taskOf('job', { every: 60 * MINUTE });
  const never = taskOf('job', { at: new Date(0), misfire: 'coalesce' });
  const strict = taskOf('job', { every: 60 * MINUTE, misfire: 'skip' });

  expect(lateReason(often, 0, MINUTE)).toBeNull();
  expect([often, rarely, never, strict].map(task => lateReason(task, 0, LATE))).toEqual([
    'coalesced',
    null,
    null,
    'misfire',
  ]);
});
