import { isExcluded } from '../engine/terms.js';
import { refuseUnknownKeys } from '../option.keys.js';
import type { Schedule } from '../task/schedule.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { timeZone } from '../time/time-zone.js';
import type { Instant } from '../trigger/at.trigger.js';
import { ruleOf } from '../trigger/rule.js';
import { together, type Fire } from './fires.js';
import { clockChangeAt, durationText } from '../time/local.time.js';
import { plannedApp, type Plannable, type PlannedApp } from './planned.app.js';
import { spanOf, type FirePlan, type PlanSpan, type TaskPlan } from './plan.js';
import { planText } from './plan.text.js';

/**
 * The instants at which tasks are due, from `from` on and before `to`, without what `exclude` leaves out, as a text
 * that is the same on each computer: commit it as a snapshot, and each change of a schedule shows itself. A cron
 * expression without a time zone means the host's: set the module's `timeZone`, or run with `TZ=UTC`.
 *
 * @throws {ConfigurationError} for a configuration with which the app would not start, and for instants that are none;
 * what a trigger of your own throws.
 * @example
 * ```ts
 * expect(await firePlan(AppModule, { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' })).toMatchSnapshot();
 * ```
 */
export async function firePlan(
  target: Plannable,
  options: { readonly from: Instant; readonly to: Instant },
): Promise<string> {
  refuseUnknownKeys(options, ['from', 'to'], 'firePlan()');
  const span = spanOf(options, 'firePlan()');
  return planText(planOf(await plannedApp(target), span));
}

/** The same as data. */
export function planOf({ tasks }: PlannedApp, span: PlanSpan): FirePlan {
  const byName = (a: TaskDefinition, b: TaskDefinition) => (a.name < b.name ? -1 : 1);
  return { ...span, tasks: tasks.toSorted(byName).map(task => taskPlan(task, span)) };
}

function taskPlan(task: TaskDefinition, span: PlanSpan): TaskPlan {
  const { name, schedules, setAside, disabledBy } = task;
  const rules = [...schedules, ...setAside].map(ruleText);
  const fires = disabledBy === null ? together(firesOf(task, span)) : [];
  return { name, rules, offBy: isByHand(task) ? null : disabledBy, fires };
}

/** Whether no rule was ever written for it, so that there is nothing to switch off. */
function isByHand({ source: { declarations, updates = [] } }: TaskDefinition): boolean {
  return [...declarations, ...updates].every(({ options }) => ruleOf(options) === undefined);
}

function ruleText({ trigger, jitterMs }: Schedule): string {
  return `${String(trigger)}${jitterMs === 0 ? '' : `, jitter ${durationText(jitterMs)}`}`;
}

function* firesOf(task: TaskDefinition, { from, to }: PlanSpan): Iterable<Fire> {
  const cursors = task.schedules.map(schedule => ({
    schedule,
    zone: timeZone(schedule.timeZone),
    at: schedule.trigger.next(from - 1),
  }));
  for (;;) {
    const at = Math.min(...cursors.map(cursor => cursor.at ?? Infinity));
    if (at >= to) return;
    const naming = cursors.filter(cursor => cursor.at === at);
    const [kept] = naming.filter(({ schedule }) => !isExcluded(schedule, task, at, SILENT));
    for (const cursor of naming) cursor.at = cursor.schedule.trigger.next(at);
    if (kept === undefined) continue;
    const { zone } = kept;
    const isLocal = zone.name !== 'UTC';
    yield { at, zone: isLocal ? zone.name : null, change: isLocal ? clockChangeAt(zone, at) : null };
  }
}

/** A function that throws excludes nothing, as in the app; a simulation tells of it. */
const SILENT = { clock: { now: Date.now, after: () => () => undefined }, record: () => undefined };
