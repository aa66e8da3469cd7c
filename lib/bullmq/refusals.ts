import { UnsupportedOptionError } from '../errors.js';
import type { Limits } from '../engine/gate.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { KEPT_LONGER_MS } from './bullmq.options.js';
import { MOST_PRIORITY } from './ranks.js';

/** What one process honours, and many do not yet. */
interface Refusal {
  readonly option: string;
  readonly isUsed: (task: TaskDefinition) => boolean;
  readonly expected: string;
  readonly got: (task: TaskDefinition) => string;
}

const REFUSALS: readonly Refusal[] = [
  {
    option: 'maxRuns',
    isUsed: ({ maxRuns }) => maxRuns !== null,
    expected: 'no maxRuns',
    got: ({ maxRuns }) => String(maxRuns),
  },
  {
    option: 'priority',
    isUsed: ({ priority }) => !Number.isInteger(priority) || Math.abs(priority) > MOST_PRIORITY,
    expected: `a whole number from -${MOST_PRIORITY} to ${MOST_PRIORITY}`,
    got: ({ priority }) => String(priority),
  },
  {
    option: 'misfire',
    isUsed: ({ misfire, catchUpMs, overlap, concurrency }) =>
      misfire === 'all' && catchUpMs !== null && !(overlap === 'allowAll' && concurrency === null),
    expected:
      "the misfire 'coalesce' or 'skip' beside catchUp, or the overlap 'allowAll' without a concurrency",
    got: () => "'all'",
  },
];

const REMEDY = 'It works in one process only, for now.';

/** @throws {UnsupportedOptionError} for what would not be honoured. */
export function refuseUnsupported(task: TaskDefinition, keepForMs: number): void {
  for (const { option, isUsed, expected, got } of REFUSALS) {
    if (!isUsed(task)) continue;
    throw unsupported(`${task.name}: ${option}`, `${expected} with the engine bullmq`, got(task), REMEDY);
  }
  const { catchUpMs, name } = task;
  if (catchUpMs !== null && catchUpMs > keepForMs - KEPT_LONGER_MS) {
    const expected = `at most ${keepForMs - KEPT_LONGER_MS} ms: bullmq's keepFor less 10 minutes`;
    throw unsupported(`${name}: catchUp`, expected, `${catchUpMs} ms`, 'Give bullmq() a longer keepFor.');
  }
  if (isMinified(task)) {
    const expected = 'a name that every build gives it, for processes know tasks by their names';
    throw unsupported(name, expected, name, 'Name the task, or let the bundler keep the names of classes.');
  }
}

/** @throws {UnsupportedOptionError} for a priority where those that wait have an order of their own. */
export function refuseRankInGroup({ name, group, priority }: TaskDefinition, { groups }: Limits): void {
  if (priority === 0 || group === null || !groups.has(group)) return;
  const expected = 'none in a group with a concurrency with the engine bullmq';
  throw unsupported(`${name}: priority`, expected, String(priority), REMEDY);
}

/** Whether its name looks as if a bundler had shortened that of its class, which another build names otherwise. */
function isMinified({ name, source, owner }: TaskDefinition): boolean {
  const isDefault = name === source.name && Object.getPrototypeOf(owner) !== Object.prototype;
  return isDefault && /^[^.]{1,2}(\.|$)/.test(name);
}

function unsupported(where: string, expected: string, got: string, remedy: string): UnsupportedOptionError {
  return new UnsupportedOptionError({ where, expected, got, isGotText: true, remedy });
}
