/** What each door costs a run: the same tasks without it and with it, in processes that take turns. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const { rounds, runs } = values.quick ? { rounds: 3, runs: 20_000 } : { rounds: 9, runs: 100_000 };

/** `without` twice: what the two differ by is noise. `imported` has loaded the code of all doors, and mounts none. */
const DOORS = [
  'without',
  'again',
  'imported',
  'onError',
  'prometheus',
  'otel metrics',
  'otel traces',
  'terminus',
  'heartbeat',
];

const costs = new Map(DOORS.map(door => [door, []]));
for (let round = 0; round < rounds; round++) {
  for (const door of DOORS) {
    console.error(`round ${round + 1} of ${rounds}: ${door} …`);
    costs.get(door).push(await measured(door));
  }
}

const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const base = median(costs.get('without'));
console.log(`${runs} runs of a handler that returns at once, median of ${rounds} rounds; CPU in µs a run\n`);
console.log('| door | CPU | more than without |');
console.log('| --- | --: | --: |');
for (const [door, each] of costs) {
  const cost = median(each);
  console.log(`| ${door} | ${cost.toFixed(2)} | ${door === 'without' ? '' : (cost - base).toFixed(2)} |`);
}

/**
 * @param {string} door
 * @returns {Promise<number>} µs a run
 */
function measured(door) {
  return new Promise((resolve, reject) => {
    const file = fileURLToPath(new URL('doors/door.js', import.meta.url));
    const args = ['--door', door, '--runs', String(runs)];
    const child = fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', resolve);
    child.on('error', reject);
    child.on('close', code => reject(new Error(`${door} ended with code ${code}`)));
  });
}
