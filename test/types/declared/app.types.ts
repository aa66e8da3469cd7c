/**
 * What `trigger()` accepts and refuses in an app that declares its tasks. `tsc` is the test: a line under
 * `@ts-expect-error` that compiles is an error itself. Nothing here runs. It is a program of its own, since what it
 * declares holds in all of a program.
 */
import type { SchedulerRegistry, TaskName } from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';

declare module 'nestjs-sts' {
  interface StsTasks {
    'ReportTasks.rebuild': { since: string };
    'ReportTasks.poll': undefined;
    'ReportTasks.nightly': { from: number } | undefined;
  }
}

declare const registry: SchedulerRegistry;
declare const kit: StsTestKit;
declare const text: string;

export async function accepted(one: TaskName) {
  const run = await registry.trigger('ReportTasks.rebuild', { since: '2026-01-01' });
  const { outcome } = await run.finished();
  await registry.trigger('ReportTasks.poll');
  await registry.trigger('ReportTasks.poll', undefined);
  await registry.trigger('ReportTasks.nightly');
  await registry.trigger('ReportTasks.nightly', { from: 1 });
  await kit.trigger('ReportTasks.rebuild', { since: '2026-01-01' });
  await kit.trigger('ReportTasks.poll');
  /** A name from elsewhere is one of them when you say so. */
  await registry.trigger(text as 'ReportTasks.poll');
  await registry.trigger(one, { since: '2026-01-01' });
  /** What only reads and controls takes any text. */
  registry.get(text);
  await registry.pause('ReportTasks.poll');
  return outcome;
}

export async function refused() {
  // @ts-expect-error: no such task
  await registry.trigger('ReportTasks.rebuilt', { since: '2026-01-01' });
  // @ts-expect-error: any text
  await registry.trigger(text);
  // @ts-expect-error: no payload
  await registry.trigger('ReportTasks.rebuild');
  // @ts-expect-error: another payload
  await registry.trigger('ReportTasks.rebuild', { since: 2026 });
  // @ts-expect-error: a key that is none of the payload's
  await registry.trigger('ReportTasks.rebuild', { since: '2026-01-01', until: '2026-02-01' });
  // @ts-expect-error: a payload for a task that takes none
  await registry.trigger('ReportTasks.poll', {});
  // @ts-expect-error: no such task
  await kit.trigger('ReportTasks.rebuilt');
  // @ts-expect-error: no payload
  await kit.trigger('ReportTasks.rebuild');
}
