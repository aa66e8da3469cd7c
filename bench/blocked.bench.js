/** A handler that blocks the event loop for 200 ms each second: how late are the others, and is it named? */
import { apart } from './apart.js';
import { judge } from './goals.js';
import { growth } from './growth.js';
import { count, fixed, ratio, table } from './table.js';

const isQuick = process.argv.includes('--quick');
const { seconds, warmUp } = isQuick ? { seconds: 1, warmUp: 1 } : { seconds: 10, warmUp: 2 };
const SIZES = isQuick ? [1_000] : [100, 1_000, 10_000];
const CONTENDERS = isQuick
  ? ['nestjs-sts', 'floor']
  : ['nestjs-sts', 'nestjs-schedule', 'croner', 'cron', 'node-cron', 'toad-scheduler', 'floor'];

const ours = [];
const rows = [];
const goals = [];
for (const tasks of SIZES) {
  const results = [];
  for (const contender of CONTENDERS) {
    console.error(`${contender}: ${tasks} tasks, ${seconds} s …`);
    results.push({
      contender,
      ...(await apart('blocked/measure.js', { contender, tasks, seconds, warmUp })),
    });
  }
  const [us, floor] = [results[0], results.at(-1)];
  // The clock counts in ms.
  ours.push([tasks, Math.max(us.beyond, 1)]);
  for (const { contender, beyond, blocks, named } of results) {
    const ratios = `${ratio(beyond, us.beyond)} / ${ratio(beyond, floor.beyond)}`;
    rows.push([
      contender,
      count(tasks),
      blocks,
      fixed(beyond, 1),
      ratios,
      contender === 'nestjs-sts' ? named : '-',
    ]);
  }
  goals.push({ what: `blocks that name the task, ${tasks} tasks`, got: us.named / us.blocks, least: 1 });
  // As long as the dispatch of so many takes without a block; the bench `fires` compares that.
  goals.push({
    what: `late beyond the block, ${tasks} tasks`,
    got: us.beyond,
    most: 100,
    unit: 'ms',
    isShown: true,
  });
}

console.log(
  `One task blocks the event loop for 200 ms each second, the others are due at the same time; ${seconds} s. By how much they
are later than the end of the block: p99, in ms. The ratios are to nestjs-sts and to the floor. Named: blocks of which the
event \`eventLoopBlocked\` names the task.\n`,
);
console.log(table(['Contender', 'Tasks', 'Blocks', 'Late beyond', 'Ratios', 'Named'], rows));
console.log(`\n${judge(goals)}`);
if (SIZES.length >= 3)
  console.log(`\nAs tasks grow in number, the lateness of nestjs-sts beyond the block is ${growth(ours)}.`);
