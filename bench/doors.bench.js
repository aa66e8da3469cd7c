/** What each door costs a run: the same tasks without it and with it, in processes that take turns. */
import { parseArgs } from 'node:util';
import { apart } from './apart.js';
import { median } from './table.js';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const { rounds, runs } = values.quick ? { rounds: 1, runs: 10_000 } : { rounds: 9, runs: 100_000 };

/** `without` twice: what the two differ by is noise. `imported` has loaded the code of all doors, and mounts none. */
const DOORS = values.quick
  ? ['without', 'prometheus', 'otel traces']
  : [
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
    costs.get(door).push(await apart('doors/door.js', { door, runs }));
  }
}

const base = median(costs.get('without'));
console.log(`${runs} runs of a handler that returns at once, median of ${rounds} rounds; CPU in µs a run\n`);
console.log('| door | CPU | more than without |');
console.log('| --- | --: | --: |');
for (const [door, each] of costs) {
  const cost = median(each);
  console.log(`| ${door} | ${cost.toFixed(2)} | ${door === 'without' ? '' : (cost - base).toFixed(2)} |`);
}
