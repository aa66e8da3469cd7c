import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bullmq } from '../../lib/bullmq/index.js';
import type { ClusterEngine } from '../../lib/bullmq/cluster.engine.js';
import type { Skip, Submission } from '../../lib/engine/engine.js';
import type { SharedEngine } from '../../lib/engine/shared.engine.js';
import type { Run } from '../../lib/run/run.js';
import { hostOf, taskOf } from './engine.host.js';
import { ownPrefix, SERVERS, until } from './servers/server.js';

const MINUTE = 60_000;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;

const idsOf = (runs: readonly Run[]) => runs.map(({ id }) => id);

/** Unless a test starts it, the engine takes no runs: their records are as they were submitted. */
describe.each(SERVERS)('the runs on $name', ({ some }) => {
  let server: Awaited<ReturnType<typeof some>>;
  let shared: SharedEngine;
  const task = taskOf('poll', { every: MINUTE, overlap: 'allowAll' });
  const neverDue = taskOf('byHand', { overlap: 'allowAll' });

  beforeAll(async () => (server = await some()), 120_000);
  afterAll(() => server.end());
  beforeEach(() => {
    const known = [task, neverDue];
    const host = hostOf({
      find: name => known.find(each => each.name === name),
    });
    shared = bullmq({ connection: server.url, prefix: ownPrefix() }).create(host);
  });
  afterEach(() => shared.store.close!());

  async function submit(fields: Partial<Submission>): Promise<void> {
    const verdict = { kind: 'run' } as const;
    const { dueAt = NOW } = fields;
    const id = `poll@${dueAt}`;
    await shared.engine.submit({
      id,
      task,
      cause: 'schedule',
      dueAt,
      payload: undefined,
      verdict,
      ...fields,
    });
  }
  /** Nobody waits for an instant to be acknowledged. */
  const acknowledged = () => until(() => (shared.engine as ClusterEngine).submittedUntil(NOW) === NOW);

  it('are pages, the newest first, of what instants name and what they do not', async () => {
    for (let i = 0; i < 5; i++) await submit({ dueAt: NOW - i * MINUTE });
    for (const i of [1, 3]) await submit({ id: `poll#${i}`, cause: 'manual', dueAt: NOW - i * MINUTE - 1 });
    await acknowledged();

    const pages: (readonly string[])[] = [];
    let cursor: string | null = null;
    do {
      const { items, nextCursor } = await shared.store.list({ taskName: 'poll', limit: 3, cursor });
      pages.push(idsOf(items));
      cursor = nextCursor;
    } while (cursor !== null);

    const at = (i: number) => `poll@${NOW - i * MINUTE}`;
    expect(pages).toEqual([[at(0), at(1), 'poll#1'], [at(2), at(3), 'poll#3'], [at(4)]]);
  });

  it('are found however many instants without one come before', async () => {
    const dueAt = NOW - 700 * MINUTE;
    await submit({ dueAt });
    await acknowledged();

    const { items } = await shared.store.list({ taskName: 'poll', limit: 10, cursor: null });

    expect(idsOf(items)).toEqual([`poll@${dueAt}`]);
  });

  it('have no page after one that is gone, nor of a task that nobody knows; one without triggers has those of its list', async () => {
    await submit({ id: 'byHand#1', task: neverDue, cause: 'manual' });
    const of = async (taskName: string, cursor: string | null = null) =>
      idsOf((await shared.store.list({ taskName, limit: 10, cursor })).items);

    expect(await of('poll', 'poll#gone')).toEqual([]);
    expect(await of('unknown')).toEqual([]);
    expect(await of('byHand')).toEqual(['byHand#1']);
  });

  it('tell of an instant: its own record, that of the stretch it is in, none, or forgotten', async () => {
    const lastDueAt = NOW - 10 * MINUTE;
    const count = 1_200;
    const first = lastDueAt - (count - 1) * MINUTE;
    const verdict: Skip = { kind: 'skip', reason: 'down', count, lastDueAt, detail: null };
    await shared.engine.start();
    await submit({ dueAt: first, verdict });
    await acknowledged();
    const isOver = async () => ((await shared.store.find(`poll@${first}`))?.outcome ?? null) !== null;
    await until(isOver);
    await shared.engine.stop({ running: 'wait', timeoutMs: 5_000 });
    const at = (dueAt: number) => shared.store.at('poll', dueAt);

    // The newest thousand have their own; the others are one.
    expect(await at(lastDueAt)).toMatchObject({ dueAt: lastDueAt });
    expect(await at(first + 100 * MINUTE)).toMatchObject({ dueAt: first });
    expect(await at(NOW - MINUTE)).toBeUndefined();
    expect(await at(NOW - 1_441 * MINUTE)).toBe('forgotten');
  });
});
