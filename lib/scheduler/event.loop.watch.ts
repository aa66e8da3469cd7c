import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import type { StsEvent } from '../run/run.events.js';
import type { Clock } from '../time/clock.js';

export interface EventLoopWatchHost {
  /** How long the loop may be blocked before it is told; `null` = however long. */
  readonly thresholdMs: number | null;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
  /** The tasks whose handlers have been at work since an instant (epoch ms), or longer. */
  readonly atWork: (since: number) => readonly string[];
  /** When a task is due next, epoch ms; `null` when none is. */
  readonly nextAt: () => number | null;
}

/** In parts of the threshold: how often it looks, and so how much of a block it may miss. */
const LOOKS = 4;

/** When nothing is due for long, or ever. A clock that is set forward makes handlers be called, which wakes it. */
const LONGEST_SLEEP_MS = 3_600_000;

/** An event names no more tasks than these. */
const MOST_NAMED = 10;

/**
 * Tells of a blocked event loop: a timer of its own comes late by as much. How much of that time the loop was at work,
 * and not waiting for the system, is what Node itself measures. All of it is in real time. While no handler is at work
 * it sleeps until shortly before something is due: nobody would be late, and an idle process stays idle.
 */
export class EventLoopWatch {
  readonly #host: EventLoopWatchHost;
  readonly #thresholdMs: number;
  #disarm: (() => void) | undefined;
  /** When the timer comes, in ms of `performance`. */
  #wakesAt = 0;
  #isAsleep = false;
  #lookedAt = 0;
  #load: EventLoopUtilization | undefined;
  /** What may have blocked the loop since the last look, and has ended. */
  readonly #ended = new Set<string>();
  #longestCall: { readonly taskName: string; readonly tookMs: number } | undefined;

  constructor(host: EventLoopWatchHost) {
    this.#host = host;
    this.#thresholdMs = host.thresholdMs ?? Infinity;
  }

  hear(event: StsEvent): void {
    switch (event.type) {
      case 'schedulerStarted':
        return this.#start();
      case 'schedulerStopped':
        return this.#stop();
      case 'taskAdded':
      case 'taskUpdated':
        return this.#wakeWhenSooner();
      case 'runFinished':
        return this.#hearEnd(event.run.taskName, event.run.startedAt ?? event.at, event.at);
      case 'attemptFailed':
        return this.#hearEnd(event.run.taskName, event.attempt.startedAt, event.at);
    }
  }

  /** A handler is about to be called. */
  called(): void {
    if (this.#isAsleep) this.#wake();
  }

  /** A handler has returned, whether it has ended or goes on. */
  returned(taskName: string, tookMs: number): void {
    if (tookMs < this.#thresholdMs || tookMs < (this.#longestCall?.tookMs ?? 0)) return;
    this.#longestCall = { taskName, tookMs };
  }

  /** Whatever took less cannot have blocked the loop for so long. */
  #hearEnd(taskName: string, startedAt: number, endedAt: number): void {
    if (this.#disarm !== undefined && endedAt - startedAt >= this.#thresholdMs) this.#ended.add(taskName);
  }

  #start(): void {
    if (this.#thresholdMs === Infinity) return;
    this.#stop();
    this.#arm();
    this.#forget();
  }

  #arm(): void {
    const { clock, atWork } = this.#host;
    const sleepMs = this.#sleepMs();
    this.#isAsleep = sleepMs > this.#thresholdMs && atWork(clock.now()).length === 0;
    this.#set(this.#isAsleep ? sleepMs : this.#thresholdMs / LOOKS);
  }

  /** How long nothing is due, but for the time that it takes to notice a block before. */
  #sleepMs(): number {
    const nextAt = this.#host.nextAt() ?? Infinity;
    return Math.min(nextAt - this.#host.clock.now() - this.#thresholdMs, LONGEST_SLEEP_MS);
  }

  #set(ms: number): void {
    this.#disarm?.();
    this.#wakesAt = performance.now() + ms;
    this.#disarm = this.#host.clock.after(ms, () => this.#look(), { keepAlive: false });
  }

  #wakeWhenSooner(): void {
    if (this.#isAsleep && this.#sleepMs() < this.#wakesAt - performance.now()) this.#wake();
  }

  #wake(): void {
    this.#isAsleep = false;
    this.#set(this.#thresholdMs / LOOKS);
    this.#forget();
  }

  #stop(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#isAsleep = false;
  }

  #look(): void {
    const now = performance.now();
    // What went on while it slept was no block, but for what kept it from waking.
    const lateMs = this.#isAsleep ? now - this.#wakesAt : now - this.#lookedAt;
    this.#arm();
    // Much work in small pieces is no block: the timer is in time between them.
    if (lateMs >= this.#thresholdMs)
      this.#tell(Math.min(lateMs, performance.eventLoopUtilization(this.#load).active));
    this.#forget();
  }

  #tell(activeMs: number): void {
    if (activeMs < this.#thresholdMs) return;
    const { clock, record, atWork } = this.#host;
    const at = clock.now();
    const taskName = this.#longestCall?.taskName ?? null;
    const running = new Set([...this.#ended, ...atWork(at - this.#thresholdMs)]);
    if (taskName !== null) running.add(taskName);
    record({
      type: 'eventLoopBlocked',
      at,
      byMs: Math.round(activeMs),
      taskName,
      running: [...running].slice(0, MOST_NAMED),
    });
  }

  #forget(): void {
    this.#lookedAt = performance.now();
    this.#load = performance.eventLoopUtilization();
    this.#ended.clear();
    this.#longestCall = undefined;
  }
}
