import type { BackendFactory, Job, JobJson, WorkerOptions } from 'bullmq';
import { setTimeout as wait } from 'node:timers/promises';
import { recordEnd, type JobEnd } from './job.end.js';
import type { Bullmq } from './packages.js';
import type { RunJob } from './run.job.js';
import type { RunWorker, WorkerOrder } from './server.js';

type Options = Pick<WorkerOptions, 'connection' | 'prefix'>;

/** As BullMQ has it. */
type NextJob = readonly [data?: JobJson, id?: string, limitDelay?: number, delayUntil?: number];

const REPEAT_MS = 1_000;
const LONGEST_WAIT_S = 1;

/**
 * BullMQ's worker with a way of its own from a job that is taken to its end. The end is repeated until the server has it:
 * BullMQ would record a success as a failure when the connection breaks. And what nothing here uses, such as telemetry and
 * schedulers, costs a dozen promises for each job.
 */
export function newRunWorker(
  { Worker }: Bullmq,
  { name, take, options, taken }: WorkerOrder,
  { connect, backendOf }: { connect: Options; backendOf: BackendFactory },
): RunWorker {
  class DirectWorker extends Worker {
    /** After an error BullMQ waits for a sign of the server, on PostgreSQL up to an hour, and signs get lost. */
    override get maximumBlockTimeout(): number {
      return LONGEST_WAIT_S;
    }

    override async processJob(job: RunJob, token: string, mayFetchMore = () => true): Promise<void | Job> {
      const isStopping = () => this.closing !== undefined || this.paused;
      const mayFetch = () => mayFetchMore() && !isStopping();
      const keep = () => this.lockManager.trackJob(job.id!, token, job.processedOn!);
      // While its end is on the way, a renewal could fail because of that.
      const leave = () => this.lockManager.untrackJob(job.id!);
      keep();
      try {
        const end = await endOf(job, token, take);
        leave();
        if (end.kind === 'released')
          return mayFetch() ? await this.moveToActive(token, options.name) : undefined;
        const ending = { job, token, end, mayFetch };
        const next = await recordEnd(ending, {
          backend: this.backend,
          taken,
          isClosing: () => this.closing !== undefined,
          rest: async () => {
            keep();
            await wait(REPEAT_MS);
            leave();
          },
        });
        return Array.isArray(next) ? this.#next(next as unknown as NextJob, token) : undefined;
      } catch (error) {
        taken.lost(job);
        this.emit('error', error as Error);
      } finally {
        leave();
      }
    }

    #next([data, id, limitDelay, delayUntil]: NextJob, token: string): Job | undefined {
      this['updateDelays'](limitDelay, delayUntil);
      return this.#taken(data, id, token);
    }

    /** One that was told to rest while it waited for a job takes none. */
    override async moveToActive(token: string, name?: string): Promise<Job> {
      return this.paused ? (undefined as never) : super.moveToActive(token, name);
    }

    override async nextJobFromJobData(data?: JobJson, id?: string, token?: string): Promise<Job> {
      return this.#taken(data, id, token) as Job;
    }

    #taken(data?: JobJson, id?: string, token?: string): Job | undefined {
      const hasOne = Boolean(data);
      if (!hasOne && !this['drained']) this.emit('drained');
      this['drained'] = !hasOne;
      return hasOne ? (takenJob(data!, id!, token!) as Job) : undefined;
    }
  }

  const telling: BackendFactory = (...args) => {
    const backend = backendOf(...args);
    const { extendLocks } = backend;
    backend.extendLocks = async (jobIds, tokens, duration) => {
      const from = performance.now();
      const failed = await extendLocks.call(backend, jobIds, tokens, duration);
      taken.renewed(
        jobIds.filter(id => !failed.includes(id)),
        from,
      );
      return failed;
    };
    return backend;
  };
  return new DirectWorker(name, async () => undefined, { ...options, ...connect }, telling as never);
}

/** BullMQ itself ends one that has gone from one dying process to the next. */
function endOf(job: RunJob, token: string, take: WorkerOrder['take']): JobEnd | Promise<JobEnd> {
  const reason = job.deferredFailure;
  return reason ? { kind: 'failed', reason } : take(job, token);
}

/** What BullMQ and this engine read of a job that is taken: the making of a `Job` costs more than all of that. */
function takenJob(data: JobJson, id: string, token: string): TakenJob {
  const { name, timestamp, processedOn, processedBy, stalledCounter, deferredFailure } = data;
  return {
    id,
    name,
    token,
    data: JSON.parse(data.data || '{}'),
    opts: NO_OPTIONS,
    timestamp,
    processedOn,
    processedBy,
    stalledCounter: stalledCounter ?? 0,
    deferredFailure: deferredFailure!,
    returnvalue: null as never,
    stacktrace: data.stacktrace ? (JSON.parse(data.stacktrace) as string[]) : [],
  };
}

type TakenJob = RunJob & Pick<Job, 'token' | 'opts'>;

const NO_OPTIONS = { attempts: 0 };
