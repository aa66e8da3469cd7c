/** The results as one table, with ratios to nestjs-sts and to the floor. */
import { count, fixed, ratio, table } from '../table.js';

/** @typedef {import('./measure.js').Measured & { name: string, failure?: Error }} Result */

const PLANS = { everySecond: '`* * * * * *`', mixed: 'of as many cron expressions in 30 zones' };

/**
 * @param {Result[]} results
 * @param {{ plan: keyof typeof PLANS, tasks: number, seconds: number }} size
 */
export function report(results, { plan, tasks, seconds }) {
  const us = results.find(({ name }) => name === 'nestjs-sts');
  const floor = results.find(({ name }) => name === 'floor');
  const ratios = (result, field) =>
    `${ratio(result[field], us[field])} / ${ratio(result[field], floor?.[field])}`;
  const rows = results.map(result => [
    result.failure === undefined ? result.name : `${result.name} (did not come through)`,
    count(result.delivered),
    count(result.lost),
    fixed(result.p50, 0),
    fixed(result.p99, 0),
    fixed(result.max, 0),
    ratios(result, 'p99'),
    fixed(result.cpuPerFire, 2),
    ratios(result, 'cpuPerFire'),
    fixed(result.registrationMs, tasks < 100 ? 2 : 0),
    fixed(result.heapPerTask / 1000, 2),
  ]);
  return `${count(tasks)} tasks ${PLANS[plan]} in one process for ${seconds} s: ${count(tasks * seconds)} due instants. Lateness (p50, p99, max)
in ms, CPU in µs a fire, registration of all tasks in ms, heap in kB a task. The ratios are to nestjs-sts and
to the floor, one bare timer that calls as many functions.

${table(HEADINGS, rows)}`;
}

const HEADINGS = [
  'Contender',
  'Delivered',
  'Lost',
  'p50',
  'p99',
  'Max',
  'p99 ratios',
  'CPU',
  'CPU ratios',
  'Registration',
  'Heap',
];
