import type { Job } from 'bullmq';
import { keptRun } from '../run/kept.run.js';
import type { Outcome, Skipped } from '../run/outcome.js';
import type { Cause, Run } from '../run/run.js';
import type { Submission } from '../engine/engine.js';

/** What a job says of its run from the beginning; only a cancellation comes later. */
export interface RunOrder {
  readonly id: string;
  readonly cause: Cause;
  /** Epoch ms. */
  readonly dueAt: number;
  readonly payload?: unknown;
  /** When it was decided before that it does not run. */
  readonly skip?: Pick<Skipped, 'reason' | 'detail'> & Partial<Pick<Skipped, 'count' | 'lastDueAt'>>;
  /** Why somebody wants it to end, wherever it is. */
  readonly cancelled?: string;
  /** Whether that is a later run of its task, which takes its place. */
  readonly isSuperseded?: boolean;
}

/** How far a run has come. */
export interface RunState extends Pick<
  Run,
  'startedAt' | 'endedAt' | 'attempts' | 'outcome' | 'log' | 'node'
> {
  /** When its next attempt begins, epoch ms; `null` = at once, or never. */
  readonly retryAt: number | null;
}

/**
 * A run that succeeded at once and left nothing: so it is with most, and there are many. In ms: when its handler was called,
 * from when its job was taken on; and how long it took.
 */
type PlainResult = readonly [afterMs: number, tookMs: number];

/** What a job keeps of a run that has ended in order. */
export type RunResult = RunState | PlainResult;

/** What is read of a job. */
export type RunJob = Pick<
  Job<RunOrder, RunResult>,
  | 'id'
  | 'name'
  | 'data'
  | 'timestamp'
  | 'processedOn'
  | 'processedBy'
  | 'finishedOn'
  | 'stalledCounter'
  | 'deferredFailure'
  | 'returnvalue'
  | 'stacktrace'
>;

/** BullMQ takes no id with a colon. */
export function jobIdOf(runId: string): string {
  return runId.replaceAll('%', '%25').replaceAll(':', '%3A');
}

export function orderOf({ id, cause, dueAt, payload, verdict }: Submission): RunOrder {
  const order = { id, cause, dueAt, payload };
  if (verdict.kind === 'run') return order;
  const { reason, detail, count, lastDueAt } = verdict;
  return { ...order, skip: count === 1 ? { reason, detail } : { reason, detail, count, lastDueAt } };
}

/** The skip that was decided before. */
export function skipOf(
  { dueAt }: RunOrder,
  { reason, detail, count = 1, lastDueAt = dueAt }: NonNullable<RunOrder['skip']>,
): Outcome {
  return { kind: 'skipped', reason, count, lastDueAt, detail };
}

/** What stands before the state in the last stack trace: BullMQ changes that in one step with the state of the job. */
const MARK = 'nestjs-sts: ';

/** The state as a stack trace. */
export function stackWith(state: RunState, stack: string): string {
  return JSON.stringify([stack, `${MARK}${JSON.stringify(state)}`]);
}

/** `undefined` when its first attempt has not ended. */
export function stateOf(job: RunJob): RunState | undefined {
  const result = job.returnvalue as RunResult | null | undefined;
  if (Array.isArray(result)) return plainState(job, result as PlainResult);
  if (result !== null && result !== undefined && typeof result === 'object') return result as RunState;
  const text = job.stacktrace?.at(-1);
  return text?.startsWith(MARK) ? (JSON.parse(text.slice(MARK.length)) as RunState) : undefined;
}

/** What is kept of a run that has ended in order: each byte is written, kept for long, and multiplied by all instants. */
export function resultOf(run: Run, { processedOn }: RunJob): RunResult {
  const { startedAt, endedAt, attempts, outcome, log } = run;
  const isPlain = outcome?.kind === 'success' && outcome.result === undefined && log.length === 0;
  const [only] = attempts;
  const isAtOnce = attempts.length === 1 && only!.number === 1 && only!.startedAt === startedAt;
  const isShort = isPlain && isAtOnce && only!.endedAt === endedAt && processedOn !== undefined;
  return isShort ? [startedAt! - processedOn, endedAt! - startedAt!] : keptState(run, null);
}

function plainState({ processedOn, processedBy }: RunJob, [afterMs, tookMs]: PlainResult): RunState {
  const startedAt = processedOn! + afterMs;
  const endedAt = startedAt + tookMs;
  const outcome = { kind: 'success' } as const;
  const attempts = [{ number: 1, startedAt, endedAt, outcome }];
  return { startedAt, endedAt, node: processedBy!, attempts, outcome, log: [], retryAt: null };
}

/** A result of more than this many characters is not kept. */
const LONGEST_RESULT = 10_000;

/** A run as its job keeps it: with its result when that is short, so that whoever waits for it elsewhere has it. */
export function keptState(run: Run, retryAt: number | null): RunState {
  const { startedAt, endedAt, attempts, outcome, log, node } = keptRun(run);
  const kept = outcome?.kind === 'success' ? { ...outcome, result: keptResult(run.outcome) } : outcome;
  return { startedAt, endedAt, attempts, outcome: kept, log, node, retryAt };
}

function keptResult(outcome: Outcome | null): unknown {
  if (outcome?.kind !== 'success' || outcome.result === undefined) return undefined;
  try {
    const text = JSON.stringify(outcome.result);
    return text !== undefined && text.length <= LONGEST_RESULT ? JSON.parse(text) : undefined;
  } catch {
    // What JSON cannot hold is known in the process that ran it.
    return undefined;
  }
}

/** What a job says of its run. */
export function runOf(job: RunJob): Run {
  const { id, cause, dueAt } = job.data;
  const about = { id, taskName: job.name, cause, dueAt };
  const state = stateOf(job);
  if (state !== undefined && (state.outcome !== null || job.finishedOn === undefined)) {
    const { startedAt, endedAt, attempts, outcome, log, node } = state;
    return { ...about, startedAt, endedAt, attempts, outcome, log, node };
  }
  // A worker takes a skip, too, to end it.
  const startedAt = job.data.skip === undefined ? (job.processedOn ?? null) : null;
  const going = {
    ...about,
    startedAt,
    attempts: state?.attempts ?? [],
    log: [],
    node: job.processedBy ?? '',
  };
  if (job.finishedOn === undefined) return { ...going, endedAt: null, outcome: null };
  // BullMQ itself has ended it: one process after another died with it.
  return { ...going, endedAt: job.finishedOn, outcome: { kind: 'abandoned', reason: 'crash' } };
}
