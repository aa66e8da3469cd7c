import { mixedSchedules } from './mixed.js';

/**
 * A scheduler under measurement: the default export of a file of this folder.
 *
 * @template Scheduler
 * @typedef {object} Contender
 * @property {(options?: object) => Scheduler | Promise<Scheduler>} prepare all that comes before the first task; the
 * options are those of nestjs-sts.
 * @property {(scheduler: Scheduler, task: ContenderTask) => void} register adds one task.
 */

/**
 * @typedef {object} ContenderTask
 * @property {string} name
 * @property {string} cron
 * @property {string} [timeZone]
 * @property {(dueAt?: number) => void} run its handler. A scheduler that knows which instant it serves passes it on, in
 * epoch ms.
 */

/** @returns {Promise<Contender<any>>} */
export async function contenderNamed(name) {
  return (await import(`./${name}.js`)).default;
}

const tomorrow = () => {
  const { minute, hour, day, month } = utc(new Date(Date.now() + 86_400_000));
  return { cron: `0 ${minute} ${hour} ${day} ${month} *`, timeZone: 'UTC' };
};

const utc = date => ({
  minute: date.getUTCMinutes(),
  hour: date.getUTCHours(),
  day: date.getUTCDate(),
  month: date.getUTCMonth() + 1,
});

/** When so many tasks are due, by the name of the plan: an expression and a zone for each. */
const PLANS = {
  everySecond: tasks => Array.from({ length: tasks }, () => ({ cron: '* * * * * *' })),
  mixed: mixedSchedules,
  tomorrow: tasks => Array.from({ length: tasks }, tomorrow),
};

/**
 * The tasks of a plan.
 *
 * @param {{ plan: keyof typeof PLANS, tasks: number }} size
 * @param {(index: number, dueAt?: number) => void} fire
 * @returns {ContenderTask[]}
 */
export function plannedTasks({ plan, tasks }, fire) {
  return PLANS[plan](tasks).map((schedule, index) => ({
    name: `task-${index}`,
    ...schedule,
    run: dueAt => fire(index, dueAt),
  }));
}
