/** 10,000 runs a second, kept in memory and in SQLite: is each kept, and how long does the event loop stand still? */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const TASKS = 10_000;
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const seconds = values.quick ? 3 : 20;

const kept = [];
for (const store of ['memory', 'sqlite']) {
  console.error(`${store}: ${TASKS} tasks, ${seconds} s …`);
  kept.push({ store, ...(await measured(store)) });
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

/**
 * What a store does in a process of its own.
 *
 * @param {string} store
 * @returns {Promise<{ runs: number, lost: number, p99: number, worst: number, cpuPerRun: number }>}
 */
function measured(store) {
  return new Promise((resolve, reject) => {
    const file = fileURLToPath(new URL('history/store.js', import.meta.url));
    const args = ['--store', store, '--tasks', String(TASKS), '--seconds', String(seconds)];
    const child = fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', resolve);
    child.on('error', reject);
    child.on('close', code => reject(new Error(`${store} ended with code ${code}`)));
  });
}
