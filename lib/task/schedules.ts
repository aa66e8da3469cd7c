import type { Trigger } from '../trigger/trigger.js';
import { eitherOf, isPlain, type Schedule } from './schedule.js';

/** The schedules of one task, and what is often asked of them. */
export interface Schedules {
  /** One for each trigger. */
  readonly schedules: readonly Schedule[];
  readonly triggers: readonly Trigger[];
  /** Those with a jitter or an exclusion: most tasks have none. */
  readonly terms: readonly Schedule[];
}

const NONE: readonly never[] = Object.freeze([]);

export const NO_SCHEDULES: Schedules = { schedules: NONE, triggers: NONE, terms: NONE };

/** Of the tasks with one trigger and nothing beside it: most tasks, and many of them have the same. */
const PLAIN = new WeakMap<Trigger, Schedules>();

/** Equal rules are one trigger: what two decorators say of it holds together. */
export function schedulesOf(written: readonly Schedule[]): Schedules {
  const [first] = written;
  if (first === undefined) return NO_SCHEDULES;
  if (written.length > 1 || !isPlain(first)) return listed(byTrigger(written));
  const known = PLAIN.get(first.trigger);
  if (known !== undefined) return known;
  const schedules = listed(written);
  PLAIN.set(first.trigger, schedules);
  return schedules;
}

function listed(schedules: readonly Schedule[]): Schedules {
  const terms = schedules.filter(schedule => !isPlain(schedule));
  return {
    schedules: Object.freeze(schedules),
    triggers: Object.freeze(schedules.map(({ trigger }) => trigger)),
    terms: terms.length === 0 ? NONE : Object.freeze(terms),
  };
}

function byTrigger(written: readonly Schedule[]): readonly Schedule[] {
  const all = new Map<Trigger, Schedule>();
  for (const schedule of written) {
    const known = all.get(schedule.trigger);
    all.set(schedule.trigger, known === undefined ? schedule : eitherOf(known, schedule));
  }
  return [...all.values()];
}
