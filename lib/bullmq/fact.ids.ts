import { scopeKey, type Scope } from '../run/scope.js';
import { jobIdOf } from './run.job.js';

/** How many runs of a task are listed: the newest. */
export const MOST_LISTED = 1_000;

/** The list of a task's runs that no instant leads to, and of skips of many instants. */
export function listId(taskName: string): string {
  return jobIdOf(`list ${taskName}`);
}

/** A process that takes runs. */
export function nodeId(node: string): string {
  return jobIdOf(`node ${node}`);
}

/** Until when the tasks of a plan were looked after. */
export function watchId(planHash: string): string {
  return jobIdOf(`watch ${planHash}`);
}

/** A run that somebody wants to end. */
export function cancelId(runId: string): string {
  return jobIdOf(`cancel ${runId}`);
}

/** The pause of a task or a group. */
export function pauseId(scope: Scope): string {
  return jobIdOf(`pause ${scopeKey(scope)}`);
}

/** The pause of a task or a group whose runs failed too often. */
export function tripId(scope: Scope): string {
  return jobIdOf(`trip ${scopeKey(scope)}`);
}

/** The run that tries after the time of such a pause. */
export function trialId({ scope, since }: { readonly scope: Scope; readonly since: number }): string {
  return jobIdOf(`trial ${since} ${scopeKey(scope)}`);
}

/** What counts for the error threshold of a task or a group. */
export function failuresId(scope: Scope): string {
  return jobIdOf(`failures ${scopeKey(scope)}`);
}
