/** The results as one table, with ratios to nestjs-sts and to the floor. */

const US = 'nestjs-sts';
const FLOOR = 'floor';

/** @typedef {import('./measure.js').Measured & { name: string }} Result */

/**
 * @param {Result[]} results
 * @param {{ tasks: number, seconds: number }} size
 */
export function report(results, { tasks, seconds }) {
  const us = results.find(({ name }) => name === US);
  const floor = results.find(({ name }) => name === FLOOR);
  const rows = results.map(result => [
    result.name,
    count(result.delivered),
    count(result.lost),
    fixed(result.p50, 0),
    fixed(result.p99, 0),
    fixed(result.max, 0),
    ratios(result.p99, us.p99, floor.p99),
    fixed(result.cpuPerFire, 2),
    ratios(result.cpuPerFire, us.cpuPerFire, floor.cpuPerFire),
    fixed(result.registrationMs, 0),
    fixed(result.heapPerTask / 1000, 2),
  ]);
  return `${count(tasks)} tasks \`* * * * * *\` in one process for ${seconds} s: ${count(tasks * seconds)} due instants. Lateness (p50, p99, max)
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

function count(n) {
  return n.toLocaleString('en');
}

function fixed(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}

function ratios(value, us, floor) {
  return `${ratio(value, us)} / ${ratio(value, floor)}`;
}

function ratio(value, base) {
  return base > 0 ? String(Number((value / base).toPrecision(2))) : '-';
}

/** A Markdown table, the first column to the left and numbers to the right. */
function table(headings, rows) {
  const widths = headings.map((_, column) => Math.max(...[headings, ...rows].map(row => row[column].length)));
  const line = cells =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(headings), line(rule), ...rows.map(line)].join('\n');
}
