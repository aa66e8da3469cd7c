import type { Queue, QueueEvents, Worker, WorkerOptions } from 'bullmq';
import type { RunJob, RunOrder, RunResult } from './run.job.js';
import type { JobEnd, TakenJobs } from './job.end.js';

export type RunQueue = Queue<RunOrder, RunResult>;
export type RunWorker = Worker<RunOrder, RunResult>;

/** What the processes share. All that differs between Redis and PostgreSQL is behind it. */
export interface Server {
  readonly name: 'Redis' | 'PostgreSQL';
  /** How far the clock of a process may be off the server's while it takes runs, in ms. */
  readonly mostSkewMs: number;
  /** @param onError hears of all troubles from now on. @throws what the server said, when it is known at once. */
  connect(onError: (error: unknown) => void): Promise<Line>;
}

/** Connections to a server, which need not have answered yet. */
export interface Line {
  /** Who submits hears at once when the server is away. */
  queue(name: string): Queue;
  events(name: string): QueueEvents;
  worker(order: WorkerOrder): RunWorker;
  /** Which of these jobs of a queue there are. */
  existing(queue: string, jobIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** What its clock shows, epoch ms. */
  now(): Promise<number>;
  /** What it may do to the records. */
  warnings(): Promise<readonly string[]>;
  /** Ends the connections, but not one of the user's own. */
  close(): Promise<void>;
}

/** A worker that waits for the server when that is away. */
export interface WorkerOrder {
  readonly name: string;
  readonly take: (job: RunJob, token: string) => Promise<JobEnd>;
  readonly options: Omit<WorkerOptions, 'connection' | 'prefix'>;
  readonly taken: TakenJobs;
}
