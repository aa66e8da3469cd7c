import { afterFailure, isReached, type ErrorThreshold, type Failures } from '../policy/error.threshold.js';
import type { Scope } from '../run/scope.js';
import type { Opened } from './connections.js';
import { failuresId } from './fact.ids.js';
import { addLine } from './run.lists.js';

/** What counts for an error threshold: a run that failed, one that succeeded, or that it begins anew. */
export interface Mark {
  readonly kind: 'failure' | 'success' | 'anew';
  /** Epoch ms. */
  readonly at: number;
  /** Whose; any other text when it begins anew. */
  readonly runId: string;
}

/** Processes that fail at once write more than the threshold asks for. */
const MORE_LINES = 50;

/** Writes what counts for the threshold of a task or a group, in the order in which the processes say so. */
export async function mark(
  opened: Opened,
  { scope, threshold }: { scope: Scope; threshold: ErrorThreshold },
  { kind, at, runId }: Mark,
): Promise<void> {
  const most = threshold.failures + MORE_LINES;
  await addLine(opened, { id: failuresId(scope), kind: 'failures', line: `${kind} ${at} ${runId}`, most });
}

/** Whether it is the failure of this run by which the threshold is reached. */
export async function reachedBy(
  { facts }: Opened,
  { scope, threshold }: { scope: Scope; threshold: ErrorThreshold },
  runId: string,
): Promise<boolean> {
  const { logs } = await facts.getJobLogs(failuresId(scope), 0, threshold.failures + MORE_LINES - 1);
  let failures: Failures = [];
  for (const { kind, at, runId: whose } of logs.map(markOf)) {
    failures = kind === 'failure' ? afterFailure(threshold, failures, at) : [];
    if (!isReached(threshold, failures)) continue;
    if (whose === runId) return true;
    failures = [];
  }
  return false;
}

function markOf(line: string): Mark {
  const [kind, at, ...rest] = line.split(' ');
  return { kind: kind as Mark['kind'], at: Number(at), runId: rest.join(' ') };
}
