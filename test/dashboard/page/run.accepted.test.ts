import { expect, it } from 'vitest';
import type { RunAccepted } from '../../../lib/dashboard/api.views.js';
import { acceptedNotice } from '../../../lib/dashboard/page/run.accepted.js';

const NONE = { reason: null, detail: null };

it.each<[Omit<RunAccepted, 'runId'>, string, string]>([
  [{ state: 'started', ...NONE }, 'good', 'mail was started.'],
  [{ state: 'waiting', ...NONE }, 'good', 'mail waits to start.'],
  [
    { state: 'skipped', reason: 'overlap', detail: null },
    'bad',
    'mail was skipped: the previous run was still going.',
  ],
  [{ state: 'skipped', reason: 'overlap', detail: 'run x was on' }, 'bad', 'mail was skipped: run x was on.'],
])('says of a run by hand what became of it: %o', (accepted, tone, text) => {
  expect(acceptedNotice('mail', { runId: 'r', ...accepted })).toEqual({ tone, text });
});
