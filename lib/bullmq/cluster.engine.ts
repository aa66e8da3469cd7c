import type { ActiveRun } from '../engine/active.run.js';
import { Drain } from '../engine/drain.js';
import type { ClusterNode, Engine, StopOptions, Submission, SubmittedRun } from '../engine/engine.js';
import type { EngineHost } from '../engine/shared.engine.js';
import { InvalidPayloadError, UnsupportedByEngineError } from '../errors.js';
import { isOfInstant } from '../run/merged.skip.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { AwaitedRuns } from './awaited.runs.js';
import type { ClusterSettings } from './bullmq.options.js';
import { ClockWatch } from './clock.watch.js';
import type { Connections } from './connections.js';
import { HeldBack } from './held.back.js';
import { inTime } from './in.time.js';
import { Nodes } from './nodes.js';
import { refuseUnsupported, refuseUnsupportedGroups } from './refusals.js';
import { jobIdOf } from './run.job.js';
import { RunTaker } from './run.taker.js';
import { ServerClock } from './server.clock.js';
import { instantsOf } from './single.instants.js';
import { Submitter } from './submitter.js';
import { TakenRuns } from './taken.runs.js';

const CANCEL_GRACE_MS = 5_000;
/** How long after a drain its records may take: the server may be away. */
const RECORDS_MS = 2_000;

/** Runs are jobs of BullMQ: each process submits every instant, and one of them takes it. Only what is recorded is told. */
export class ClusterEngine implements Engine {
  readonly #settings: ClusterSettings;
  readonly #connections: Connections;
  readonly #host: EngineHost;
  readonly #serverClock: ServerClock;
  readonly #submitter: Submitter;
  readonly #heldBack: HeldBack;
  readonly #awaited: AwaitedRuns;
  readonly #clockWatch: ClockWatch;
  readonly #nodes: Nodes;
  readonly #taken: TakenRuns;
  readonly #taker: RunTaker;
  #drain: Drain | undefined;
  #stopping: Promise<void> | undefined;

  constructor(settings: ClusterSettings, connections: Connections, host: EngineHost) {
    refuseUnsupportedGroups(host);
    this.#settings = settings;
    this.#connections = connections;
    this.#host = host;
    const { clock } = host;
    this.#serverClock = new ServerClock(clock);
    this.#submitter = new Submitter({ connections, clock });
    this.#heldBack = new HeldBack(clock, submission => this.#submitter.bring(submission));
    this.#awaited = new AwaitedRuns({ connections, clock, isHere: jobId => this.#taken.hasJob(jobId) });
    this.#taken = new TakenRuns({ ...host, onEnded: run => this.#awaited.settle(run) });
    this.#taker = new RunTaker({
      settings,
      connections,
      host,
      taken: this.#taken,
      serverClock: this.#serverClock,
    });
    this.#clockWatch = new ClockWatch({
      ...host,
      server: connections.server,
      onRest: isResting => this.#taker.rest(isResting),
    });
    this.#nodes = new Nodes({
      ...host,
      connections,
      serverClock: this.#serverClock,
      onSkew: skewMs => this.#clockWatch.look(skewMs),
    });
  }

  check(task: TaskDefinition): void {
    refuseUnsupported(task, this.#settings.keepForMs);
  }

  async start(): Promise<void> {
    if (this.#taker.isStarted) return;
    const { line } = await this.#connections.open();
    for (const message of await line.warnings()) {
      this.#host.record({ type: 'engineWarned', at: this.#host.clock.now(), message });
    }
    this.#submitter.reopen();
    await this.#nodes.join();
    await this.#taker.start();
  }

  submit(submission: Submission): SubmittedRun | Promise<SubmittedRun> {
    const { id } = submission;
    const submitted: SubmittedRun = { id, finished: () => this.#awaited.finished(id) };
    if (isOfInstant(submission)) {
      const oldest = this.#host.clock.now() - this.#settings.keepForMs;
      for (const each of instantsOf(submission, oldest)) {
        if (!this.#heldBack.hold(each, this.#serverClock.aheadMs)) this.#submitter.bring(each);
      }
      return submitted;
    }
    refuseUnkept(submission);
    return this.#submitter.submit(submission).then(() => submitted);
  }

  /** The latest instant up to `until` (epoch ms) up to which every submission is acknowledged. */
  submittedUntil(until: number): number {
    return Math.min(until, Math.min(this.#submitter.earliest, this.#heldBack.earliest) - 1);
  }

  active(taskName: string): number {
    return this.#taken.active(taskName);
  }

  waiting(): number {
    return 0;
  }

  going(): number {
    return this.#taken.ofInstants();
  }

  atWork(since: number): readonly string[] {
    return this.#taken.atWork(since);
  }

  isDone(): boolean {
    return false;
  }

  isGoing(runId: string): boolean {
    return this.#taken.find(runId) !== undefined;
  }

  async cancel(runId: string, reason: string): Promise<boolean> {
    const run = this.#taken.find(runId);
    if (run !== undefined) return this.#cancel(run, reason);
    const { runs } = await this.#connections.opened();
    const job = await runs.getJob(jobIdOf(runId));
    if (job === undefined || job.finishedOn !== undefined) return false;
    throw unsupported('SchedulerRegistry.cancel() of a run that does not run in this process');
  }

  pause(): void {
    throw unsupported('SchedulerRegistry.pause()');
  }

  resume(): void {
    throw unsupported('SchedulerRegistry.resume()');
  }

  paused(): null {
    return null;
  }

  /** What was submitted belongs to all processes: another one may know the task. */
  remove(): void {}

  nodes(): Promise<readonly ClusterNode[]> {
    return this.#nodes.list();
  }

  /** Takes no more runs: others do, or the next process. What runs has its time. */
  stop(options: StopOptions): Promise<void> {
    if (this.#stopping !== undefined) {
      if (options.running === 'abort') this.#drain?.hasten();
      return this.#stopping;
    }
    if (!this.#taker.isStarted) return Promise.resolve();
    this.#drain = new Drain(() => this.#taken.all(), options, this.#host);
    this.#stopping = this.#stop(this.#drain, options.timeoutMs).finally(() => {
      this.#stopping = undefined;
      this.#drain = undefined;
    });
    return this.#stopping;
  }

  /** Comes when the app has closed. */
  async close(settled: () => Promise<void>): Promise<void> {
    this.#heldBack.flush();
    await this.#inTime(this.#submitter.settled(), RECORDS_MS);
    this.#submitter.close();
    await this.#inTime(settled(), RECORDS_MS);
    this.#awaited.close();
    await this.#connections.end();
  }

  async #stop(drain: Drain, timeoutMs: number): Promise<void> {
    this.#taker.stop();
    await this.#inTime(drain.finished(), timeoutMs + RECORDS_MS);
    // Their outcomes could not be recorded: another process takes them over.
    this.#taken.loseAll();
    await this.#inTime(this.#taker.close(), RECORDS_MS);
    await this.#inTime(this.#nodes.leave(), RECORDS_MS);
  }

  #cancel(run: ActiveRun, reason: string): boolean {
    run.cancel(reason);
    if (run.hasEnded || run.isCancelled) return true;
    run.isCancelled = true;
    run.onEnd(this.#host.clock.after(CANCEL_GRACE_MS, () => run.giveUp({ kind: 'cancelled', reason })));
    return true;
  }

  async #inTime(work: Promise<unknown>, ms: number): Promise<void> {
    await inTime(this.#host.clock, work, ms).catch((error: unknown) => this.#connections.failed(error));
  }
}

/** @throws {InvalidPayloadError} for what JSON cannot hold: another process may take the run. */
function refuseUnkept({ task, payload }: Submission): void {
  try {
    JSON.stringify(payload);
  } catch (error) {
    throw new InvalidPayloadError(task.name, [
      `it must be JSON, so that any process can take it: ${String(error)}`,
    ]);
  }
}

function unsupported(what: string): UnsupportedByEngineError {
  return new UnsupportedByEngineError(what, 'bullmq', 'It works in one process only, for now.');
}
