import type { Declaration } from '../task/task.declaration.js';
import type { RawTask } from '../task/task.definition.js';
import type { ScheduleOptions } from '../task/task.options.js';
import { TRIGGER_KEYS } from '../task/schedule.js';
import { RULE_KEYS, ruleOf } from '../trigger/rule.js';

const OF_THE_TRIGGER: readonly string[] = [...RULE_KEYS, ...TRIGGER_KEYS, 'offset', 'timeZone'];

/** The same task with other options; a rule among them takes the place of all its triggers. */
export function updated(raw: RawTask, update: Declaration): RawTask {
  const own = pick(update.options, key => !OF_THE_TRIGGER.includes(key));
  const updates = [{ ...update, options: { ...raw.updates?.[0]?.options, ...own } }];
  if (ruleOf(update.options) === undefined) {
    // What belongs to a trigger says so by itself when there is none beside it.
    const misplaced = pick(update.options, key => OF_THE_TRIGGER.includes(key));
    return { ...raw, updates: [{ ...updates[0]!, options: { ...updates[0]!.options, ...misplaced } }] };
  }
  const others = raw.declarations.map(declaration => ({
    ...declaration,
    options: pick(declaration.options, key => !OF_THE_TRIGGER.includes(key)),
  }));
  const rule = { ...update, options: pick(update.options, key => OF_THE_TRIGGER.includes(key)) };
  const kept = others.filter(({ options }) => Object.keys(options).length > 0);
  return { ...raw, declarations: [...kept, rule], updates };
}

function pick(options: ScheduleOptions, isMeant: (key: string) => boolean): ScheduleOptions {
  return Object.fromEntries(Object.entries(options).filter(([key]) => isMeant(key)));
}
