/** Millions of runs on a manual clock: does the heap stay as it is? */
import { apart } from './apart.js';
import { judge } from './goals.js';
import { growth } from './growth.js';
import { count, fixed, table } from './table.js';

const isQuick = process.argv.includes('--quick');
const RUNS = isQuick
  ? [100_000, 200_000, 500_000]
  : [100_000, 500_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000];
/** Above the heap of the first 100,000: what is kept later and earlier is not of the same sizes to the byte. */
const MOST_GROWTH = 1.05;

console.error(`${RUNS.at(-1)} runs …`);
const heaps = await apart('heap/measure.js', { runs: RUNS.join() }, ['--expose-gc']);
const figures = RUNS.map((runs, i) => [runs, heaps[i]]);
console.log(
  'The heap after a full collection, in MB; 100 tasks, of which history keeps as many runs as it comes with.\n',
);
console.log(
  table(
    ['Runs', 'Heap'],
    figures.map(([runs, heap]) => [count(runs), fixed(heap / 1e6, 2)]),
  ),
);
const got = heaps.at(-1) / heaps[0];
console.log(
  `\n${judge([{ what: `heap at the end, of that at ${count(RUNS[0])}`, got, most: MOST_GROWTH }])}`,
);
console.log(`\nAs runs grow in number, the heap is ${growth(figures)}.`);
