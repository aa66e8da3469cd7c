import { Job, type BulkJobOptions } from 'bullmq';
import type { Submission } from '../engine/engine.js';
import { EngineUnavailableError } from '../errors.js';
import { missedUntil } from '../policy/misfire.js';
import type { SkipReason } from '../run/outcome.js';
import { isOfInstant } from '../run/merged.skip.js';
import type { Clock } from '../time/clock.js';
import { nextOf } from '../trigger/upcoming.js';
import { isTransient } from './backend.js';
import type { Connections, Opened } from './connections.js';
import { listId, MOST_LISTED } from './fact.ids.js';
import { jobIdOf, orderOf, type RunJob, type RunOrder } from './run.job.js';

export interface SubmitterHost {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly keepForMs: number;
}

/** A submission that Redis has not acknowledged. */
interface Wanted {
  readonly submission: Submission;
  readonly jobId: string;
  /** Epoch ms. */
  readonly since: number;
  readonly onAccepted: () => void;
  readonly onRefused: (error: unknown) => void;
}

interface Blocked {
  readonly wanted: Wanted;
  /** The job that holds the slot of the task. */
  readonly winnerId: string;
}

const MOST_AT_ONCE = 1_000;
/** While Redis is away no more than these wait for it: the oldest are dropped, and caught up at the next start. */
const MOST_WAITING = 100_000;
const AGAIN_MS = 500;
/** A person does not wait longer for an answer. */
const HAND_PATIENCE_MS = 10_000;
const MOST_TRIES = 20;

/**
 * Brings submissions to Redis, all of a tick together, again and again until they are acknowledged. Each process submits
 * each instant, under the same id: the first one counts.
 */
export class Submitter {
  readonly #host: SubmitterHost;
  readonly #waiting = new Set<Wanted>();
  /** The earliest instant that was dropped, epoch ms. */
  #droppedAt = Infinity;
  #going: Promise<void> | undefined;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(host: SubmitterHost) {
    this.#host = host;
  }

  /** The earliest instant that is not acknowledged, epoch ms; `Infinity` when there is none. */
  get earliest(): number {
    let earliest = this.#droppedAt;
    for (const { submission } of this.#waiting) {
      if (isOfInstant(submission)) earliest = Math.min(earliest, submission.dueAt);
    }
    return earliest;
  }

  /** Resolves when it is acknowledged. @throws {EngineUnavailableError} when Redis is away for too long: not of instants. */
  submit(submission: Submission): Promise<void> {
    return new Promise((onAccepted, onRefused) => {
      const jobId = jobIdOf(submission.id);
      this.#waiting.add({ submission, jobId, since: this.#host.clock.now(), onAccepted, onRefused });
      if (this.#waiting.size > MOST_WAITING) this.#dropOldest();
      this.#begin();
    });
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#going !== undefined) await this.#going;
  }

  /** What waits is not brought any more. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** After a `close()`. */
  reopen(): void {
    this.#isClosed = false;
  }

  /** What is submitted within a tick goes together. */
  #begin(): void {
    this.#going ??= new Promise(resolve => setImmediate(resolve))
      .then(() => this.#bring())
      .finally(() => {
        this.#going = undefined;
        if (this.#waiting.size > 0 && !this.#isClosed) this.#begin();
      });
  }

  async #bring(): Promise<void> {
    const { connections } = this.#host;
    while (this.#waiting.size > 0 && !this.#isClosed) {
      const batch = [...this.#waiting].slice(0, MOST_AT_ONCE);
      try {
        await this.#add(await connections.opened(), batch);
        connections.worked();
      } catch (error) {
        connections.failed(error);
        this.#refuseOld(batch, error);
        await this.#pause();
      }
    }
  }

  async #add(opened: Opened, batch: readonly Wanted[]): Promise<void> {
    const jobs = await opened.runs.addBulk(batch.map(wanted => this.#jobOf(wanted)));
    const blocked: Blocked[] = [];
    const accepted: Wanted[] = [];
    jobs.forEach(({ id }, i) => {
      const wanted = batch[i]!;
      if (id === wanted.jobId) accepted.push(wanted);
      else blocked.push({ wanted, winnerId: id! });
    });
    await Promise.all(accepted.map(wanted => this.#accept(opened, wanted)));
    await Promise.all(blocked.map(block => this.#skip(opened, block)));
  }

  async #accept(opened: Opened, wanted: Wanted): Promise<void> {
    const { task, id, verdict } = wanted.submission;
    // No instant leads to it, or more of them than its own.
    const isOfMany = verdict.kind === 'skip' && verdict.count > 1;
    if (isOfMany || !isOfInstant(wanted.submission)) await list(opened, task.name, id);
    this.#waiting.delete(wanted);
    wanted.onAccepted();
  }

  /** Another run of the task holds its slot. If that is over by now, or is a skip itself, the slot is free. */
  async #skip(opened: Opened, { wanted, winnerId }: Blocked): Promise<void> {
    const { runs } = opened;
    let id = winnerId;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const winner: RunJob | undefined = await runs.getJob(id);
      if (winner !== undefined && winner.finishedOn === undefined && winner.data.skip === undefined) {
        await this.#addSkip(opened, wanted, winner);
        return this.#accept(opened, wanted);
      }
      await runs.getBackend().removeDeduplicationKey(wanted.submission.task.name, id);
      const { name, data, opts } = this.#jobOf(wanted);
      id = (await runs.add(name, data, opts)).id!;
      if (id === wanted.jobId) return this.#accept(opened, wanted);
    }
    throw new Error(`The slot of ${wanted.submission.task.name} is held by runs that are over.`);
  }

  /** Its record, which any worker completes as skipped; unless it runs, for another process found the slot free. */
  async #addSkip({ runs }: Opened, { submission, jobId }: Wanted, winner: RunJob): Promise<void> {
    const skip = { reason: 'overlap', detail: `run ${winner.data.id}` } as const;
    const data: RunOrder = { ...orderOf(submission), skip };
    await runs.add(submission.task.name, data, { ...this.#keeping(), jobId, lifo: true });
  }

  #jobOf({ submission, jobId, since }: Wanted) {
    const { task } = submission;
    const data = this.#ruledAgain(orderOf(submission), submission, since);
    const opts: BulkJobOptions = { ...this.#keeping(), jobId };
    const isExclusive = task.overlap === 'skip' && data.skip === undefined;
    // Held from now until the run has ended, the waits for its retries included.
    return {
      name: task.name,
      data,
      opts: isExclusive ? { ...opts, deduplication: { id: task.name } } : opts,
    };
  }

  /** What has waited for Redis for too long is a misfire. */
  #ruledAgain(order: RunOrder, { task, dueAt, cause }: Submission, since: number): RunOrder {
    const now = this.#host.clock.now();
    if (order.skip !== undefined || cause !== 'schedule' || now - since < AGAIN_MS) return order;
    const reason = lateReason(task, dueAt, now);
    return reason === null ? order : { ...order, skip: { reason, detail: 'the server was away' } };
  }

  #keeping(): BulkJobOptions {
    const age = Math.ceil(this.#host.keepForMs / 1_000);
    return { removeOnComplete: { age }, removeOnFail: { age }, attempts: 1 };
  }

  /** Instants wait for as long as it takes. */
  #refuseOld(batch: readonly Wanted[], cause: unknown): void {
    const now = this.#host.clock.now();
    for (const wanted of batch) {
      const { submission, since, onRefused } = wanted;
      if (isOfInstant(submission)) continue;
      if (isTransient(cause) && now - since < HAND_PATIENCE_MS) continue;
      this.#waiting.delete(wanted);
      onRefused(
        new EngineUnavailableError(`${submission.task.name} could not be submitted: Redis is away.`, {
          cause,
        }),
      );
    }
  }

  #dropOldest(): void {
    const [oldest] = this.#waiting;
    this.#waiting.delete(oldest!);
    if (isOfInstant(oldest!.submission))
      this.#droppedAt = Math.min(this.#droppedAt, oldest!.submission.dueAt);
    oldest!.onRefused(new EngineUnavailableError('Too many runs wait for Redis.'));
  }

  async #pause(): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>(resolve => {
      const disarm = this.#host.clock.after(AGAIN_MS, resolve);
      this.#wake = () => {
        disarm();
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

/** Why an instant that comes too late does not run any more; `null` when it does. */
export function lateReason(task: Submission['task'], dueAt: number, now: number): SkipReason | null {
  if (missedUntil(task, dueAt, now) === null) return null;
  if (task.misfire === 'skip') return 'misfire';
  return (nextOf(task.triggers, dueAt) ?? Infinity) <= now ? 'coalesced' : null;
}

/** Some runs are found by a list for each task. */
async function list({ facts }: Opened, taskName: string, runId: string): Promise<void> {
  const id = listId(taskName);
  try {
    await Job.addJobLog(facts, id, runId, MOST_LISTED);
  } catch (error) {
    if (isTransient(error)) throw error;
    await facts.add('list', { taskName }, { jobId: id });
    await Job.addJobLog(facts, id, runId, MOST_LISTED);
  }
}
