/** An interval of 100 ms: is it as late in the end as it is at first? */
import { apart } from './apart.js';
import { judge } from './goals.js';
import { growth } from './growth.js';
import { fixed, table } from './table.js';

const isQuick = process.argv.includes('--quick');
const EVERY_MS = 100;
/** So long it goes on, in s; the longest is what the goal is about. */
const LENGTHS = isQuick ? [2] : [10, 20, 30];
/** Of the first and of the last fires; one of them alone may be late by chance. */
const SAMPLE = 10;
const CONTENDERS = isQuick ? ['nestjs-sts'] : ['nestjs-sts', 'nestjs-schedule', 'toad-scheduler', 'floor'];
/** A timer of Node is a whole number of ms, and so are its fires. */
const LEAST_MS = 1;

const rows = [];
const drifts = {};
for (const contender of CONTENDERS) {
  console.error(`${contender}: every ${EVERY_MS} ms for ${LENGTHS.at(-1)} s …`);
  const fires = (LENGTHS.at(-1) * 1_000) / EVERY_MS;
  const { lateness } = await apart('drift/measure.js', { contender, everyMs: EVERY_MS, fires });
  const first = earliest(lateness.slice(0, SAMPLE));
  drifts[contender] = LENGTHS.map(seconds => {
    const until = (seconds * 1_000) / EVERY_MS;
    return [seconds, earliest(lateness.slice(until - SAMPLE, until)) - first];
  });
  rows.push([contender, fixed(first, 1), ...drifts[contender].map(([, drift]) => fixed(drift, 1))]);
}

/** What other work did to the process is in the latest of them. */
function earliest(lateness) {
  return Math.min(...lateness);
}

const heads = LENGTHS.map(seconds => `After ${seconds} s`);
console.log(
  `Every ${EVERY_MS} ms: by how much the fires are late at first, and by how much more later; in ms, the least of ${SAMPLE} fires.\n`,
);
console.log(table(['Contender', 'At first', ...heads], rows));
const drift = drifts['nestjs-sts'].at(-1)[1];
console.log(`\n${judge([{ what: 'drift', got: drift, most: LEAST_MS, unit: 'ms' }])}`);
if (LENGTHS.length >= 3) {
  // What does not drift may be early by chance.
  const grown = drifts['nestjs-sts'].map(([seconds, ms]) => [seconds, Math.max(ms, LEAST_MS)]);
  console.log(`\nAs time goes on, the drift of nestjs-sts is ${growth(grown)}.`);
}
