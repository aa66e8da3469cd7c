/** 10,000 runs a second, kept in memory and in SQLite: is each kept, and how long does the event loop stand still? */
import { parseArgs } from 'node:util';
import { apart } from './apart.js';

const TASKS = 10_000;
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
/** How long it is measured, and goes on before that, in which the code gets warm. */
const { seconds, warmUp } = values.quick ? { seconds: 1, warmUp: 1 } : { seconds: 20, warmUp: 2 };

const kept = [];
for (const store of ['memory', 'sqlite']) {
  console.error(`${store}: ${TASKS} tasks, ${seconds} s …`);
  kept.push({ store, ...(await apart('history/store.js', { store, tasks: TASKS, seconds, warmUp })) });
}

const memory = kept[0];
console.log(`${TASKS} tasks, due each second for ${seconds} s; times in ms, CPU in µs a run\n`);
console.log('| store | runs | not kept | p99 stall | worst stall | of memory | CPU |');
console.log('| --- | --: | --: | --: | --: | --: | --: |');
for (const { store, runs, lost, p99, worst, cpuPerRun } of kept) {
  const times = (worst / memory.worst).toFixed(2);
  const [p99Text, worstText, cpu] = [p99, worst, cpuPerRun].map(n => n.toFixed(1));
  console.log(`| ${store} | ${runs} | ${lost} | ${p99Text} | ${worstText} | ${times} | ${cpu} |`);
}

const lost = kept.reduce((sum, each) => sum + each.lost, 0);
if (lost > 0) {
  console.error(`history: expected each run to be kept, got ${lost} that were not.`);
  process.exitCode = 1;
}
