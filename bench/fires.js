/** Tasks that are due each second, in one process: does each scheduler keep up, how late is it, and at what cost? */
import { apart } from './apart.js';
import { report } from './fires/report.js';
import { judge } from './goals.js';
import { growth } from './growth.js';

/** More than a scheduler may hold; those with 83 kB a task do not come to 100,000. */
const HEAP_LIMIT = '--max-old-space-size=4096';
/** The size that the goals are about. */
const GOAL_TASKS = 10_000;

/**
 * @param {object} work
 * @param {string} work.plan of `contenders/contender.js`.
 * @param {number[]} work.sizes numbers of tasks.
 * @param {number} work.seconds how long fires count.
 * @param {number} work.warmUp whole seconds before that, in which the code gets warm.
 * @param {string[]} work.contenders nestjs-sts first.
 * @param {boolean} work.isQuick whether peers are missing, and the machine may be busy.
 */
export async function compareFires({ plan, sizes, seconds, warmUp, contenders, isQuick }) {
  const ours = [];
  for (const tasks of sizes) {
    const results = [];
    for (const contender of contenders.filter(name => name !== 'bree' || tasks === 1)) {
      console.error(`${contender}: ${tasks} tasks, ${seconds} s …`);
      results.push({ name: contender, ...(await measured({ contender, plan, tasks, seconds, warmUp })) });
    }
    const [us] = results;
    if (us.failure !== undefined) throw us.failure;
    ours.push([tasks, us]);
    console.log(`${report(results, { plan, tasks, seconds })}\n`);
    const kept = [
      { what: `due instants lost, ${tasks} tasks`, got: us.lost, most: 0 },
      { what: `due instants fired twice, ${tasks} tasks`, got: us.extra, most: 0 },
    ];
    console.log(`${judge(tasks === GOAL_TASKS ? [...kept, ...goals(results, isQuick)] : kept)}\n`);
  }
  if (sizes.length >= 3) console.log(growthOf(ours));
}

/** A peer that does not come through has no figures. */
async function measured(options) {
  try {
    return await apart('fires/measure.js', options, ['--expose-gc', HEAP_LIMIT]);
  } catch (failure) {
    return { failure };
  }
}

/** Against the best peer in each figure. A peer that does not keep up may have none: it called nothing in the window. */
function goals(results, isQuick) {
  const us = results.find(({ name }) => name === 'nestjs-sts');
  const floor = results.find(({ name }) => name === 'floor');
  const peers = results.filter(result => result !== us && result !== floor);
  const besidePeers = (field, what, most, isShown = false) => {
    const figures = peers.map(peer => peer[field]).filter(Number.isFinite);
    if (figures.length === 0) return [];
    return [{ what: `${what}, of the best peer's`, got: us[field] / Math.min(...figures), most, isShown }];
  };
  // A clock of ms shows less than one as 0.
  const besideFloor =
    floor === undefined
      ? []
      : [{ what: "p99 lateness, of the floor's", got: us.p99 / Math.max(floor.p99, 1), most: 4 }];
  return [
    ...besidePeers('p99', 'p99 lateness', 1 / 5, isQuick),
    ...besideFloor,
    ...besidePeers('cpuPerFire', 'CPU a fire', 1 / 4),
    ...besidePeers('registrationMs', 'registration', 1 / 20, isQuick),
    ...besidePeers('heapPerTask', 'heap a task', 1 / 2),
  ];
}

/** A single task is no measure of the cost of one: the process itself costs more. */
function growthOf(ours) {
  const several = ours.filter(([tasks]) => tasks > 1);
  const of = field => growth(several.map(([tasks, us]) => [tasks, us[field]]));
  const registration = growth(several.map(([tasks, us]) => [tasks, us.registrationMs / tasks]));
  return `As tasks grow in number, from ${several[0][0]} on, nestjs-sts needs for each: CPU a fire ${of('cpuPerFire')}, registration ${registration}, heap ${of('heapPerTask')}.`;
}
