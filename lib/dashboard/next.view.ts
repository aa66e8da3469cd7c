import type { TaskDefinition } from '../task/task.definition.js';
import { clockChangeAt, localIsoOf, type ClockChange } from '../time/local.time.js';
import { timeZone } from '../time/time-zone.js';
import { nextOf, upcoming } from '../trigger/upcoming.js';
import type { NextRunView } from './api.views.js';

/** The next instants of a task with what the clocks of its rule show then; `after` is epoch ms. */
export function nextRunsOf(task: TaskDefinition, after: number, count: number): readonly NextRunView[] {
  return upcoming(task.triggers, after, count).map(at => {
    const zone = task.schedules.find(({ trigger }) => nextOf([trigger], at - 1) === at)?.timeZone ?? 'UTC';
    const change = zone === 'UTC' ? null : clockChangeAt(timeZone(zone), at);
    return { at, local: readable(localIsoOf(at, zone)), zone, note: change === null ? null : NOTES[change] };
  });
}

/** `2026-03-29 03:00:00 +02:00` of `2026-03-29T03:00:00+02:00[Europe/Paris]`. */
function readable(local: string): string {
  return local
    .replace(/\[.*$/, '')
    .replace('T', ' ')
    .replace(/([+-]\d\d:\d\d(:\d\d)?)$/, ' $1');
}

const NOTES: Readonly<Record<ClockChange, string>> = {
  'clocks forward': 'The clocks have just gone forward, and have left out the time that the rule names.',
  'first pass': 'The clocks show this time twice; this is the first.',
  'second pass': 'The clocks show this time twice; this is the second.',
};
