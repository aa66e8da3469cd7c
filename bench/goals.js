/** What is asked for beside what was measured. */
import { table } from './table.js';

/**
 * @typedef {object} Goal
 * @property {string} what
 * @property {number} got
 * @property {number} [least] the goal, when more is better.
 * @property {number} [most] the goal, when less is better.
 * @property {string} [unit]
 * @property {boolean} [isShown] whether it is shown and no more: a busy machine moves it.
 */

/** A measurement is noisy: only what does not reach half of its goal is a failure. */
const TOLERANCE = 0.5;

/**
 * A table of goals, each met or missed. One that is missed by more than half fails the bench: the process ends with 1.
 *
 * @param {Goal[]} goals
 */
export function judge(goals) {
  for (const goal of goals) {
    if (goal.isShown || share(goal) >= TOLERANCE) continue;
    console.error(`${goal.what}: expected ${asked(goal)}, got ${shown(goal.got, goal)}.`);
    process.exitCode = 1;
  }
  const rows = goals.map(goal => [goal.what, asked(goal), shown(goal.got, goal), verdict(goal)]);
  return table(['Goal', 'Asked for', 'Measured', ''], rows);
}

/** How much of the goal is reached; 1 and more is all. Nothing is known of what is no number: that is none of it. */
function share({ got, least, most }) {
  if (least !== undefined) return Number.isNaN(got) ? 0 : got / least;
  return got <= most ? 1 : most / got || 0;
}

function verdict(goal) {
  return share(goal) >= 1 ? 'met' : 'missed';
}

function asked(goal) {
  return goal.least === undefined
    ? `at most ${shown(goal.most, goal)}`
    : `at least ${shown(goal.least, goal)}`;
}

function shown(value, { unit = '' }) {
  return `${Number(value.toPrecision(3)).toLocaleString('en')} ${unit}`.trim();
}
