import { TASK_KEYS, type Declaration } from '../task/task.declaration.js';
import type { RawTask } from '../task/task.definition.js';
import type { ScheduleOptions, TaskOptions, TaskUpdate } from '../task/task.options.js';
import { TRIGGER_KEYS } from '../task/schedule.js';
import { RULE_KEYS, ruleOf } from '../trigger/rule.js';

const OF_THE_TRIGGER: readonly string[] = [...RULE_KEYS, ...TRIGGER_KEYS, 'offset', 'timeZone'];

/**
 * The same task with other options; a rule among them takes the place of all its triggers. What stood beside a single
 * one (`jitter`, bounds, `exclude`, and the zone from cron to cron) stays. `null` takes an option of the task back.
 */
export function updated(known: RawTask, given: Declaration): RawTask {
  const unset = TASK_KEYS.filter(key => (given.options as TaskUpdate)[key] === null);
  const raw = without(known, unset);
  const update = { ...given, options: omit(given.options, unset) };
  const own = pick(update.options, key => !OF_THE_TRIGGER.includes(key));
  const updates = [{ ...update, options: mergedOptions(raw.updates?.[0]?.options ?? {}, own) }];
  if (ruleOf(update.options) === undefined) {
    // What belongs to a trigger says so by itself when there is none beside it.
    const misplaced = pick(update.options, key => OF_THE_TRIGGER.includes(key));
    return { ...raw, updates: [{ ...updates[0]!, options: { ...updates[0]!.options, ...misplaced } }] };
  }
  const others = raw.declarations.map(declaration => ({
    ...declaration,
    options: pick(declaration.options, key => !OF_THE_TRIGGER.includes(key)),
  }));
  const beside = {
    ...besideTheOnly(raw, update),
    ...pick(update.options, key => OF_THE_TRIGGER.includes(key)),
  };
  const rule = { ...update, options: omit(beside, takenBack(beside)) };
  const kept = others.filter(({ options }) => Object.keys(options).length > 0);
  return { ...raw, declarations: [...kept, rule], updates };
}

/** The same task, of which nothing says these options. */
function without(raw: RawTask, keys: readonly string[]): RawTask {
  const bare = (declaration: Declaration) => ({ ...declaration, options: omit(declaration.options, keys) });
  return { ...raw, declarations: raw.declarations.map(bare), updates: raw.updates?.map(bare) };
}

/** What stands beside a rule, and is `null`; the rule itself says by `null` that there is no trigger. */
function takenBack(options: ScheduleOptions): readonly string[] {
  const rules: readonly string[] = RULE_KEYS;
  const isNull = ([key, value]: [string, unknown]) => value === null && !rules.includes(key);
  return Object.entries(options)
    .filter(isNull)
    .map(([key]) => key);
}

/** What stands beside the only trigger of a task goes on beside the one that takes its place. */
function besideTheOnly({ declarations }: RawTask, update: Declaration): ScheduleOptions {
  const ruled = declarations.filter(({ options }) => ruleOf(options) !== undefined);
  const [only] = ruled;
  if (only === undefined || ruled.length > 1) return {};
  const isSame = ruleOf(only.options) === ruleOf(update.options);
  const kept: readonly string[] = isSame ? [...TRIGGER_KEYS, 'timeZone'] : TRIGGER_KEYS;
  return pick(only.options, key => kept.includes(key));
}

/** Later options beat earlier ones, those of `retry` field by field; `undefined` says nothing. */
function mergedOptions(earlier: TaskOptions, later: TaskOptions): TaskOptions {
  const said = Object.fromEntries(Object.entries(later).filter(([, value]) => value !== undefined));
  const retry = later.retry === undefined ? earlier.retry : mergedRetry(earlier.retry, later.retry);
  return { ...earlier, ...said, ...(retry === undefined ? {} : { retry }) };
}

function mergedRetry(
  earlier: TaskOptions['retry'],
  later: NonNullable<TaskOptions['retry']>,
): TaskOptions['retry'] {
  const asObject = (retry: TaskOptions['retry']) =>
    typeof retry === 'number' ? { retries: retry } : (retry ?? {});
  return typeof later === 'object' || typeof later === 'number'
    ? { ...asObject(earlier), ...asObject(later) }
    : later;
}

function pick(options: ScheduleOptions, isMeant: (key: string) => boolean): ScheduleOptions {
  return Object.fromEntries(Object.entries(options).filter(([key]) => isMeant(key)));
}

/** The options without some keys. */
export function omit(options: ScheduleOptions, keys: readonly string[]): ScheduleOptions {
  return keys.length === 0 ? options : pick(options, key => !keys.includes(key));
}
