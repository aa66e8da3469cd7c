import { jobIdOf } from './run.job.js';

/** How many runs by hand of a task are listed: the newest. */
export const MOST_HAND_RUNS = 1_000;

/** The list of a task's runs that no instant leads to. */
export function handRunsId(taskName: string): string {
  return jobIdOf(`hand runs ${taskName}`);
}

/** A process that takes runs. */
export function nodeId(node: string): string {
  return jobIdOf(`node ${node}`);
}

/** Until when the tasks of a plan were looked after. */
export function watchId(planHash: string): string {
  return jobIdOf(`watch ${planHash}`);
}
