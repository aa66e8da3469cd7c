import type { TaskContext } from '../../lib/task/task.context.js';

export interface SampleContext extends TaskContext<unknown> {
  /** Such as `warn: disk full`, in the order in which they were written. */
  readonly lines: readonly string[];
  abort(reason: Error): void;
}

/** The context of an attempt that belongs to no scheduler. */
export function sampleContext(over: Partial<TaskContext<unknown>> = {}): SampleContext {
  const controller = new AbortController();
  const lines: string[] = [];
  const line = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  return {
    taskName: 'Backup',
    runId: 'Backup@0',
    cause: 'schedule',
    dueAt: 0,
    startedAt: 0,
    attempt: 1,
    maxAttempts: 1,
    payload: undefined,
    signal: controller.signal,
    logger: {
      debug: line('debug'),
      log: line('log'),
      warn: line('warn'),
      error: line('error'),
      fatal: line('fatal'),
    },
    progress: fraction => line('progress')(String(fraction)),
    ...over,
    lines,
    abort: reason => controller.abort(reason),
  };
}
