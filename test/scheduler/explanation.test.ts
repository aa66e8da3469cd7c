import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { START, story } from '../timeline/story.js';

type Story = Awaited<ReturnType<typeof story>>;

let scheduler: Story;
beforeEach(async () => void (scheduler = await story({ history: { perTask: 5 } })));
afterEach(() => scheduler.end());

const at = (second: number) => START + second * 1_000;
const explained = async (second: number) => {
  const { kind, sentence, run, nextAt } = await scheduler.registry.explain('T', at(second));
  return { kind, sentence, runId: run?.id ?? null, next: nextAt === null ? null : (nextAt - START) / 1_000 };
};

describe('explain', () => {
  it('says as which run an instant ran, and how that ended', async () => {
    scheduler.task('T', { every: '10s' }, { takes: 3 });
    await scheduler.pass(15);

    expect(await explained(10)).toEqual({
      kind: 'ran',
      sentence: `T ran at 2026-01-01T00:00:10.000Z as run T@${at(10)}, due at 2026-01-01T00:00:10.000Z: success after 3000 ms.`,
      runId: `T@${at(10)}`,
      next: 20,
    });
  });

  it('says what an instant overlapped', async () => {
    scheduler.task('T', { every: '10s' }, { takes: 25 });
    await scheduler.pass(35);

    expect((await explained(30)).sentence).toBe(
      `T was skipped at 2026-01-01T00:00:30.000Z: it overlapped an earlier run, run T@${at(10)} (one of 2 instants).`,
    );
  });

  it('says from when to when the scheduler was stopped', async () => {
    scheduler.task('T', { every: '10s' });
    await scheduler.pass(15);
    await scheduler.scheduler.drain();
    await scheduler.pass(25);
    const stopped = await explained(30);
    void scheduler.run();
    await scheduler.pass(15);

    expect(stopped).toMatchObject({
      kind: 'down',
      sentence:
        'T did not run at 2026-01-01T00:00:30.000Z: the scheduler was stopped at 2026-01-01T00:00:15.000Z.',
    });
    expect((await explained(30)).sentence).toBe(
      'T did not run at 2026-01-01T00:00:30.000Z: the scheduler was stopped from 2026-01-01T00:00:15.000Z to 2026-01-01T00:00:40.000Z.',
    );
    expect((await explained(50)).kind).toBe('ran');
  });

  it('says since when a task has its triggers', async () => {
    await scheduler.pass(25);
    scheduler.task('T', { every: '10s' });
    await scheduler.pass(20);
    const before = await explained(20);
    await scheduler.registry.update('T', { every: '15s' });
    await scheduler.pass(20);

    expect(before).toMatchObject({
      kind: 'notDue',
      sentence:
        'T was not due at 2026-01-01T00:00:20.000Z: it has its present triggers since 2026-01-01T00:00:25.000Z.',
    });
    expect((await explained(45)).kind).toBe('notDue');
    expect((await explained(60)).kind).toBe('ran');
  });

  it('says since when and why a task is paused', async () => {
    scheduler.task('T', { every: '10s' });
    await scheduler.registry.pause('T', 'the mail server is down');
    await scheduler.pass(10);

    expect(await explained(10)).toMatchObject({
      kind: 'skipped',
      sentence:
        'T was skipped at 2026-01-01T00:00:10.000Z: it was paused, since 2026-01-01T00:00:00.000Z: the mail server is down.',
    });
  });

  it.each([
    ['while it runs', { takes: 100 }, {}, 10, 'running', /^T runs since .* as run T@/],
    [
      'while it waits',
      { takes: 100 },
      { overlap: 'bufferOne' },
      20,
      'waiting',
      /^T is due since .* and waits, as run T@/,
    ],
    ['that is excluded', {}, { exclude: [at(20)] }, 20, 'skipped', /: the instant is excluded\.$/],
    ['that is still to come', {}, {}, 60, 'toCome', /^T is due at .*, which is still to come\.$/],
    [
      'that no trigger names',
      {},
      {},
      15,
      'notDue',
      /^T is not due at .*: the next instant is 2026-01-01T00:00:20\.000Z\.$/,
    ],
    [
      'before the start',
      {},
      {},
      -10,
      'unknown',
      /before the scheduler started at 2026-01-01T00:00:00\.000Z, and nothing is known of it\.$/,
    ],
  ] as const)('explains an instant %s', async (_, work, options, second, kind, sentence) => {
    scheduler.task('T', { every: '10s', ...options } as never, work);
    await scheduler.pass(25);

    const explanation = await explained(second);

    expect(explanation.kind).toBe(kind);
    expect(explanation.sentence).toMatch(sentence);
  });

  it('knows of runs at the start and by hand, and of a task that has had its runs', async () => {
    scheduler.task('T', { every: '10s', runOnStart: true, maxRuns: 1 });
    await scheduler.pass(30);

    expect((await explained(0)).kind).toBe('ran');
    expect((await explained(30)).sentence).toBe(
      'T is not due at 2026-01-01T00:00:30.000Z: it has had as many runs as its maxRuns says.',
    );
  });

  it('says how a run ended that did not succeed, and one that was cancelled before it started', async () => {
    scheduler.task('T', { every: '10s', timeout: '2s', overlap: 'bufferOne' }, { takes: 5 });
    await scheduler.pass(11);
    const first = await explained(10);
    const waits = await scheduler.registry.trigger('T');
    const dueAt = scheduler.clock.now();
    const waiting = await scheduler.registry.explain('T', dueAt);
    await scheduler.registry.cancel(waits.id);
    const cancelled = await scheduler.registry.explain('T', dueAt);
    await scheduler.pass(5);

    expect(first).toMatchObject({ kind: 'running' });
    expect(waiting).toMatchObject({ kind: 'waiting' });
    expect((await explained(10)).sentence).toMatch(/: timeout after 2000 ms\.$/);
    expect(cancelled).toMatchObject({ kind: 'skipped' });
    expect(cancelled.sentence).toContain('ended before it started');
  });

  it('says of a task that is never due again that it is not', async () => {
    scheduler.task('T', { at: new Date(at(10)).toISOString() });
    await scheduler.pass(20);

    expect((await explained(15)).sentence).toBe(
      'T is not due at 2026-01-01T00:00:15.000Z: it is never due again.',
    );
  });

  it('says of a task without a trigger that it runs by hand only', async () => {
    scheduler.task('T', {});

    expect((await explained(30)).sentence).toBe(
      'T is not due at 2026-01-01T00:00:30.000Z: it runs by hand only.',
    );
  });

  it('says that it no longer knows what is older than history', async () => {
    scheduler.task('T', { every: '10s' });
    await scheduler.pass(100);

    expect(await explained(10)).toMatchObject({
      kind: 'forgotten',
      sentence: 'T may have been due at 2026-01-01T00:00:10.000Z: that is older than what is kept.',
    });
    expect((await explained(100)).kind).toBe('ran');
  });

  it('knows of every instant that was missed together', async () => {
    scheduler.task('T', { every: '10s' });
    scheduler.clock.set(at(3_600));
    await scheduler.pass(10);

    expect(await explained(1_000)).toMatchObject({ kind: 'skipped', runId: `T@${at(10)}` });
    expect((await explained(1_000)).sentence).toMatch(
      /it was found too late, and a later instant stands for it \(one of 36\d instants\)\.$/,
    );
  });

  it('does not take the time between skipped instants for one of them', async () => {
    scheduler.task('T', { every: '10s' });
    await scheduler.registry.pause('T');
    await scheduler.pass(60);

    expect((await explained(35)).kind).toBe('notDue');
    expect((await explained(40)).kind).toBe('skipped');
  });

  it('refuses an unknown task and what is no instant', async () => {
    scheduler.task('T', { every: '10s' });

    await expect(scheduler.registry.explain('U', 0)).rejects.toThrow("No task is named 'U'.");
    await expect(scheduler.registry.explain('T', 'yesterday')).rejects.toThrow(
      'SchedulerRegistry.explain(): at expects an instant',
    );
  });
});

describe('stats', () => {
  it('counts what was due and what became of it', async () => {
    scheduler.task('T', { every: '10s' }, { takes: 15 });
    scheduler.task('U', { every: '20s' }, { fails: true });
    await scheduler.registry.trigger('U');
    scheduler.clock.set(at(600));
    await scheduler.pass(30);

    const stats = await scheduler.registry.stats();

    expect(stats).toMatchObject({ since: START, due: 63 + 31, others: 1, unaccounted: 0, going: 1 });
    expect(stats.outcomes).toMatchObject({ failure: 2, success: 1 });
    expect(stats.skipped.coalesced).toBeGreaterThan(80);
    expect(Object.values(stats.skipped).reduce((sum, n) => sum + n, 0)).toBe(stats.outcomes.skipped);
  });
});
