/**
 * What `trigger()` accepts in an app that does not declare its tasks: anything. `declared/` has the other case. `tsc` is
 * the test; nothing here runs.
 */
import type { SchedulerRegistry } from '../../lib/index.js';

declare const registry: SchedulerRegistry;
declare const text: string;

export async function accepted<Name extends string>(name: Name) {
  await registry.trigger('ReportTasks.rebuild', { since: '2026-01-01' });
  await registry.trigger('ReportTasks.poll');
  await registry.trigger(text, 5);
  await registry.trigger(name, undefined);
}

export async function refused() {
  // @ts-expect-error: no name
  await registry.trigger();
  // @ts-expect-error: a number
  await registry.trigger(5);
  // @ts-expect-error: two payloads
  await registry.trigger(text, 1, 2);
}
