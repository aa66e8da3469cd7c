import { afterFailure, isReached, type ErrorThreshold, type Failures } from '../policy/error.threshold.js';
import { mayTry, type Pause } from '../policy/pause.js';
import type { Outcome } from '../run/outcome.js';
import type { StsEvent } from '../run/run.events.js';
import type { DurableMemory } from '../run/durable.memory.js';
import { scopeKey, scopesOf, type Scope } from '../run/scope.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';

/** What switches use and tell. */
export interface SwitchesHost {
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
  /** The error thresholds of groups that have one. */
  readonly groupThresholds: ReadonlyMap<string, ErrorThreshold>;
  /** Is called when a pause begins. */
  readonly onPause: (scope: Scope) => void;
  /** Where pauses and failures outlive the process. */
  readonly memory: DurableMemory;
}

/** What is saved, as JSON can hold it. */
interface Saved {
  readonly pauses: readonly (readonly [string, Pause])[];
  readonly failures: readonly (readonly [string, Failures])[];
}

/** The key under which all of it is saved. */
const KEY = 'switches';

/** Which tasks and groups are paused, by a person or because their runs failed too often. */
export class Switches {
  readonly #host: SwitchesHost;
  readonly #pauses = new Map<string, Pause>();
  readonly #failures = new Map<string, Failures>();
  /** The waits after which one run may try: they take as long as they take, whatever the wall clock is set to. */
  readonly #waits = new Map<string, () => void>();
  #isRestored: boolean;
  /** What was asked for before anything was restored is done again then. */
  readonly #early: (() => void)[] = [];

  constructor(host: SwitchesHost) {
    this.#host = host;
    this.#isRestored = !host.memory.isDurable;
  }

  /** Takes up what an earlier process left. */
  async restore(): Promise<void> {
    if (!this.#isRestored) await this.#restore();
    const now = this.#host.clock.now();
    for (const [key, pause] of this.#pauses) {
      // What is caught up is ruled before a timer could say so.
      if (pause.until !== null && pause.until <= now) this.#pauses.set(key, { ...pause, isOver: true });
      else this.#await(key, pause);
    }
  }

  async #restore(): Promise<void> {
    const saved = await this.#host.memory.ask(async durable => read(await durable.load(KEY)));
    for (const [key, pause] of saved?.pauses ?? []) this.#pauses.set(key, pause);
    for (const [key, failures] of saved?.failures ?? []) this.#failures.set(key, failures);
    this.#isRestored = true;
    this.#early.forEach(change => change());
    this.#early.length = 0;
    if (this.#pauses.size + this.#failures.size > 0) this.#save();
  }

  /** Leaves no timer; pauses stay. */
  stop(): void {
    for (const disarm of this.#waits.values()) disarm();
    this.#waits.clear();
  }

  /** Why a task is paused, in words. */
  because(task: TaskDefinition): string {
    const pauses = scopesOf(task).flatMap(scope => this.of(scope) ?? []);
    return pauses.map(({ since, reason }) => `since ${new Date(since).toISOString()}: ${reason}`).join('; ');
  }

  /** The pause of a task or group; `null` when it is not paused. */
  of(scope: Scope): Pause | null {
    return this.#pauses.get(scopeKey(scope)) ?? null;
  }

  /** Pauses until somebody resumes, in place of a pause that may end by itself. */
  pause(scope: Scope, reason: string): void {
    if (!this.#isRestored) this.#early.push(() => this.pause(scope, reason));
    const known = this.of(scope);
    if (known !== null && known.until === null) return;
    this.#set(scope, { since: this.#host.clock.now(), reason, until: null, isOver: false, trial: null });
    // Who asked for it may count on it, whatever becomes of the process.
    this.#host.memory.flush();
  }

  /** Ends a pause, and forgets the failures that may have led to it. */
  resume(scope: Scope, reason: string): void {
    if (!this.#isRestored) this.#early.push(() => this.resume(scope, reason));
    const key = scopeKey(scope);
    this.#failures.delete(key);
    this.#endWait(key);
    if (this.#pauses.delete(key)) {
      this.#save();
      this.#host.memory.flush();
      this.#host.record({ type: 'resumed', at: this.#host.clock.now(), scope, reason });
    }
  }

  /** Whether a run that is due may start; after the time of a pause one may, to try. */
  admits(task: TaskDefinition, runId: string): boolean {
    if (this.#pauses.size === 0) return true;
    const paused = scopesOf(task).filter(scope => this.of(scope) !== null);
    if (!paused.every(scope => mayTry(this.of(scope)!))) return false;
    for (const scope of paused) this.#pauses.set(scopeKey(scope), { ...this.of(scope)!, trial: runId });
    return true;
  }

  /** A run has ended: it may have been one that tried, or one failure too many. */
  ended(task: TaskDefinition, runId: string, outcome: Outcome): void {
    if (task.errorThreshold === null && this.#pauses.size === 0 && this.#host.groupThresholds.size === 0)
      return;
    for (const scope of scopesOf(task)) {
      if (this.of(scope)?.trial === runId) this.#tried(scope, outcome);
      if (outcome.kind === 'success' && this.#failures.delete(scopeKey(scope))) this.#save();
      const threshold = this.#thresholdOf(scope, task);
      if (threshold !== undefined && isFailure(outcome)) this.#failed(scope, threshold);
    }
  }

  /** What is known of a task that is gone. */
  forget(taskName: string): void {
    const key = scopeKey({ task: taskName });
    this.#endWait(key);
    const [hadPause, hadFailures] = [this.#pauses.delete(key), this.#failures.delete(key)];
    if (hadPause || hadFailures) this.#save();
  }

  #save(): void {
    if (!this.#isRestored) return;
    const saved = (): Saved => ({ pauses: [...this.#pauses], failures: [...this.#failures] });
    this.#host.memory.saveSoon(KEY, saved);
  }

  #tried(scope: Scope, outcome: Outcome): void {
    const pause = this.of(scope)!;
    if (outcome.kind === 'success') return this.resume(scope, 'a run succeeded');
    // Neither success nor failure, such as a skip: the next one may try.
    this.#pauses.set(scopeKey(scope), { ...pause, trial: null });
    if (!isFailure(outcome)) return;
    const { now } = this.#host.clock;
    const resumeAfterMs = pause.until! - pause.since;
    this.#set(scope, { ...pause, since: now(), until: now() + resumeAfterMs, isOver: false, trial: null });
  }

  #failed(scope: Scope, threshold: ErrorThreshold): void {
    const pause = this.of(scope);
    if (pause !== null) return;
    const key = scopeKey(scope);
    const at = this.#host.clock.now();
    const failures = afterFailure(threshold, this.#failures.get(key) ?? [], at);
    this.#failures.set(key, failures);
    this.#save();
    if (!isReached(threshold, failures)) return;
    this.#failures.delete(key);
    this.#host.record({ type: 'errorThresholdReached', at, scope, failures: failures.length });
    if (threshold.action !== 'pause') return;
    const { resumeAfterMs } = threshold;
    const reason = `${failures.length} failures in a row`;
    this.#set(scope, {
      since: at,
      reason,
      until: resumeAfterMs === null ? null : at + resumeAfterMs,
      isOver: false,
      trial: null,
    });
  }

  #set(scope: Scope, pause: Pause): void {
    this.#pauses.set(scopeKey(scope), pause);
    this.#await(scopeKey(scope), pause);
    this.#save();
    this.#host.record({ type: 'paused', at: pause.since, scope, reason: pause.reason, until: pause.until });
    this.#host.onPause(scope);
  }

  #await(key: string, { until }: Pause): void {
    this.#endWait(key);
    if (until === null) return;
    const { clock } = this.#host;
    const disarm = clock.after(Math.max(until - clock.now(), 0), () => {
      this.#waits.delete(key);
      const pause = this.#pauses.get(key);
      if (pause !== undefined) this.#pauses.set(key, { ...pause, isOver: true });
    });
    this.#waits.set(key, disarm);
  }

  #endWait(key: string): void {
    this.#waits.get(key)?.();
    this.#waits.delete(key);
  }

  #thresholdOf(scope: Scope, task: TaskDefinition): ErrorThreshold | undefined {
    return 'task' in scope ? (task.errorThreshold ?? undefined) : this.#host.groupThresholds.get(scope.group);
  }
}

/** @throws {TypeError} for what was not saved here. */
function read(saved: unknown): Saved {
  const { pauses, failures } = (saved ?? { pauses: [], failures: [] }) as Saved;
  return {
    pauses: pauses.map(([key, pause]) => [key, { ...pause, trial: null }]),
    failures: failures.map(([key, times]) => [key, [...times]]),
  };
}

function isFailure({ kind }: Outcome): boolean {
  return kind === 'failure' || kind === 'timeout';
}
