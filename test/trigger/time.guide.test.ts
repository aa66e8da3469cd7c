import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cronTrigger } from '../../lib/trigger/cron.trigger.js';

/** What docs/time.md says of Paris is what the code does. */
const guide = readFileSync(new URL('../../docs/time.md', import.meta.url), 'utf8');

const clock = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Europe/Paris',
  hourCycle: 'h23',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'longOffset',
});

/** `02:30+01:00`, from `02:30 GMT+01:00`. */
const shown = (at: number) => clock.format(at).replace(' GMT', '');

/** The first five hours of a day, as the clocks show them at its instants. */
function dueIn(expression: string, [from, until]: [string, string]): string {
  const trigger = cronTrigger(expression, { timeZone: 'Europe/Paris' });
  const due: string[] = [];
  let at = trigger.next(Date.parse(from) - 1);
  for (; at !== null && at < Date.parse(until); at = trigger.next(at)) due.push(shown(at));
  return due.join(', ');
}

/** The first two columns of the table that follows a sentence. */
function rowsAfter(sentence: string): [expression: string, due: string][] {
  const table = guide.slice(guide.indexOf(sentence)).split('\n\n')[1]!;
  return [...table.matchAll(/^\| `([^`]+)` +\| ([^|]+?) +\|/gm)].map(([, expression, due]) => [
    expression!,
    due!,
  ]);
}

describe('the guide to time says what is due in Paris', () => {
  it.each([
    ['in spring', 'on 2026-03-29, ', ['2026-03-29T00:00+01:00', '2026-03-29T05:00+02:00']],
    ['in autumn', 'On 2026-10-25, ', ['2026-10-25T00:00+02:00', '2026-10-25T05:00+01:00']],
  ] as const)('%s', (_when, sentence, [from, until]) => {
    const rows = rowsAfter(sentence);

    expect(rows).toHaveLength(6);
    expect(rows).toEqual(rows.map(([expression]) => [expression, dueIn(expression, [from, until])]));
  });

  it('at a time that follows from the task’s name', () => {
    const nightly = cronTrigger('H H(0-5) * * *', {
      timeZone: 'Europe/Paris',
      hashSeed: 'ReportTasks.nightly',
    });

    expect(`${nightly}`).toBe('cron 18 0 * * * (Europe/Paris)');
    expect(guide).toContain('`ReportTasks.nightly` with `H H(0-5) * * *` is due at 00:18');
  });
});
