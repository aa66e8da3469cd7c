import type { Submission } from '../engine/engine.js';
import { isOfInstant } from '../run/merged.skip.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import { addJobs } from './added.jobs.js';
import type { Connections, Opened } from './connections.js';
import type { Ranks } from './ranks.js';
import { list } from './run.lists.js';
import { takeOrSkip, type Blocked } from './slots.js';
import { Unacknowledged, type Answer, type Wanted } from './unacknowledged.js';
import { jobOf } from './wanted.job.js';

export interface SubmitterHost {
  readonly connections: Connections;
  readonly clock: Clock;
  /** Why nothing of a task starts that is due, in words; `null` when it may. */
  readonly pausedBy: (task: TaskDefinition) => string | null;
  readonly ranks: Ranks;
}

const MOST_AT_ONCE = 1_000;
const AGAIN_MS = 500;

/**
 * Brings submissions to the server, all of a tick together, again and again until they are acknowledged. Each process
 * submits each instant, under the same id: the first one counts.
 */
export class Submitter {
  readonly #host: SubmitterHost;
  readonly #waiting: Unacknowledged;
  readonly #nobody: Answer = {
    accepted: () => undefined,
    refused: error => this.#host.connections.failed(error),
  };
  #going: Promise<void> | undefined;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(host: SubmitterHost) {
    this.#host = host;
    this.#waiting = new Unacknowledged(host.clock, host.connections.server.name);
  }

  /** The earliest instant that is not acknowledged, epoch ms; `Infinity` when there is none. */
  get earliest(): number {
    return this.#waiting.earliest;
  }

  /** Instants wait for the server as long as it takes, and nobody for them: there are many. */
  bring(submission: Submission): void {
    this.#waiting.add(submission, this.#nobody);
    this.#begin();
  }

  /** Resolves when it is acknowledged. @throws {EngineUnavailableError} when the server is away for too long. */
  submit(submission: Submission): Promise<void> {
    return new Promise((accepted, refused) => {
      this.#waiting.add(submission, { accepted, refused });
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
    if (this.#waiting.size > 0) this.#begin();
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
      const batch = this.#waiting.first(MOST_AT_ONCE);
      try {
        await this.#add(await connections.opened(), batch);
        connections.worked();
      } catch (error) {
        connections.failed(error);
        this.#waiting.failed(batch, error);
        await this.#pause();
      }
    }
  }

  async #add(opened: Opened, batch: readonly Wanted[]): Promise<void> {
    const { clock, pausedBy, ranks } = this.#host;
    const now = clock.now();
    const jobs = batch.map(wanted => jobOf(wanted, { now, pausedBy, ranks }));
    const added = await addJobs(opened, jobs);
    const blocked: Blocked[] = [];
    const listed: Promise<void>[] = [];
    added.forEach((id, i) => {
      const wanted = batch[i]!;
      if (id !== wanted.jobId) blocked.push({ wanted, job: jobs[i]!, winnerId: id });
      else if (isListed(wanted)) listed.push(this.#list(opened, wanted));
      else this.#waiting.accept(wanted);
    });
    await Promise.all(listed);
    await Promise.all(blocked.map(block => this.#skip(opened, block)));
  }

  async #skip(opened: Opened, blocked: Blocked): Promise<void> {
    const { wanted } = blocked;
    await takeOrSkip(opened, blocked);
    if (isListed(wanted)) await this.#list(opened, wanted);
    else this.#waiting.accept(wanted);
  }

  async #list(opened: Opened, wanted: Wanted): Promise<void> {
    const { task, id } = wanted.submission;
    await list(opened, task.name, id);
    this.#waiting.accept(wanted);
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

/** No instant leads to it, or more of them than its own. */
function isListed({ submission }: Wanted): boolean {
  const { verdict } = submission;
  return (verdict.kind === 'skip' && verdict.count > 1) || !isOfInstant(submission);
}
