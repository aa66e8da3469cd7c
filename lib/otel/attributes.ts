import { errorOf } from '../run/failure.js';
import { keptError } from '../run/kept.run.js';
import type { Outcome } from '../run/outcome.js';

/** The names of what spans and metrics say; `error.type` is OpenTelemetry's own. */
export const KEYS = {
  task: 'sts.task',
  group: 'sts.group',
  runId: 'sts.run.id',
  cause: 'sts.cause',
  dueAt: 'sts.due_at',
  attempt: 'sts.attempt',
  outcome: 'sts.outcome',
  reason: 'sts.reason',
  errorType: 'error.type',
} as const;

/** Without the group when there is none. */
export function taskAttributes(task: string, group: string | null): Record<string, string> {
  return group === null || group === '' ? { [KEYS.task]: task } : { [KEYS.task]: task, [KEYS.group]: group };
}

/** What ended without success: the class of the error, or how it ended; `undefined` for all else. */
export function errorTypeOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'success':
    case 'skipped':
      return undefined;
    case 'failure':
      return classOf(outcome.error);
    case 'timeout':
    case 'cancelled':
    case 'abandoned':
      return outcome.kind;
  }
}

/** What `error.type` says of an error without a class. */
export const OTHER = '_OTHER';

/** An error's `name` may be anything, and so many things; its class is one of those that the code has. */
function classOf(error: unknown): string {
  if (!(error instanceof Error)) return OTHER;
  return error.constructor?.name || OTHER;
}

/** An error as it is safe to read and to send; `undefined` for what is no failure. */
export function readableError(outcome: Outcome, taskName: string) {
  const failed = errorOf(outcome, taskName);
  return failed && keptError(failed.error);
}
