/** Tasks that are due tomorrow: how often do they wake the process today, and what CPU does it take? */
import { apart } from './apart.js';
import { judge } from './goals.js';
import { growth } from './growth.js';
import { count, fixed, table } from './table.js';

const isQuick = process.argv.includes('--quick');
const SECONDS = isQuick ? 3 : 130;
const SIZES = isQuick ? [10_000] : [100, 1_000, 10_000];
const PEERS = isQuick ? [] : ['nestjs-schedule', 'croner', 'cron', 'node-cron', 'toad-scheduler'];
/** V8 wakes an idle process to collect what its start has left: so it does without any scheduler. */
const QUIET = ['--expose-gc', '--no-memory-reducer'];
/** Once, 5 s after the start, it looks whether anything listens to SIGTERM. */
const SETTLE_MS = 6_000;
/** One a minute; a short window may have one too. */
const MOST = Math.max(1, Math.floor(SECONDS / 60));

const works = [
  ...SIZES.map(tasks => ({ contender: 'nestjs-sts', tasks })),
  ...[...PEERS, 'nothing'].map(contender => ({ contender, tasks: SIZES.at(-1) })),
];
console.error(`${works.length} processes, ${SECONDS} s …`);
// At the same time, for they sleep: what is counted is of each process alone.
const results = await Promise.all(
  works.map(async work => ({
    ...work,
    ...(await apart('idle/measure.js', { ...work, seconds: SECONDS, settleMs: SETTLE_MS }, QUIET)),
  })),
);

console.log(`Tasks that are due tomorrow, for ${SECONDS} s. CPU in ms.\n`);
const rows = results.map(each => [each.contender, count(each.tasks), each.wakeUps, fixed(each.cpuMs, 1)]);
console.log(table(['Contender', 'Tasks', 'Wake-ups', 'CPU'], rows));

const ours = results.slice(0, SIZES.length);
const { wakeUps, tasks } = ours.at(-1);
console.log(`\n${judge([{ what: `wake-ups in ${SECONDS} s, ${tasks} tasks`, got: wakeUps, most: MOST }])}`);
if (SIZES.length >= 3) {
  const of = field => growth(ours.map(each => [each.tasks, Math.max(each[field], 1)]));
  console.log(
    `\nAs tasks grow in number, the wake-ups of nestjs-sts are ${of('wakeUps')}, its CPU is ${of('cpuMs')}.`,
  );
}
