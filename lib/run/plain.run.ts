import { instantRunId, type Run } from './run.js';

/** All that tells one plain run of a task from another; epoch ms. */
export interface PlainTimes {
  readonly dueAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Whether it is a run as most are: due by a trigger, one attempt, a success that returned nothing and wrote nothing. */
export function isPlain(run: Run): boolean {
  const { cause, outcome, attempts, log } = run;
  if (cause !== 'schedule' || outcome?.kind !== 'success' || outcome.result !== undefined) return false;
  if (attempts.length !== 1 || log.length > 0) return false;
  const { number, startedAt, endedAt } = attempts[0]!;
  if (number !== 1 || startedAt !== run.startedAt || endedAt !== run.endedAt) return false;
  return isIdOf(run.taskName, run.dueAt, run.id);
}

/** A plain run, from what is kept of it. */
export function plainRun(taskName: string, node: string, { dueAt, startedAt, endedAt }: PlainTimes): Run {
  const outcome = { kind: 'success', result: undefined } as const;
  return {
    id: instantRunId(taskName, dueAt),
    taskName,
    cause: 'schedule',
    dueAt,
    startedAt,
    endedAt,
    attempts: [{ number: 1, startedAt, endedAt, outcome }],
    outcome,
    log: [],
    node,
  };
}

/** Whether an id is that of a task's instant (epoch ms): to put that one together costs more than all of the rest. */
export function isIdOf(taskName: string, dueAt: number, id: string): boolean {
  const instant = String(dueAt);
  const at = taskName.length;
  return (
    id.length === at + 1 + instant.length && id[at] === '@' && id.startsWith(taskName) && id.endsWith(instant)
  );
}
