import { admission, capacity, type Admission } from '../policy/overlap.js';
import { missedUntil } from '../policy/misfire.js';
import type { Pause } from '../policy/pause.js';
import type { Outcome, Skipped, SkipReason } from '../run/outcome.js';
import type { EventOf } from '../run/run.events.js';
import type { DurableMemory } from '../run/durable.memory.js';
import { isOfInstant } from '../run/merged.skip.js';
import type { Scope } from '../run/scope.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { nextOf } from '../trigger/upcoming.js';
import { ActiveRun } from './active.run.js';
import { Attempts } from './attempts.js';
import { cancel } from './cancellation.js';
import { Drain } from './drain.js';
import type { Engine, StopOptions, Submission, SubmittedRun } from './engine.js';
import type { EngineHost } from './shared.engine.js';
import { Gate } from './gate.js';
import type { Lane } from './lane.js';
import { Lanes } from './lanes.js';
import { RunCounts, type RunCountsHost } from './run.counts.js';
import { Switches } from './switches.js';

export interface InProcessHost extends Omit<EngineHost, 'find' | 'onTaken' | 'onLost'>, RunCountsHost {
  /** Where pauses, failures and counts outlive the process. */
  readonly memory: DurableMemory;
}

/** Runs everything in this process. */
export class InProcessEngine implements Engine {
  readonly #host: InProcessHost;
  readonly #lanes = new Lanes();
  readonly #gate: Gate;
  readonly #switches: Switches;
  readonly #counts: RunCounts;
  readonly #attempts: Attempts;
  /** The runs that may start now. */
  readonly #ready: ActiveRun[] = [];
  #isStarting = false;
  #drain: Drain | undefined;
  #isStopping = false;

  constructor(host: InProcessHost) {
    this.#host = host;
    this.#gate = new Gate(host.limits);
    this.#switches = new Switches({ ...host, onPause: scope => this.#skipPaused(scope) });
    this.#counts = new RunCounts(host);
    const mayRetry = () => !this.#isStopping;
    this.#attempts = new Attempts({ ...host, mayRetry, onEnd: (run, outcome) => this.#finish(run, outcome) });
  }

  async start(): Promise<void> {
    this.#isStopping = false;
    await this.#switches.restore();
    await this.#counts.restore();
  }

  submit(submission: Submission): SubmittedRun {
    const { task, verdict } = submission;
    const run = new ActiveRun(submission, this.#host.node);
    if (verdict.kind === 'skip') {
      this.#conclude(run, { ...verdict, kind: 'skipped' });
      return run;
    }
    const lane = this.#lanes.of(task.name);
    run.lane = lane;
    const leftMs = verdict.delayMs === undefined ? 0 : run.dueAt + verdict.delayMs - this.#host.clock.now();
    if (leftMs <= 0 || this.#isStopping) this.#admit(run, lane);
    else this.#delay(run, lane, leftMs);
    return run;
  }

  active(taskName: string): number {
    const lane = this.#lanes.find(taskName);
    return lane === undefined ? 0 : lane.active.length - lane.atGate;
  }

  waiting(taskName: string): number {
    const lane = this.#lanes.find(taskName);
    return lane === undefined ? 0 : lane.delayed.length + lane.buffer.length + lane.atGate;
  }

  going(): number {
    return this.#lanes.runs().filter(isOfInstant).length;
  }

  /** The tasks whose handlers have been at work since an instant (epoch ms), or longer. */
  atWork(since: number): readonly string[] {
    const isAtWork = (run: ActiveRun) => (run.workingSince ?? Infinity) <= since;
    return this.#lanes
      .runs()
      .filter(isAtWork)
      .map(({ task }) => task.name);
  }

  isDone(task: TaskDefinition): boolean {
    return this.#counts.isDone(task);
  }

  isGoing(runId: string): boolean {
    return this.#lanes.runs().some(({ id }) => id === runId);
  }

  cancel(runId: string, reason: string): boolean {
    const run = this.#lanes.runs().find(({ id }) => id === runId);
    if (run !== undefined) cancel(run, reason, this.#host.clock);
    return run !== undefined;
  }

  pause(scope: Scope, reason: string): void {
    this.#switches.pause(scope, reason);
  }

  resume(scope: Scope, reason: string): void {
    this.#switches.resume(scope, reason);
  }

  paused(scope: Scope): Pause | null {
    return this.#switches.of(scope);
  }

  remove(taskName: string): void {
    this.#switches.forget(taskName);
    this.#counts.forget(taskName);
    const runs = this.#lanes.remove(taskName)?.runs() ?? [];
    for (const run of runs) if (!run.hasStarted) cancel(run, 'removed', this.#host.clock);
  }

  stop(options: StopOptions): Promise<void> {
    if (this.#drain !== undefined) {
      if (options.running === 'abort') this.#drain.hasten();
      return this.#drain.finished();
    }
    if (this.#isStopping) return Promise.resolve();
    this.#isStopping = true;
    // Known before anybody hears of the stop, and may stop again.
    this.#drain = new Drain(() => this.#lanes.runs(), options, this.#host);
    this.#skipWaiting('draining', () => true);
    return this.#drain.finished().finally(() => {
      this.#drain = undefined;
      this.#switches.stop();
    });
  }

  /** Waits for its jitter; nothing else is decided before. */
  #delay(run: ActiveRun, lane: Lane<ActiveRun>, ms: number): void {
    lane.delayed.push(run);
    const disarm = this.#host.clock.after(ms, () => {
      lane.undelay(run);
      const reason = this.#missed(run, ms);
      if (reason === null) this.#admit(run, lane);
      else this.#finish(run, this.#refused(run, reason));
    });
    run.onEnd(disarm);
    this.#wait(run, 'jitter');
  }

  /** Why a run whose jitter was over long ago does not start any more; `null` when it does. */
  #missed({ task, dueAt }: ActiveRun, delayMs: number): SkipReason | null {
    const now = this.#host.clock.now();
    if (missedUntil(task, dueAt + delayMs, now) === null) return null;
    if (task.misfire === 'skip') return 'misfire';
    return (nextOf(task.triggers, dueAt) ?? Infinity) <= now ? 'coalesced' : null;
  }

  #admit(run: ActiveRun, lane: Lane<ActiveRun>): void {
    const admitted = this.#admissionOf(run, lane);
    if (!isAdmitted(admitted)) return this.#conclude(run, this.#refused(run, admitted));
    this.#counts.add(run);
    if (admitted === 'start') this.#start(run, lane);
    else if (admitted === 'wait') this.#buffer(run, lane);
    else this.#replace(run, lane);
    this.#counts.tellIfLast(run);
  }

  #admissionOf(run: ActiveRun, { active, buffer, atGate }: Lane<ActiveRun>): Admission | SkipReason {
    if (this.#isStopping) return 'draining';
    if (run.cause !== 'manual' && !this.#switches.admits(run.task, run.id)) return 'paused';
    if (run.isInTurn && active.length + buffer.length > 0) return 'wait';
    const admitted = admission(run.task, { active: active.length, waiting: buffer.length });
    // Those that wait for a limit hold their slots, and are no more than may wait either.
    return admitted === 'start' && atGate >= run.task.bufferSize ? 'bufferFull' : admitted;
  }

  /** A skip with what led to it. */
  #refused(run: ActiveRun, reason: SkipReason): Skipped {
    return { kind: 'skipped', reason, count: 1, lastDueAt: run.dueAt, detail: this.#detailOf(run, reason) };
  }

  #detailOf({ task, lane }: ActiveRun, reason: SkipReason): string | null {
    if (reason === 'paused') return this.#switches.because(task);
    const [other] = reason === 'overlap' ? lane!.active : [];
    return other === undefined ? null : `run ${other.id}`;
  }

  #start(run: ActiveRun, lane: Lane<ActiveRun>): void {
    lane.enter(run);
    if (this.#gate.enter(run)) return this.#startReady(run);
    lane.atGate++;
    run.isAtGate = true;
    this.#wait(run, 'limit');
  }

  #buffer(run: ActiveRun, lane: Lane<ActiveRun>): void {
    lane.buffer.push(run);
    this.#wait(run, 'overlap');
  }

  #replace(run: ActiveRun, lane: Lane<ActiveRun>): void {
    for (const other of [...lane.buffer, ...lane.active]) {
      if (other.hasStarted) cancel(other, 'superseded', this.#host.clock);
      else this.#finish(other, this.#refused(other, 'superseded'));
    }
    if (lane.active.length === 0) this.#start(run, lane);
    else this.#buffer(run, lane);
  }

  #wait(run: ActiveRun, waitsFor: EventOf<'runWaiting'>['waitsFor']): void {
    const giveUp = (outcome: Outcome) => this.#finish(run, outcome);
    run.enter({ isWait: true, cancel: reason => giveUp({ kind: 'cancelled', reason }), giveUp });
    this.#host.record({ type: 'runWaiting', at: this.#host.clock.now(), run: run.snapshot(), waitsFor });
  }

  /** In a loop, not within one another: a run of a handler that returns at once ends within the call of its start. */
  #startReady(run: ActiveRun): void {
    if (this.#isStarting) return void this.#ready.push(run);
    this.#isStarting = true;
    for (let next: ActiveRun | undefined = run; next !== undefined; next = this.#ready.shift()) {
      if (next.hasEnded) continue;
      this.#counts.started(next);
      this.#attempts.start(next);
    }
    this.#isStarting = false;
  }

  #skipPaused(scope: Scope): void {
    this.#skipWaiting('paused', ({ task, cause }) => {
      const isMeant = 'task' in scope ? task.name === scope.task : task.group === scope.group;
      return isMeant && cause !== 'manual';
    });
  }

  #skipWaiting(reason: SkipReason, isMeant: (run: ActiveRun) => boolean): void {
    for (const run of this.#lanes.runs()) {
      if (!run.hasStarted && !run.hasEnded && isMeant(run)) this.#finish(run, this.#refused(run, reason));
    }
  }

  #leaveGate(run: ActiveRun): void {
    if (!run.isAtGate) return;
    run.isAtGate = false;
    run.lane!.atGate--;
  }

  #finish(run: ActiveRun, outcome: Outcome): void {
    const lane = run.lane!;
    const heldSlot = this.#lanes.leave(run, lane);
    this.#leaveGate(run);
    if (!run.isThroughGate) this.#gate.withdraw(run);
    const freed = run.isThroughGate ? this.#gate.leave(run) : [];
    this.#counts.ended(run);
    this.#conclude(run, outcome);
    for (const next of freed) this.#leaveGate(next);
    for (const next of freed) this.#startReady(next);
    if (heldSlot) this.#startBuffered(lane);
  }

  #startBuffered(lane: Lane<ActiveRun>): void {
    for (let [next] = lane.buffer; next !== undefined; [next] = lane.buffer) {
      if (lane.active.length >= capacity(next.task)) return;
      lane.buffer.shift();
      this.#start(next, lane);
    }
  }

  #conclude(run: ActiveRun, outcome: Outcome): void {
    const left = isLeft(run, outcome) ? run.snapshot() : null;
    const finished = run.end(outcome, this.#host.clock.now());
    const type = outcome.kind === 'skipped' ? 'runSkipped' : 'runFinished';
    const at = finished.endedAt;
    this.#host.record(left === null ? { type, at, run: finished } : { type: 'runLeft', at, run: left });
    if (run.lane?.isRemoved !== true) this.#switches.ended(run.task, run.id, outcome);
    run.announce(finished);
  }
}

/** What a drain keeps from starting has no outcome yet when its task catches up what it missed: the next start finds it. */
function isLeft(run: ActiveRun, outcome: Outcome): boolean {
  const isDrained = outcome.kind === 'skipped' && outcome.reason === 'draining';
  return isDrained && run.task.catchUpMs !== null && isOfInstant(run);
}

function isAdmitted(admission: Admission | SkipReason): admission is 'start' | 'wait' | 'replace' {
  return admission === 'start' || admission === 'wait' || admission === 'replace';
}
