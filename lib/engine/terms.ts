import { answeredAtOnce } from '../policy/answer.js';
import type { StsEvent } from '../run/run.events.js';
import type { Schedule } from '../task/schedule.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import { nextOf } from '../trigger/upcoming.js';

/** Where a function of the user's that throws is told of. */
export interface TermsHost {
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
}

/** Whether the triggers of a task count just now. A function that throws loses no run. */
export function isEnabled({ enabled, name }: TaskDefinition, host: TermsHost): boolean {
  if (typeof enabled === 'boolean') return enabled;
  try {
    return answeredAtOnce(enabled(), 'enabled');
  } catch (error) {
    failed('enabled', name, error, host);
    return true;
  }
}

/** Whether one trigger of a task leaves out an instant that it names. A function that throws loses no run. */
export function isExcluded({ exclude }: Schedule, { name }: TaskDefinition, dueAt: number, host: TermsHost) {
  try {
    return answeredAtOnce(exclude?.(dueAt) ?? false, 'exclude');
  } catch (error) {
    failed('exclude', name, error, host);
    return false;
  }
}

/** Whether any trigger of a task that names an instant (epoch ms) does not leave it out. */
export function isKept(task: TaskDefinition, at: number, host: TermsHost): boolean {
  return namedBy(task, at).some(schedule => !isExcluded(schedule, task, at, host));
}

/** The schedules of a task whose triggers name an instant (epoch ms); none when a user's trigger throws meanwhile. */
export function namedBy({ schedules }: TaskDefinition, dueAt: number): readonly Schedule[] {
  return schedules.filter(({ trigger }) => nextOf([trigger], dueAt - 1) === dueAt);
}

function failed(
  policy: 'enabled' | 'exclude',
  taskName: string,
  error: unknown,
  { clock, record }: TermsHost,
) {
  record({ type: 'policyFailed', at: clock.now(), taskName, policy, error });
}
