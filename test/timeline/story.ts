import { setImmediate as turn } from 'node:timers/promises';
import { createCore } from '../../lib/scheduler/scheduler.core.js';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import { resolveOptions } from '../../lib/sts.settings.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import type { FinishedRun } from '../../lib/run/run.js';
import type { TaskContext } from '../../lib/task/task.context.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';

export const START = Date.UTC(2026, 0, 1);

/** What a handler does: takes so many seconds, and then fails or not; `deaf` never ends, and does not hear its signal. */
export interface Work {
  readonly takes?: number | ((context: TaskContext<unknown>) => number);
  readonly fails?: boolean | ((context: TaskContext<unknown>) => boolean);
  readonly deaf?: boolean;
}

/** A scheduler in virtual time, whose runs are told in seconds after the start. */
export async function story(options: StsModuleOptions = {}, now = START) {
  const clock = new ManualClock(now);
  const core = createCore(resolveOptions({ logLevel: 'SILENT', ...options }, {}), clock);
  const events: StsEvent[] = [];
  core.registry.events$.subscribe(event => events.push(event));
  // Tasks of a store that remembers are there before the start, as in an app.
  if (options.runStore === undefined) await core.boot();
  const ended = () =>
    events.flatMap(event => (event.type === 'runFinished' || event.type === 'runSkipped' ? [event.run] : []));
  return {
    ...core,
    clock,
    events,
    ended,
    task(name: string, schedule: ScheduleOptions, work: Work = {}) {
      core.scheduler.addTask(
        { name, run: context => doWork(work, context as TaskContext<unknown>, clock) },
        schedule,
      );
    },
    /** Resolves when it has started: a store may take its time. */
    async run() {
      void core.scheduler.run();
      while (!events.some(({ type }) => type === 'schedulerStarted')) await turn();
    },
    /** Lets seconds go by. */
    async pass(seconds: number) {
      const until = clock.now() + seconds * 1_000;
      await turn();
      while (clock.advance(until)) await turn();
    },
    /** What became of a task's runs, in order of their instants: `10 success 10-25`, `20 skipped overlap`. */
    told: (name: string) =>
      ended()
        .filter(({ taskName }) => taskName === name)
        .toSorted((a, b) => a.dueAt - b.dueAt)
        .map(tell),
    types: () => events.map(({ type }) => type),
    async end() {
      const closing = core.close();
      let isClosed = false;
      void closing.then(() => (isClosed = true));
      for (let turns = 0; !isClosed && turns < 1_000; turns++) {
        await turn();
        if (clock.nextAt !== null) clock.advance(clock.nextAt);
      }
      await closing;
    },
  };
}

const seconds = (at: number) => (at - START) / 1_000;

function tell({ dueAt, startedAt, endedAt, outcome }: FinishedRun): string {
  const reason = 'reason' in outcome ? ` ${outcome.reason}` : '';
  const many =
    outcome.kind === 'skipped' && outcome.count > 1
      ? ` ×${outcome.count} to ${seconds(outcome.lastDueAt)}`
      : '';
  const span = startedAt === null ? '' : ` ${seconds(startedAt)}-${seconds(endedAt)}`;
  return `${seconds(dueAt)} ${outcome.kind}${reason}${many}${span}`;
}

function doWork(
  { takes = 0, fails = false, deaf = false }: Work,
  context: TaskContext<unknown>,
  clock: ManualClock,
) {
  const ms = (typeof takes === 'number' ? takes : takes(context)) * 1_000;
  const isFailure = typeof fails === 'boolean' ? fails : fails(context);
  const end = () => {
    if (isFailure) throw new Error('boom');
  };
  if (ms === 0) return end();
  if (deaf) return new Promise(() => {});
  return new Promise<void>((resolve, reject) => {
    const disarm = clock.after(ms, () => (isFailure ? reject(new Error('boom')) : resolve()));
    context.signal.addEventListener('abort', () => {
      disarm();
      reject(context.signal.reason as Error);
    });
  });
}
