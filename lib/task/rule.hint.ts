import { isDurationText } from '../time/duration.js';
import { ruleOf, type Rule } from '../trigger/rule.js';

/** How a rule is written: `@Every('10s')`, `scheduleEvery(task, '10s')`, or `{ every: '10s' }`. */
export type Form = 'decorator' | 'verb' | 'fields';

const NAMES = {
  decorator: { every: '@Every', cron: '@Cron', at: '@At' },
  verb: { every: 'scheduleEvery', cron: 'scheduleCron', at: 'scheduleOnce' },
  fields: { every: '`every`', cron: '`cron`', at: '`at`' },
} as const satisfies Record<Form, object>;

const VALUES = { every: 'a duration', cron: 'a cron expression', at: 'an instant' } as const;

const ZONED = {
  decorator: '@Cron(…, { timeZone })',
  verb: 'scheduleCron(task, …, { timeZone })',
  fields: '{ cron, timeZone }',
} as const satisfies Record<Form, string>;

/** What to use for the value of a rule that reads like the value of another; `undefined` when it reads like none. */
export function otherRuleHint(rule: Rule, form: Form): string | undefined {
  const written = ruleOf(rule);
  const value: unknown = written && rule[written];
  const meant = typeof value === 'number' && written === 'cron' ? 'every' : ruleFor(value);
  if (meant === undefined || meant === written) return undefined;
  return `Use ${NAMES[form][meant]} for ${VALUES[meant]}.`;
}

/** What to use for a period on the clocks of a time zone. */
export function zonedHint(form: Form): string {
  return `Periods are counted from the epoch in UTC: use ${ZONED[form]} for wall-clock times.`;
}

const DATE = /^\d{4}-\d\d-\d\d/;
/** Five or six fields, right or wrong, or an alias. */
const CRON = /^(@\w+|[\d*?H][^\s:]*(\s+[^\s:]+){4,5})$/i;

function ruleFor(value: unknown): keyof typeof VALUES | undefined {
  if (value instanceof Date) return 'at';
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (DATE.test(text)) return 'at';
  if (isDurationText(text)) return 'every';
  return CRON.test(text) ? 'cron' : undefined;
}
