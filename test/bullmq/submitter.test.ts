import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Submitter } from '../../lib/bullmq/submitter.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';
import { taskOf } from './engine.host.js';

const RESET = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** A server that may be away. */
function setUp() {
  const clock = new ManualClock();
  let isAway = true;
  const told: string[] = [];
  const added: string[] = [];
  const addJobs = async (jobs: readonly { jobId: string }[]) => {
    const ids = jobs.map(({ jobId }) => jobId);
    added.push(...ids);
    return ids;
  };
  const opened = { runs: { getBackend: () => ({ addJobs }) } };
  const connections = {
    server: { name: 'Redis' },
    opened: () => (isAway ? Promise.reject(RESET) : Promise.resolve(opened)),
    failed: () => void told.push('failed'),
    worked: () => void told.push('worked'),
  };
  const host = { connections, clock, pausedBy: () => null, ranks: { of: () => 0 } };
  const submitter = new Submitter(host as never);
  const task = taskOf('job', { overlap: 'allowAll' });
  const bring = (dueAt: number) =>
    submitter.bring({
      id: `job@${dueAt}`,
      task,
      cause: 'schedule',
      dueAt,
      payload: undefined,
      verdict: { kind: 'run' },
    });
  return { clock, submitter, bring, told, added, comeBack: () => (isAway = false) };
}

it('what is not acknowledged is brought again, and not while the submitter is closed', async () => {
  const { submitter, bring, told, added, comeBack } = setUp();
  bring(1);
  await turn();
  await turn();
  const earliest = submitter.earliest;

  submitter.close();
  await submitter.settled();
  comeBack();
  bring(2);
  await submitter.settled();
  const whileClosed = [...added];
  submitter.reopen();
  await submitter.settled();

  expect([earliest, whileClosed]).toEqual([1, []]);
  expect(added).toEqual(['job@1', 'job@2']);
  expect(told).toEqual(['failed', 'worked']);
  expect(submitter.earliest).toBe(Infinity);
});

it('a server that is away is asked again after half a second', async () => {
  const { clock, submitter, bring, added, comeBack } = setUp();
  bring(1);
  await turn();
  await turn();
  comeBack();

  clock.advance(clock.now() + 499);
  await turn();
  const before = [...added];
  clock.advance(clock.now() + 1);
  await submitter.settled();

  expect([before, added]).toEqual([[], ['job@1']]);
});
