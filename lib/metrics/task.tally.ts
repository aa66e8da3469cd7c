import type { AttemptOutcome, SkipReason } from '../run/outcome.js';
import type { Cause } from '../run/run.js';

export const CAUSES = ['schedule', 'manual', 'catchUp', 'start'] as const satisfies readonly Cause[];

/** How a run can end that was not skipped. */
export type RunEnd = AttemptOutcome['kind'];
export const RUN_ENDS = [
  'success',
  'failure',
  'timeout',
  'cancelled',
  'abandoned',
] as const satisfies readonly RunEnd[];

export const SKIP_REASONS = [
  'overlap',
  'superseded',
  'bufferFull',
  'paused',
  'disabled',
  'misfire',
  'coalesced',
  'excluded',
  'guard',
  'draining',
  'down',
  'expired',
] as const satisfies readonly SkipReason[];

/** What is counted of a task; everything from 0. */
export interface TaskTally {
  readonly task: string;
  /** `''` = none. */
  readonly group: string;
  readonly runs: Readonly<Record<Cause, Record<RunEnd, number>>>;
  /** Instants, by reason. */
  readonly skips: Record<SkipReason, number>;
  /** Failed attempts that another one was to follow. */
  retries: number;
  /** Epoch ms; 0 = none in this process. */
  lastSuccessAt: number;
}

export function newTally(task: string, group: string): TaskTally {
  return {
    task,
    group,
    runs: zeros(CAUSES, () => zeros(RUN_ENDS, () => 0)),
    skips: zeros(SKIP_REASONS, () => 0),
    retries: 0,
    lastSuccessAt: 0,
  };
}

/** Tells tasks of one name in several groups apart. */
export function keyOf({ task, group }: Pick<TaskTally, 'task' | 'group'>): string {
  return JSON.stringify([task, group]);
}

function zeros<K extends string, V>(keys: readonly K[], zero: () => V): Record<K, V> {
  return Object.fromEntries(keys.map(key => [key, zero()])) as Record<K, V>;
}
