import { Drain } from '../engine/drain.js';
import type { ClusterNode, Engine, StopOptions, Submission, SubmittedRun } from '../engine/engine.js';
import type { EngineHost } from '../engine/shared.engine.js';
import type { Pause } from '../policy/pause.js';
import type { FinishedRun } from '../run/run.js';
import type { Scope } from '../run/scope.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { AwaitedRuns } from './awaited.runs.js';
import type { ClusterSettings } from './bullmq.options.js';
import { ClockWatch } from './clock.watch.js';
import { ClusterCancels } from './cluster.cancels.js';
import { ClusterPauses } from './cluster.pauses.js';
import { ClusterThresholds } from './cluster.thresholds.js';
import type { Connections } from './connections.js';
import { Controls } from './controls.js';
import { inTime } from './in.time.js';
import { Lines } from './lines.js';
import { Nodes } from './nodes.js';
import { Ranks } from './ranks.js';
import { refuseRankInGroup, refuseUnsupported } from './refusals.js';
import { RunTaker } from './run.taker.js';
import { ServerClock } from './server.clock.js';
import { Submissions } from './submissions.js';
import { TakenRuns } from './taken.runs.js';
import { Turns } from './turns.js';

/** How long after a drain its records may take: the server may be away. */
const RECORDS_MS = 2_000;

/** Runs are jobs of BullMQ: each process submits every instant, and one of them takes it. Only what is recorded is told. */
export class ClusterEngine implements Engine {
  readonly #settings: ClusterSettings;
  readonly #connections: Connections;
  readonly #host: EngineHost;
  readonly #submissions: Submissions;
  readonly #awaited: AwaitedRuns;
  readonly #clockWatch: ClockWatch;
  readonly #nodes: Nodes;
  readonly #ranks = new Ranks();
  readonly #controls: Controls;
  readonly #pauses: ClusterPauses;
  readonly #thresholds: ClusterThresholds;
  readonly #cancels: ClusterCancels;
  readonly #turns: Turns;
  readonly #taken: TakenRuns;
  readonly #taker: RunTaker;
  /** Those that wait for runs that have ended here are called. */
  #calling: Promise<unknown> = Promise.resolve();
  #drain: Drain | undefined;
  #stopping: Promise<void> | undefined;

  constructor(settings: ClusterSettings, connections: Connections, host: EngineHost) {
    this.#settings = settings;
    this.#connections = connections;
    this.#host = host;
    const { clock } = host;
    const serverClock = new ServerClock(clock);
    const { keepForMs } = settings;
    this.#controls = new Controls({ connections, clock });
    this.#pauses = new ClusterPauses({ ...host, controls: this.#controls });
    this.#thresholds = new ClusterThresholds({
      ...host,
      connections,
      controls: this.#controls,
      pauses: this.#pauses,
    });
    const pausedBy = (task: TaskDefinition) => this.#pauses.because(task);
    this.#submissions = new Submissions({
      connections,
      clock,
      serverClock,
      keepForMs,
      pausedBy,
      ranks: this.#ranks,
    });
    this.#awaited = new AwaitedRuns({ connections, clock, isHere: jobId => this.#taken.hasJob(jobId) });
    this.#taken = new TakenRuns({ ...host, onEnded: run => this.#ended(run) });
    this.#cancels = new ClusterCancels({ connections, controls: this.#controls, clock, taken: this.#taken });
    this.#turns = new Turns({ ...host, connections, lines: new Lines(connections), cancels: this.#cancels });
    this.#taker = new RunTaker({
      settings,
      connections,
      host,
      taken: this.#taken,
      serverClock,
      pauses: this.#pauses,
      thresholds: this.#thresholds,
      turns: this.#turns,
    });
    this.#clockWatch = new ClockWatch({
      ...host,
      server: connections.server,
      onRest: isResting => this.#taker.rest(isResting),
    });
    this.#nodes = new Nodes({
      ...host,
      connections,
      serverClock,
      onSkew: skewMs => this.#clockWatch.look(skewMs),
    });
  }

  check(task: TaskDefinition): void {
    refuseUnsupported(task, this.#settings.keepForMs);
    refuseRankInGroup(task, this.#host.limits);
    this.#ranks.note(task);
  }

  async start(): Promise<void> {
    if (this.#taker.isStarted) return;
    const { line } = await this.#connections.open();
    for (const message of await line.warnings()) {
      this.#host.record({ type: 'engineWarned', at: this.#host.clock.now(), message });
    }
    this.#submissions.reopen();
    // What is paused does not start, from the first run on.
    await this.#controls.start();
    await this.#nodes.join();
    try {
      await this.#taker.start();
    } catch (error) {
      await this.#inTime(this.#nodes.leave(), RECORDS_MS);
      throw error;
    }
  }

  submit(submission: Submission): SubmittedRun | Promise<SubmittedRun> {
    const { id } = submission;
    const submitted: SubmittedRun = { id, finished: () => this.#awaited.finished(id) };
    return this.#submissions.submit(submission)?.then(() => submitted) ?? submitted;
  }

  /** The latest instant up to `until` (epoch ms) up to which every submission is acknowledged. */
  submittedUntil(until: number): number {
    return this.#submissions.acknowledgedUntil(until);
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

  cancel(runId: string, reason: string): Promise<boolean> {
    return this.#cancels.cancel(runId, reason);
  }

  pause(scope: Scope, reason: string): Promise<void> {
    return this.#pauses.pause(scope, reason);
  }

  resume(scope: Scope, reason: string): Promise<void> {
    return this.#thresholds.resume(scope, reason);
  }

  paused(scope: Scope): Pause | null {
    return this.#pauses.of(scope);
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
    await this.#inTime(this.#submissions.flush(), RECORDS_MS);
    this.#submissions.close();
    await this.#inTime(settled(), RECORDS_MS);
    this.#awaited.close();
    await this.#connections.end();
  }

  #ended(run: FinishedRun): void {
    this.#awaited.settle(run);
    this.#thresholds.ended(run);
    const task = this.#host.find(run.taskName);
    if (task === undefined || !this.#turns.has(task)) return;
    const called = this.#turns.ended(run, task).catch((error: unknown) => this.#connections.failed(error));
    this.#calling = Promise.all([this.#calling, called]);
  }

  async #stop(drain: Drain, timeoutMs: number): Promise<void> {
    this.#taker.stop();
    await this.#inTime(drain.finished(), timeoutMs + RECORDS_MS);
    // Their outcomes could not be recorded: another process takes them over.
    this.#taken.loseAll();
    await this.#inTime(this.#taker.close(), RECORDS_MS);
    await this.#inTime(Promise.all([this.#thresholds.settled(), this.#calling]), RECORDS_MS);
    this.#controls.stop();
    await this.#inTime(this.#nodes.leave(), RECORDS_MS);
  }

  async #inTime(work: Promise<unknown>, ms: number): Promise<void> {
    await inTime(this.#host.clock, work, ms).catch((error: unknown) => this.#connections.failed(error));
  }
}
