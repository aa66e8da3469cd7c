/** Tasks that are all due each second, in one process: does each scheduler keep up, how late, and at what cost? */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { report } from './fires/report.js';

const TASKS = 10_000;
const FULL = {
  seconds: 10,
  contenders: ['nestjs-sts', 'nestjs-schedule', 'croner', 'cron', 'toad-scheduler', 'floor'],
};
const QUICK = { seconds: 3, contenders: ['nestjs-sts', 'nestjs-schedule', 'floor'] };

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const { seconds, contenders } = values.quick ? QUICK : FULL;

const results = [];
for (const name of contenders) {
  console.error(`${name}: ${TASKS} tasks, ${seconds} s …`);
  results.push({ name, ...(await measured(name)) });
}
console.log(report(results, { tasks: TASKS, seconds }));

const { lost, extra } = results[0];
if (lost > 0 || extra > 0) {
  console.error(`nestjs-sts: expected each due instant to fire once, got ${lost} lost and ${extra} extra.`);
  process.exitCode = 1;
}

/**
 * What a contender measures in a process of its own. What it prints is dropped: some warn at each fire they miss.
 *
 * @param {string} name
 * @returns {Promise<import('./fires/measure.js').Measured>}
 */
function measured(name) {
  return new Promise((resolve, reject) => {
    const file = fileURLToPath(new URL(`fires/${name}.js`, import.meta.url));
    const args = ['--tasks', String(TASKS), '--seconds', String(seconds)];
    const child = fork(file, args, {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', text => (complaints = (complaints + text).slice(-4_000)));
    child.on('message', resolve);
    child.on('error', reject);
    child.on('close', code => reject(new Error(`${name} ended with code ${code}: ${complaints}`)));
  });
}
